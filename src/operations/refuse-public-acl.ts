import type { AccessControlPolicy } from '../s3/bodies/acl.ts'
import { S3Error } from '../s3/errors.ts'
import { grantsToPublic, setsPublicAcl } from '../s3/public-acl.ts'
import type { Call } from './call.ts'
import { publicAccessBlockOf } from './public-access-block.ts'

/**
 * Refuses a request that would make a bucket or object public by an ACL, in a header, a form field or its document, where
 * those are blocked. Where they are only to be ignored they are refused as well: the backend, which others may reach
 * beside the proxy, would not ignore them.
 */
export function refusePublicAcl(call: Call, document?: AccessControlPolicy): void {
  const { request, operation } = call
  const { bucket } = request.address
  // Where the header means nothing it is dropped.
  const carriesAcl = operation.name === 'PostObject' || operation.requestHeaders.includes('x-amz-acl')
  const asks = (carriesAcl && setsPublicAcl(request.amz)) || (document !== undefined && grantsToPublic(document))
  if (!asks || bucket === undefined) return
  const block = publicAccessBlockOf(call, bucket)
  if (!block.blockPublicAcls && !block.ignorePublicAcls) return
  throw new S3Error('AccessDenied', { detail: 'public ACLs are blocked' })
}
