import { describe, expect, test } from 'vitest'
import { isPublicAcl, parseAcl, withCanonicalIds, writeAcl } from './acl.ts'
import { acceptedBody } from './read-body.ts'

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const ALL = 'http://acs.amazonaws.com/groups/global/AllUsers'

const grant = (type: string, inner: string, permission = 'READ') =>
  `<Grant><Grantee ${XSI} xsi:type="${type}">${inner}</Grantee><Permission>${permission}</Permission></Grant>`

function parse(grants: string, owner = '<Owner><ID>me</ID><DisplayName>Me</DisplayName></Owner>') {
  const xml = `<AccessControlPolicy>${owner}<AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`
  return parseAcl(Buffer.from(xml))
}

describe('an AccessControlPolicy document', () => {
  test('gives owner and grants', () => {
    const grants =
      grant('CanonicalUser', '<ID>you</ID><DisplayName>You</DisplayName>', 'FULL_CONTROL') +
      grant('Group', `<URI>${ALL}</URI>`) +
      grant('AmazonCustomerByEmail', '<EmailAddress>a@b</EmailAddress>', 'WRITE_ACP')
    const acl = acceptedBody(parse(grants))
    expect(acl).toEqual({
      ownerId: 'me',
      grants: [
        { grantee: { type: 'CanonicalUser', id: 'you' }, permission: 'FULL_CONTROL' },
        { grantee: { type: 'Group', uri: ALL }, permission: 'READ' },
        { grantee: { type: 'AmazonCustomerByEmail', emailAddress: 'a@b' }, permission: 'WRITE_ACP' },
      ],
    })
    expect(parseAcl(writeAcl(acl))).toEqual(acl)
  })

  test('may lack an owner and grants', () => {
    const acl = acceptedBody(parse('', ''))
    expect(acl).toEqual({ ownerId: undefined, grants: [] })
    expect(parseAcl(writeAcl(acl))).toEqual(acl)
  })

  test.each([
    ['a grantee without type', `<Grant><Grantee><ID>a</ID></Grantee><Permission>READ</Permission></Grant>`],
    ['an unknown type', grant('Everybody', `<URI>${ALL}</URI>`)],
    ['a type that the field belies', grant('CanonicalUser', `<URI>${ALL}</URI>`)],
    ['a group beside an id', grant('CanonicalUser', `<ID>a</ID><URI>${ALL}</URI>`)],
    ['an empty grantee', grant('CanonicalUser', '')],
    ['an empty id', grant('CanonicalUser', '<ID></ID>')],
    ['an unknown permission', grant('Group', `<URI>${ALL}</URI>`, 'ALL')],
    ['101 grants', grant('CanonicalUser', '<ID>a</ID>').repeat(101)],
  ])('is refused with %s', (_name, grants) => {
    expect(parse(grants)).toHaveProperty('code', 'MalformedACLError')
  })

  test('is refused without a list, or with two owners', () => {
    expect(parseAcl(Buffer.from('<AccessControlPolicy/>'))).toHaveProperty('problem', 'missing-element')
    expect(parse('', '<Owner><ID>a</ID></Owner><Owner><ID>b</ID></Owner>')).toHaveProperty(
      'problem',
      'duplicate-element',
    )
  })

  test.each([
    [ALL, true],
    ['http://acs.amazonaws.com/groups/global/AuthenticatedUsers', true],
    ['http://acs.amazonaws.com/groups/s3/LogDelivery', false],
  ])('that grants to %s is public: %s', (uri, expected) => {
    expect(isPublicAcl(acceptedBody(parse(grant('Group', `<URI>${uri}</URI>`))))).toBe(expected)
  })

  test('takes other canonical ids, and leaves groups alone', () => {
    const acl = acceptedBody(parse(grant('CanonicalUser', '<ID>me</ID>') + grant('Group', `<URI>${ALL}</URI>`)))
    const renamed = withCanonicalIds(acl, (id) => `${id}!`)
    expect(renamed.ownerId).toBe('me!')
    expect(renamed.grants.map(({ grantee }) => grantee)).toEqual([
      { type: 'CanonicalUser', id: 'me!' },
      { type: 'Group', uri: ALL },
    ])
    expect(withCanonicalIds({ ownerId: undefined, grants: [] }, (id) => id).ownerId).toBeUndefined()
  })
})
