import type { Authorized } from '../proof/stages.ts'
import { parseAcl, withCanonicalIds, writeAcl } from '../s3/bodies/acl.ts'
import { acceptedBody } from '../s3/bodies/read-body.ts'
import { backendOwnerId } from './backend-buckets.ts'
import type { Call } from './call.ts'

/**
 * An ACL for the backend, written anew. Clients read the proxy's owner in place of the backend's and send it back when
 * they change a list: it becomes the backend's again.
 */
export async function aclForBackend(call: Call, authorized: Authorized, document: Buffer): Promise<Buffer> {
  const { owner } = call.services
  const acl = acceptedBody(parseAcl(document))
  const namesOwner =
    acl.ownerId === owner.id ||
    acl.grants.some(({ grantee }) => grantee.type === 'CanonicalUser' && grantee.id === owner.id)
  if (!namesOwner) return writeAcl(acl)
  const backendId = await backendOwnerId(call, authorized)
  return writeAcl(withCanonicalIds(acl, (id) => (id === owner.id ? backendId : id)))
}
