import { describe, expect, test } from 'vitest'
import { authenticatedAs, policySource, requestFor } from '../../test/support/authz-input.ts'
import { AccessDenied } from './access-denied.ts'
import { authorizeListBuckets } from './list-buckets.ts'

function shown(...statements: readonly string[]): string | readonly string[] {
  const caller = {
    authenticated: authenticatedAs('alice'),
    source: policySource('alice', ...statements),
    ...requestFor('GET /'),
  }
  try {
    const access = authorizeListBuckets(caller)
    if (access.kind === 'all') return 'all'
    return ['alpha', 'beta', 'gamma'].filter((bucket) => access.grantOn(bucket) !== undefined)
  } catch (error) {
    if (error instanceof AccessDenied) return 'denied'
    throw error
  }
}

describe('the list of buckets shows', () => {
  test.each<[name: string, statements: readonly string[], expected: string | readonly string[]]>([
    ['all with s3:ListAllMyBuckets', ['Allow s3:ListAllMyBuckets *'], 'all'],
    ['all with everything', ['Allow s3:* arn:aws:s3:::*'], 'all'],
    ['those that may be listed', ['Allow s3:ListBucket arn:aws:s3:::alpha,arn:aws:s3:::b*'], ['alpha', 'beta']],
    ['those whose region may be read', ['Allow s3:GetBucketLocation arn:aws:s3:::beta'], ['beta']],
    ['those with a readable key', ['Allow s3:GetObject arn:aws:s3:::gamma/p/x'], ['gamma']],
    ['those with a writable prefix', ['Allow s3:PutObject arn:aws:s3:::*/inbox/*'], ['alpha', 'beta', 'gamma']],
    [
      'not those with other rights only',
      ['Allow s3:GetBucketAcl *', 'Allow s3:GetObject arn:aws:s3:::alpha/*'],
      ['alpha'],
    ],
    [
      'not those with rights on what cannot be',
      ['Allow s3:GetObject arn:aws:s3:::alpha', 'Allow s3:ListBucket arn:aws:s3:::beta/*'],
      [],
    ],
    [
      'not those where all is denied',
      ['Allow s3:GetObject,s3:ListBucket *', 'Deny s3:* arn:aws:s3:::alpha,arn:aws:s3:::alpha/*'],
      ['beta', 'gamma'],
    ],
    [
      'those where some is denied',
      ['Allow s3:GetObject *', 'Deny s3:* arn:aws:s3:::alpha/secret/*'],
      ['alpha', 'beta', 'gamma'],
    ],
    [
      'those where all but a prefix is denied',
      ['Allow s3:GetObject arn:aws:s3:::beta/*', 'Deny s3:* NotResource:arn:aws:s3:::beta/pub/*'],
      ['beta'],
    ],
    ['nothing, without asking the backend, where nothing is granted', ['Allow s3:GetBucketAcl *'], 'denied'],
    [
      'those with rights where the list of all is denied',
      ['Allow s3:* arn:aws:s3:::beta/*', 'Deny s3:ListAllMyBuckets *'],
      ['beta'],
    ],
  ])('%s', (_name, statements, expected) => {
    expect(shown(...statements)).toEqual(expected)
  })
})

test('a bucket is shown by an access that is named', () => {
  const caller = {
    authenticated: authenticatedAs('alice'),
    source: policySource('alice', 'Allow s3:PutObject arn:aws:s3:::alpha/in/*'),
    ...requestFor('GET /'),
  }
  const access = authorizeListBuckets(caller)
  const grant = access.kind === 'some' ? access.grantOn('alpha') : undefined
  expect(grant).toMatchObject({
    action: 's3:PutObject',
    decision: { effect: 'Allow', matched: { policy: 'test', index: 0 } },
  })
  expect(grant?.resource.startsWith('arn:aws:s3:::alpha/in/')).toBe(true)
})

test('an anonymous caller sees no list', () => {
  const caller = {
    authenticated: authenticatedAs(),
    source: policySource('alice', 'Allow s3:* *'),
    ...requestFor('GET /'),
  }
  expect(() => authorizeListBuckets(caller)).toThrow('Access denied.')
})
