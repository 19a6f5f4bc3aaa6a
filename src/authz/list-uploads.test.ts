import { expect, test } from 'vitest'
import { authenticatedAs, policyOf, requestFor } from '../../test/support/authz-input.ts'
import { AccessDenied, isDenied } from './access-denied.ts'
import { authorizeUploadList } from './list-uploads.ts'
import { staticPolicies } from './policy-source.ts'

function shown(...statements: readonly unknown[]): string | readonly string[] {
  const source = staticPolicies([['alice', { identity: [policyOf(...statements)] }]])
  const request = requestFor('GET /bkt?uploads&prefix=alice/')
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
