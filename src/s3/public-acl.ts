import type { AccessControlPolicy } from './bodies/acl.ts'

const PUBLIC_CANNED: ReadonlySet<string> = new Set(['public-read', 'public-read-write', 'authenticated-read'])

/** However a grant is spelled around it, it holds this. */
const PUBLIC_GROUP = /groups\/global\/(?:allusers|authenticatedusers)/i

/**
 * Whether the `x-amz-*` of a request set a public ACL: one of the canned ones, or a grant to everybody or to whoever has
 * some key.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */
export function setsPublicAcl(amz: ReadonlyMap<string, string>): boolean {
  if (PUBLIC_CANNED.has(amz.get('x-amz-acl')?.toLowerCase() ?? '')) return true
  for (const [name, value] of amz) if (name.startsWith('x-amz-grant-') && PUBLIC_GROUP.test(value)) return true
  return false
}

/** Whether a list holds a grant to one of these groups. */
export function grantsToPublic({ grants }: AccessControlPolicy): boolean {
  return grants.some(({ grantee }) => grantee.type === 'Group' && PUBLIC_GROUP.test(grantee.uri))
}
