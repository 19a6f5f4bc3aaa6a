import { describe, expect, test } from 'vitest'
import { authenticatedAs, policySource, requestFor } from '../../test/support/authz-input.ts'
import { S3Error } from '../s3/errors.ts'
import { AccessDenied } from './access-denied.ts'
import { type Authorization, type AuthorizationInput, admitBody, authorize } from './authorize.ts'
import { decideKeys } from './decide-keys.ts'
import { staticPolicies } from './policy-source.ts'

type Headers = Readonly<Record<string, string>>

function input(statements: readonly string[], line: string, headers: Headers = {}): AuthorizationInput {
  const source = policySource('alice', ...statements)
  return { authenticated: authenticatedAs('alice'), source, ...requestFor(line, headers) }
}

function denialOf(action: () => unknown): AccessDenied {
  try {
    action()
  } catch (error) {
    if (error instanceof AccessDenied) return error
    throw error
  }
  throw new Error('was not denied')
}

function outcomeOf(run: () => void): string {
  try {
    run()
  } catch (error) {
    return error instanceof AccessDenied ? error.name : String(error)
  }
  return 'admitted'
}

const outcomes = (checks: AccessDenied['checks']): readonly string[] =>
  checks.map(({ action, resource, decision }) => `${action} ${resource.slice(13)} ${decision.effect}`)

function authorized(result: Authorization) {
  if (result.kind !== 'authorized') throw new Error(`is ${result.kind}`)
  return result.authorized
}

describe('a request that is allowed', () => {
  test('yields the proof, with what allowed it', () => {
    const result = authorized(authorize(input(['Allow s3:GetObject arn:aws:s3:::bkt/*'], 'GET /bkt/k')))
    expect(result).toEqual({
      principal: authenticatedAs('alice').principal,
      checks: [
        {
          action: 's3:GetObject',
          resource: 'arn:aws:s3:::bkt/k',
          decision: { effect: 'Allow', matched: { policy: 'test', sid: undefined, index: 0 } },
        },
      ],
    })
  })
})

describe('a request is denied', () => {
  test.each<[id: string, statements: readonly string[], line: string, headers: Headers, expected: readonly string[]]>([
    [
      'without any statement on it',
      ['Allow s3:* arn:aws:s3:::other/*'],
      'GET /bkt/k',
      {},
      ['s3:GetObject bkt/k ImplicitDeny'],
    ],
    [
      'by a Deny',
      ['Allow s3:* *', 'Deny s3:Get* arn:aws:s3:::bkt/*'],
      'GET /bkt/k',
      {},
      ['s3:GetObject bkt/k ExplicitDeny'],
    ],
    [
      'P20, a copy whose source may not be read',
      ['Allow s3:PutObject arn:aws:s3:::bkt/*'],
      'PUT /bkt/k',
      { 'x-amz-copy-source': '/src/s' },
      ['s3:PutObject bkt/k Allow', 's3:GetObject src/s ImplicitDeny'],
    ],
    [
      'a copy of a version with the right to the current one only',
      ['Allow s3:PutObject,s3:GetObject *'],
      'PUT /bkt/k',
      { 'x-amz-copy-source': '/src/s?versionId=v' },
      ['s3:PutObject bkt/k Allow', 's3:GetObjectVersion src/s ImplicitDeny'],
    ],
    [
      'P21, tags without the right to tag',
      ['Allow s3:PutObject arn:aws:s3:::bkt/*'],
      'PUT /bkt/k',
      { 'x-amz-tagging': 'a=b' },
      ['s3:PutObject bkt/k Allow', 's3:PutObjectTagging bkt/k ImplicitDeny'],
    ],
    [
      'P22, a version with s3:GetObject only',
      ['Allow s3:GetObject *'],
      'GET /bkt/k?versionId=v',
      {},
      ['s3:GetObjectVersion bkt/k ImplicitDeny'],
    ],
    [
      'attributes without both rights',
      ['Allow s3:GetObjectAttributes *'],
      'GET /bkt/k?attributes',
      {},
      ['s3:GetObject bkt/k ImplicitDeny', 's3:GetObjectAttributes bkt/k Allow'],
    ],
  ])('%s', (_id, statements, line, headers, expected) => {
    const denied = denialOf(() => authorize(input(statements, line, headers)))
    expect(outcomes(denied.checks)).toEqual(expected)
    expect([denied.code, denied.status]).toEqual(['AccessDenied', 403])
    expect(denied).toBeInstanceOf(S3Error)
  })

  test('without a word to the client on what denied it', () => {
    const denied = denialOf(() => authorize(input(['Allow s3:* arn:aws:s3:::other'], 'GET /bkt/k')))
    expect([denied.message, denied.extras]).toEqual(['Access denied.', []])
    expect(denied.detail).toBe('s3:GetObject on arn:aws:s3:::bkt/k: ImplicitDeny')
  })

  test('if it is anonymous, whatever the policies of users say', () => {
    const base = input(['Allow s3:* *'], 'GET /bkt/k')
    const denied = denialOf(() => authorize({ ...base, authenticated: authenticatedAs() }))
    expect(denied.checks[0]?.decision).toEqual({ effect: 'ImplicitDeny', matched: undefined, missing: 'resource' })
  })

  test('if nobody knows the user, be it named like a built-in property', () => {
    const base = input(['Allow s3:* *'], 'GET /bkt/k')
    for (const name of ['bob', '__proto__', 'constructor']) {
      expect(denialOf(() => authorize({ ...base, authenticated: authenticatedAs(name) })).code).toBe('AccessDenied')
    }
    expect(staticPolicies([]).policiesFor({ type: 'Anonymous' }, 'bkt')).toEqual({ identity: [] })
  })
})

