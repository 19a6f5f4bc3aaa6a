import { element, elementWith, optionalElement, XSI_NAMESPACE, type XmlFragment, xmlDocument } from '../xml.ts'
import type { XmlElement } from '../xml-reader.ts'
import { type FieldKind, type Fields, readFields } from './fields.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'

/** What a grant allows. */
export type AclPermission = 'FULL_CONTROL' | 'READ' | 'READ_ACP' | 'WRITE' | 'WRITE_ACP'

/** Whom a grant names. */
export type Grantee =
  | { readonly type: 'CanonicalUser'; readonly id: string }
  | { readonly type: 'Group'; readonly uri: string }
  | { readonly type: 'AmazonCustomerByEmail'; readonly emailAddress: string }

/** One line of a list. */
export interface Grant {
  readonly grantee: Grantee
  readonly permission: AclPermission
}

/** An access control list. */
export interface AccessControlPolicy {
  readonly ownerId: string | undefined
  readonly grants: readonly Grant[]
}

/** The groups that make what they are granted public. */
const PUBLIC_GROUPS: ReadonlySet<string> = new Set([
  'http://acs.amazonaws.com/groups/global/AllUsers',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
])

const PERMISSIONS: ReadonlyMap<string, AclPermission> = new Map(
  (['FULL_CONTROL', 'READ', 'READ_ACP', 'WRITE', 'WRITE_ACP'] as const).map((name) => [name, name]),
)

const MAX_GRANTS = 100

const POLICY: ReadonlyMap<string, FieldKind> = new Map([
  ['Owner', 'element?'],
  ['AccessControlList', 'element'],
])
const OWNER: ReadonlyMap<string, FieldKind> = new Map([
  ['ID', 'text'],
  ['DisplayName', 'text?'],
])
const LIST: ReadonlyMap<string, FieldKind> = new Map([['Grant', 'elements']])
const GRANT: ReadonlyMap<string, FieldKind> = new Map([
  ['Grantee', 'element'],
  ['Permission', 'text'],
])
const GRANTEE: ReadonlyMap<string, FieldKind> = new Map([
  ['ID', 'text?'],
  ['DisplayName', 'text?'],
  ['EmailAddress', 'text?'],
  ['URI', 'text?'],
])

/**
 * Reads an `AccessControlPolicy` document; what it may not say is MalformedACLError.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 */
export function parseAcl(bytes: Uint8Array): AccessControlPolicy | BodyProblem {
  return readBody(bytes, 'AccessControlPolicy', (root) => {
    const fields = readFields(root, POLICY)
    const owner = fields.optionalElement('Owner')
    const list = fields.optionalElement('AccessControlList')
    const grants = list === undefined ? [] : readFields(list, LIST).elements('Grant')
    if (grants.length > MAX_GRANTS) throw new BodyRefusal('too-many-grants', 'MalformedACLError')
    return {
      ownerId: owner === undefined ? undefined : readFields(owner, OWNER).text('ID'),
      grants: grants.map(readGrant),
    }
  })
}

/** Whether the list opens anything to everybody, or to everybody with an account. */
export function isPublicAcl({ grants }: AccessControlPolicy): boolean {
  return grants.some(({ grantee }) => grantee.type === 'Group' && PUBLIC_GROUPS.has(grantee.uri))
}

/** The list with other canonical ids, such as the backend's own in place of the one that clients see. */
export function withCanonicalIds(acl: AccessControlPolicy, idFor: (id: string) => string): AccessControlPolicy {
  return {
    ownerId: acl.ownerId === undefined ? undefined : idFor(acl.ownerId),
    grants: acl.grants.map(({ grantee, permission }) => ({
      grantee: grantee.type === 'CanonicalUser' ? { type: grantee.type, id: idFor(grantee.id) } : grantee,
      permission,
    })),
  }
}

/** An `AccessControlPolicy` document. */
export function writeAcl({ ownerId, grants }: AccessControlPolicy): Buffer {
  return Buffer.from(
    xmlDocument(
      'AccessControlPolicy',
      ownerId === undefined ? undefined : element('Owner', element('ID', ownerId)),
      element('AccessControlList', grants.map(grantElement)),
    ),
  )
}

function readGrant(item: XmlElement): Grant {
  const fields = readFields(item, GRANT)
  const permission = PERMISSIONS.get(fields.text('Permission'))
  const grantee = fields.optionalElement('Grantee')
  if (permission === undefined || grantee === undefined) throw new BodyRefusal('permission', 'MalformedACLError')
  return { grantee: readGrantee(grantee.xsiType, readFields(grantee, GRANTEE)), permission }
}

// The type and the field must say the same: a backend that goes by the other one would grant to somebody else.
function readGrantee(xsiType: string | undefined, fields: Fields): Grantee {
  const id = fields.optionalText('ID')
  const uri = fields.optionalText('URI')
  const emailAddress = fields.optionalText('EmailAddress')
  const named = [id, uri, emailAddress].filter((value) => value !== undefined).length
  if (named === 1) {
    if (xsiType === 'CanonicalUser' && id) return { type: xsiType, id }
    if (xsiType === 'Group' && uri) return { type: xsiType, uri }
    if (xsiType === 'AmazonCustomerByEmail' && emailAddress) return { type: xsiType, emailAddress }
  }
  throw new BodyRefusal('grantee', 'MalformedACLError')
}

function grantElement({ grantee, permission }: Grant): XmlFragment {
  return element(
    'Grant',
    elementWith(
      'Grantee',
      { 'xmlns:xsi': XSI_NAMESPACE, 'xsi:type': grantee.type },
      optionalElement('ID', grantee.type === 'CanonicalUser' ? grantee.id : undefined),
      optionalElement('URI', grantee.type === 'Group' ? grantee.uri : undefined),
      optionalElement('EmailAddress', grantee.type === 'AmazonCustomerByEmail' ? grantee.emailAddress : undefined),
    ),
    element('Permission', permission),
  )
}
