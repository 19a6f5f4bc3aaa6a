import type { AccessControlPolicy } from '../s3/bodies/acl.ts'
import { S3Error } from '../s3/errors.ts'
import { grantsToPublic, setsPublicAcl } from '../s3/public-acl.ts'
import type { Call } from './call.ts'
import { publicAccessBlockOf } from './public-access-block.ts'

/**
 * Refuses access control lists that may not be set or cannot be meant, in headers, form fields or a document.
 * @throws S3Error InvalidRequest, AccessDenied
 */
export function refuseAcl(call: Call, document?: AccessControlPolicy): void {
  const { request, operation } = call
  // Where the headers mean nothing they are dropped.
  const carriesAcl = operation.name === 'PostObject' || operation.requestHeaders.includes('x-amz-acl')
  if (carriesAcl) refuseTwoLists(call)
  const asks = (carriesAcl && setsPublicAcl(request.amz)) || (document !== undefined && grantsToPublic(document))
  if (asks) refusePublic(call)
}

/**
 * As S3 does: backends take one of the two, and which one differs.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */
function refuseTwoLists({ request: { amz } }: Call): void {
  if (!amz.has('x-amz-acl') || ![...amz.keys()].some((name) => name.startsWith('x-amz-grant-'))) return
  throw new S3Error('InvalidRequest', {
    message: 'Specifying both Canned ACLs and Header Grants is not allowed',
  })
}

/**
 * Refuses to make a bucket or object public where that is blocked. Where public lists are only to be ignored they are
 * refused as well: the backend, which others may reach beside the proxy, would not ignore them.
 */
function refusePublic(call: Call): void {
  const { bucket } = call.request.address
  if (bucket === undefined) return
  const block = publicAccessBlockOf(call, bucket)
  if (!block.blockPublicAcls && !block.ignorePublicAcls) return
  throw new S3Error('AccessDenied', { detail: 'public ACLs are blocked' })
}