describe('a copy without the right to its tags', () => {
  const copy = input(
    ['Allow s3:PutObject,s3:GetObject *', 'Allow s3:PutObjectTagging arn:aws:s3:::bkt/*'],
    'PUT /bkt/k',
    {
      'x-amz-copy-source': '/src/s',
    },
  )

  test('asks whether the source has any, which it may read', () => {
    const result = authorize(copy)
    if (result.kind !== 'source-tags-decide') throw new Error('is decided')
    expect(outcomes(result.mayReadSource.checks)).toEqual(['s3:GetObject src/s Allow'])
    expect(outcomes(result.settle('untagged').checks)).toEqual(['s3:PutObject bkt/k Allow', 's3:GetObject src/s Allow'])
    expect(outcomes(denialOf(() => result.settle('tagged')).checks)).toEqual([
      's3:PutObject bkt/k Allow',
      's3:GetObject src/s Allow',
      's3:GetObjectTagging src/s ImplicitDeny',
      's3:PutObjectTagging bkt/k Allow',
    ])
  })

  test('asks nothing when the rights are there', () => {
    const all = { ...copy, source: policySource('alice', 'Allow s3:* *') }
    expect(authorized(authorize(all)).checks).toHaveLength(4)
  })
})

describe('a body that decides', () => {
  test.each<[name: string, statements: readonly string[], line: string, headers: Headers, admitted: boolean]>([
    ['keys, for who may delete some', ['Allow s3:DeleteObject arn:aws:s3:::bkt/a/*'], 'POST /bkt?delete', {}, true],
    [
      'keys, for who may delete versions',
      ['Allow s3:DeleteObjectVersion arn:aws:s3:::bkt/k'],
      'POST /bkt?delete',
      {},
      true,
    ],
    ['keys, for who may delete none', ['Allow s3:DeleteObject arn:aws:s3:::other/*'], 'POST /bkt?delete', {}, false],
    ['keys, for who may only read', ['Allow s3:GetObject *'], 'POST /bkt?delete', {}, false],
    ['keys, with all denied', ['Allow s3:* *', 'Deny s3:Delete* *'], 'POST /bkt?delete', {}, false],
    ['a new bucket', ['Allow s3:CreateBucket arn:aws:s3:::bkt'], 'PUT /bkt', {}, true],
    ['a new bucket, refused', ['Allow s3:CreateBucket arn:aws:s3:::other'], 'PUT /bkt', {}, false],
    [
      'a new bucket, refused for its ACL',
      ['Allow s3:CreateBucket *'],
      'PUT /bkt',
      { 'x-amz-acl': 'public-read' },
      false,
    ],
  ])('%s: %j', (_name, statements, line, headers, admitted) => {
    const run = () => admitBody(input(statements, line, headers))
    expect(outcomeOf(run)).toBe(admitted ? 'admitted' : 'AccessDenied')
  })

  test('is not read from anonymous callers', () => {
    const base = input(['Allow s3:* *'], 'POST /bkt?delete')
    expect(outcomes(denialOf(() => admitBody({ ...base, authenticated: authenticatedAs() })).checks)).toEqual([
      's3:DeleteObject bkt/* ImplicitDeny',
      's3:DeleteObjectVersion bkt/* ImplicitDeny',
    ])
  })
})

describe('keys of DeleteObjects are decided one by one', () => {
  const current = (key: string) => ({ key, versionId: undefined })

  test('P23: of three one is denied, the others go on', () => {
    const base = input(['Allow s3:DeleteObject arn:aws:s3:::bkt/mine/*'], 'POST /bkt?delete')
    const { keys, authorized: proof } = decideKeys(base, ['mine/1', 'other', 'mine/2'].map(current))
    expect(keys.map((key) => key.outcome)).toEqual(['allowed', 'denied', 'allowed'])
    expect(outcomes(proof?.checks ?? [])).toEqual([
      's3:DeleteObject bkt/mine/1 Allow',
      's3:DeleteObject bkt/mine/2 Allow',
    ])
  })

  test('a version asks for its own right', () => {
    const base = input(['Allow s3:DeleteObject *'], 'POST /bkt?delete')
    const { keys } = decideKeys(base, [current('k'), { key: 'k', versionId: 'v' }, { key: 'k', versionId: 'null' }])
    expect(keys.map((key) => [key.checks[0]?.action, key.outcome])).toEqual([
      ['s3:DeleteObject', 'allowed'],
      ['s3:DeleteObjectVersion', 'denied'],
      ['s3:DeleteObjectVersion', 'denied'],
    ])
  })

  test('bypassing retention is asked for on each', () => {
    const statements = ['Allow s3:DeleteObject *', 'Allow s3:BypassGovernanceRetention arn:aws:s3:::bkt/a']
    const base = input(statements, 'POST /bkt?delete', { 'x-amz-bypass-governance-retention': 'true' })
    expect(decideKeys(base, [current('a'), current('b')]).keys.map((key) => key.outcome)).toEqual(['allowed', 'denied'])
  })

  test('when all are denied there is no proof to send anything', () => {
    const base = input(['Allow s3:DeleteObject arn:aws:s3:::bkt/mine/*'], 'POST /bkt?delete')
    expect(decideKeys(base, [current('other')]).authorized).toBeUndefined()
  })

  test('a key is taken as text: wildcards in it match nothing but themselves', () => {
    const base = input(['Allow s3:DeleteObject arn:aws:s3:::bkt/a'], 'POST /bkt?delete')
    expect(decideKeys(base, ['*', '?', 'a\n', 'a'].map(current)).keys.map((key) => key.outcome)).toEqual([
      'denied',
      'denied',
      'denied',
      'allowed',
    ])
  })
})
