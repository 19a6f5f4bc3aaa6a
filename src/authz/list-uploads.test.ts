import { expect, test } from 'vitest'
import { authenticatedAs, policyOf, requestFor } from '../../test/support/authz-input.ts'
import { AccessDenied, isDenied } from './access-denied.ts'
import { authorizeUploadList } from './list-uploads.ts'
import { staticPolicies } from './policy-source.ts'

function shown(...statements: readonly unknown[]): string | readonly string[] {
  return shownOf('alice/', ...statements)
}

function shownOf(prefix: string, ...statements: readonly unknown[]): string | readonly string[] {
  const source = staticPolicies([['alice', { identity: [policyOf(...statements)] }]])
  const request = requestFor(`GET /bkt?uploads&prefix=${prefix}`)
  try {
    const access = authorizeUploadList({ authenticated: authenticatedAs('alice'), source, ...request })
    if (access.kind === 'all') return 'all'
    return ['alice/1', 'bob/1', 'alice/private/1'].filter((key) => !isDenied(access.checkKey(key)))
  } catch (error) {
    if (error instanceof AccessDenied) return 'denied'
    throw error
  }
}

const list = (Effect: string, prefix?: string) => ({
  Effect,
  Action: 's3:ListBucketMultipartUploads',
  Resource: 'arn:aws:s3:::bkt',
  ...(prefix === undefined ? {} : { Condition: { StringLike: { 's3:prefix': prefix } } }),
})

test.each<[name: string, statements: readonly unknown[], expected: string | readonly string[]]>([
  ['all with the right, whatever the prefix', [list('Allow')], 'all'],
  ['those under a prefix that may be listed', [list('Allow', 'alice/*')], ['alice/1', 'alice/private/1']],
  ['all but those under a prefix that is denied', [list('Allow'), list('Deny', 'alice/private/*')], 'all'],
  [
    'those under a prefix but for a denied part',
    [list('Allow', 'alice/*'), list('Deny', 'alice/private/*')],
    ['alice/1'],
  ],
  ['nothing without the right', [{ ...list('Allow'), Action: 's3:ListBucket' }], 'denied'],
  ['nothing where all is denied', [list('Allow', 'alice/*'), list('Deny')], 'denied'],
])('the list of uploads shows %s', (_name, statements, expected) => {
  expect(shown(...statements)).toEqual(expected)
})

test.each<[prefix: string, statements: readonly unknown[], expected: 'refused' | 'looked through']>([
  ['', [list('Allow', 'alice/*')], 'looked through'],
  ['ali', [list('Allow', 'alice/*')], 'looked through'],
  ['alice/private/', [list('Allow', 'alice/*')], 'looked through'],
  ['bob/', [list('Allow', 'alice/*')], 'refused'],
  ['alice', [list('Allow', 'alice/*'), list('Deny', 'alice*')], 'refused'],
  ['alice/private/', [list('Allow', 'alice/*'), list('Deny', 'alice/private/*')], 'refused'],
  ['alice/p', [list('Allow', 'alice/*'), list('Deny', 'alice/private/*')], 'looked through'],
])('the list of what begins with "%s" is, by %j, %s', (prefix, statements, expected) => {
  const denied = shownOf(prefix, ...statements) === 'denied'
  expect(denied ? 'refused' : 'looked through').toBe(expected)
})

test('a refusal tells the prefix that was asked for', () => {
  const source = staticPolicies([['alice', { identity: [policyOf(list('Allow', 'alice/*'))] }]])
  const input = { authenticated: authenticatedAs('alice'), source, ...requestFor('GET /bkt?uploads&prefix=bob/') }
  expect(() => authorizeUploadList(input)).toThrow(
    expect.objectContaining({
      checks: [
        expect.objectContaining({
          action: 's3:ListBucketMultipartUploads',
          decision: expect.objectContaining({
            effect: 'ImplicitDeny',
            context: [{ key: 's3:prefix', value: { beginsWith: 'bob/' } }],
          }),
        }),
      ],
    }),
  )
})
