import { authorizeListBuckets } from '../authz/list-buckets.ts'
import type { Answer } from '../listen/respond.ts'
import {
  type BucketPageRequest,
  type ListedBucket,
  pageOfBuckets,
  parseBucketList,
  writeBucketList,
} from '../s3/bodies/list-buckets.ts'
import { isBodyProblem } from '../s3/bodies/read-body.ts'
import { S3Error } from '../s3/errors.ts'
import type { AccessCheck, Authorized } from '../proof/stages.ts'
import { askBackend, wholeBody } from './ask-backend.ts'
import { passIfSuccess } from './backend-answer.ts'
import type { Call } from './call.ts'

const MAX_LIST_BYTES = 16 * 1024 * 1024
const MAX_BACKEND_PAGES = 100

/** ListBuckets: the backend's buckets, as far as the caller may know of them. */
export async function listBuckets(call: Call): Promise<Answer> {
  const access = authorizeListBuckets({ authenticated: call.authenticated, source: call.services.policies })
  call.record.checks = access.kind === 'all' ? access.authorized.checks : access.denied.checks
  const all = await backendBuckets(call, access.authorized)
  const shown = access.kind === 'all' ? all : visible(call, all, access.grantOn)
  if (access.kind === 'some' && shown.length === 0) throw access.denied
  const { owner, proxyRegion } = call.services
  const request = pageRequest(call)
  const page = pageOfBuckets(shown, request, proxyRegion)
  const body = writeBucketList(page, { owner, region: proxyRegion, request })
  return { status: 200, headers: [['content-type', 'application/xml']], body }
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

/** All of them: a backend may give them in pages. */
async function backendBuckets(call: Call, authorized: Authorized): Promise<readonly ListedBucket[]> {
  const found: ListedBucket[] = []
  let token: string | undefined
  for (let page = 0; page < MAX_BACKEND_PAGES; page++) {
    const query = token === undefined ? [] : [{ name: 'continuation-token', value: token }]
    const response = await askBackend(call, authorized, {
      method: 'GET',
      bucket: undefined,
      key: undefined,
      query,
      headers: [],
      body: undefined,
    })
    await passIfSuccess(call, response)
    const list = parseBucketList((await wholeBody(response, MAX_LIST_BYTES)) ?? Buffer.alloc(0))
    if (isBodyProblem(list)) throw new S3Error('InternalError', { detail: `backend: list of buckets: ${list.problem}` })
    found.push(...list.buckets)
    token = list.continuationToken
    if (token === undefined) return found
  }
  throw new S3Error('InternalError', { detail: 'backend: the list of buckets does not end' })
}
