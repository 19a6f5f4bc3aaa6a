import type { AccessControlPolicy, AclPermission, Grantee } from '../s3/bodies/acl.ts'

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers'
const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'

/** By what a list grants to others than the owner: the canned list that says the same. */
const CANNED: ReadonlyMap<string, string> = new Map([
  ['', 'private'],
  [`READ ${ALL_USERS}`, 'public-read'],
  [`READ ${ALL_USERS},WRITE ${ALL_USERS}`, 'public-read-write'],
  [`READ ${AUTHENTICATED_USERS}`, 'authenticated-read'],
])

const PERMISSIONS: ReadonlyMap<string, AclPermission> = new Map([
  ['s3:x-amz-grant-full-control', 'FULL_CONTROL'],
  ['s3:x-amz-grant-read', 'READ'],
  ['s3:x-amz-grant-read-acp', 'READ_ACP'],
  ['s3:x-amz-grant-write', 'WRITE'],
  ['s3:x-amz-grant-write-acp', 'WRITE_ACP'],
])

/**
 * What a list in a body gives for a condition key: the value that a header would have to say the same. So that a rule
 * against a header is not got around by a body.
 * @param ownId the id of the owner of everything here; a list that grants to another one is not `private`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */
export function aclValue(key: string, acl: AccessControlPolicy, ownId: string): string | undefined {
  if (key === 's3:x-amz-acl') return cannedName(acl, ownId)
  const permission = PERMISSIONS.get(key)
  const grantees = acl.grants
    .filter((grant) => grant.permission === permission)
    .map(({ grantee }) => granteeText(grantee))
  return grantees.length === 0 ? undefined : grantees.join(', ')
}

function cannedName({ grants, ownerId }: AccessControlPolicy, ownId: string): string | undefined {
  const others = grants.filter(({ grantee }) => grantee.type !== 'CanonicalUser' || grantee.id !== ownerId)
  const texts = others.map(({ grantee, permission }) => `${permission} ${grantee.type === 'Group' ? grantee.uri : '?'}`)
  const name = CANNED.get([...new Set(texts)].sort().join(','))
  // The document says itself whom it calls the owner.
  return name === 'private' && grants.some(({ grantee }) => !isOwn(grantee, ownId)) ? undefined : name
}

function isOwn(grantee: Grantee, ownId: string): boolean {
  return grantee.type === 'CanonicalUser' && grantee.id === ownId
}

function granteeText(grantee: Grantee): string {
  switch (grantee.type) {
    case 'CanonicalUser':
      return `id="${grantee.id}"`
    case 'Group':
      return `uri="${grantee.uri}"`
    case 'AmazonCustomerByEmail':
      return `emailAddress="${grantee.emailAddress}"`
  }
}
