import { authorizeListBuckets, type BucketListAccess } from '../authz/list-buckets.ts'
import { shadowBucketList } from '../authz/shadow-buckets.ts'
import type { Answer } from '../listen/respond.ts'
import { type BucketPageRequest, type ListedBucket, pageOfBuckets, writeBucketList } from '../s3/bodies/list-buckets.ts'
import type { AccessCheck } from '../proof/stages.ts'
import { backendBuckets } from './backend-buckets.ts'
import type { Call } from './call.ts'
import { questionOf } from './caller.ts'

/** ListBuckets: the backend's buckets, as far as the caller may know of them. */
export async function listBuckets(call: Call): Promise<Answer> {
  const caller = questionOf(call)
  const candidate = shadowBucketList(caller)
  call.record.shadow = candidate?.whenRefused()
  const access = authorizeListBuckets(caller)
  call.record.shadow = undefined
  call.record.checks = access.kind === 'all' ? access.authorized.checks : access.denied.checks
  const { owner, proxyRegion } = call.services
  const request = pageRequest(call)
  // Refuses a page that cannot be had before the backend is asked.
  pageOfBuckets([], request, proxyRegion)
  const all = await backendBuckets(call, access.authorized)
  call.record.shadow = candidate?.comparedWith(
    all.map(({ name }) => name),
    grantsOf(access),
  )
  const shown = access.kind === 'all' ? all : visible(call, all, access.grantOn)
  if (access.kind === 'some' && shown.length === 0) throw access.denied
  const page = pageOfBuckets(shown, request, proxyRegion)
  const body = writeBucketList(page, { owner, region: proxyRegion, request })
  return { status: 200, headers: [['content-type', 'application/xml']], body }
}

function grantsOf(access: BucketListAccess): (bucket: string) => AccessCheck | undefined {
  if (access.kind === 'some') return access.grantOn
  const [everything] = access.authorized.checks
  return () => everything
}

function visible(
  call: Call,
  all: readonly ListedBucket[],
  grantOn: (bucket: string) => AccessCheck | undefined,
): ListedBucket[] {
  const grants: AccessCheck[] = []
  const shown = all.filter(({ name }) => {
    const grant = grantOn(name)
    if (grant !== undefined) grants.push(grant)
    return grant !== undefined
  })
  // What allowed the answer, not the right to see everything, which was missing.
  if (grants.length > 0) call.record.checks = grants
  return shown
}

function pageRequest({ request }: Call): BucketPageRequest {
  return {
    prefix: request.param('prefix'),
    maxBuckets: request.param('max-buckets'),
    continuationToken: request.param('continuation-token'),
    bucketRegion: request.param('bucket-region'),
  }
}
