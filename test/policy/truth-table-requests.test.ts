import { describe, expect, test } from 'vitest'
import { AccessDenied } from '../../src/authz/access-denied.ts'
import { mayLearnOfMissingKey } from '../../src/authz/answer-rights.ts'
import { type AuthorizationInput, authorize } from '../../src/authz/authorize.ts'
import type { BodyFacts } from '../../src/authz/body-facts.ts'
import { decideKeys } from '../../src/authz/decide-keys.ts'
import { staticPolicies } from '../../src/authz/policy-source.ts'
import { authenticatedAs, CIRCUMSTANCES, policyOf, policySource, requestFor } from '../support/authz-input.ts'

// The rows of the project's table of how AWS decides that are about whole requests: what one needs beside its own action,
// and the policies that people copy from AWS's pages.

type Headers = Readonly<Record<string, string>>
type Verdict = 'A' | 'D' | 'X' | 'tags'

interface Asked {
  readonly headers?: Headers
  readonly facts?: BodyFacts
  readonly more?: Partial<AuthorizationInput>
}

function inputFor(
  statements: readonly unknown[],
  line: string,
  { headers = {}, facts, more = {} }: Asked = {},
): AuthorizationInput {
  return {
    authenticated: authenticatedAs('alice'),
    source: staticPolicies([['alice', { identity: [policyOf(...statements)] }]]),
    ...requestFor(line, headers),
    ...(facts === undefined ? {} : { facts }),
    ...more,
  }
}

function verdict(statements: readonly unknown[], line: string, asked: Asked = {}): Verdict {
  try {
    const decided = authorize(inputFor(statements, line, asked))
    return decided.kind === 'tags-decide' ? 'tags' : 'A'
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error
    return error.checks.some(({ decision }) => decision.effect === 'ExplicitDeny') ? 'X' : 'D'
  }
}

const allow = (Action: unknown, Resource: unknown = '*', Condition: unknown = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
})
const deny = (Action: unknown, Resource: unknown = '*', Condition: unknown = {}) => ({
  Effect: 'Deny',
  Action,
  Resource,
  Condition,
})
const everything = allow('s3:*')
const presigned = (timestamp: string): Asked => ({
  more: {
    authenticated: {
      ...authenticatedAs('alice'),
      authType: 'REST-QUERY-STRING',
      seed: { timestamp, scope: { region: 'eu-test-1' } },
    } as never,
  },
})
const anonymous: Asked = {
  more: {
    authenticated: authenticatedAs(),
    source: { policiesFor: () => ({ identity: [], resource: policyOf(everything) }) },
  },
}

describe('what a request needs', () => {
  test('P20: a copy needs the right to read its source', () => {
    const copy = { headers: { 'x-amz-copy-source': '/src/s' } }
    expect(verdict([allow('s3:PutObject')], 'PUT /bkt/k', copy)).toBe('D')
    expect(verdict([allow(['s3:PutObject', 's3:GetObject', 's3:*Tagging'])], 'PUT /bkt/k', copy)).toBe('A')
  })

  test('P21: tags of an upload need the right to tag', () => {
    const tagged = { headers: { 'x-amz-tagging': 'a=b' } }
    expect(verdict([allow('s3:PutObject')], 'PUT /bkt/k', tagged)).toBe('D')
    expect(verdict([allow(['s3:PutObject', 's3:PutObjectTagging'])], 'PUT /bkt/k', tagged)).toBe('A')
  })

  test('P22: a version needs the right to versions', () => {
    expect(verdict([allow('s3:GetObject')], 'GET /bkt/k?versionId=v')).toBe('D')
    expect(verdict([allow('s3:GetObjectVersion')], 'GET /bkt/k?versionId=v')).toBe('A')
  })

  test('P23: each key of a multi-delete is decided by itself', () => {
    const input = inputFor([allow('s3:DeleteObject', 'arn:aws:s3:::bkt/a/*')], 'POST /bkt?delete', {
      headers: { 'content-length': '1' },
    })
    const targets = ['a/1', 'b/1', 'a/2'].map((key) => ({ key, versionId: undefined }))
    const { keys, authorized } = decideKeys(input, targets as never)
    expect(keys.map(({ outcome }) => outcome)).toEqual(['allowed', 'denied', 'allowed'])
    expect(authorized?.checks).toHaveLength(2)
  })

  test('P24: a missing key is 404 only to who may list it', () => {
    const may = (statement: string) => {
      const input = {
        ...inputFor([allow('s3:GetBucketAcl')], 'GET /bkt/p/k'),
        source: policySource('alice', statement),
      }
      return mayLearnOfMissingKey(input, { bucket: 'bkt', key: 'p/k', versionId: undefined })
    }
    expect(may('Allow s3:GetObject *')).toBe(false)
    expect(may('Allow s3:ListBucket arn:aws:s3:::bkt')).toBe(true)
    const byPrefix = (prefix: string) =>
      mayLearnOfMissingKey(
        inputFor([allow('s3:ListBucket', '*', { StringLike: { 's3:prefix': prefix } })], 'GET /bkt/p/k'),
        {
          bucket: 'bkt',
          key: 'p/k',
          versionId: undefined,
        },
      )
    expect([byPrefix('p/*'), byPrefix('q/*')]).toEqual([true, false])
  })

  test('P25: an evaluation that fails denies, and the log is told', () => {
    const broken = { policiesFor: () => ({ identity: [{ name: 'x', rules: undefined }] }) } as never
    try {
      authorize(inputFor([allow('s3:GetBucketAcl')], 'GET /bkt/k', { more: { source: broken } }))
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'AccessDenied', detail: expect.stringMatching(/^the evaluation failed: ./) })
    }
  })
})

describe('policies that people copy', () => {
  const list = (prefix?: string) => `GET /bkt?list-type=2${prefix === undefined ? '' : `&prefix=${prefix}`}`

  test('S1: a home directory', () => {
    const home = [
      allow('s3:ListBucket', 'arn:aws:s3:::bkt', {
        StringLike: { 's3:prefix': ['', 'home/', 'home/${aws:username}/*'] },
      }),
    ]
    expect(
      [list(''), list('home/'), list('home/alice/'), list('home/bob/'), list()].map((line) => verdict(home, line)),
    ).toEqual(['A', 'A', 'A', 'D', 'D'])
  })

  test('S2: plain HTTP is denied', () => {
    const policy = [everything, deny('s3:*', '*', { Bool: { 'aws:SecureTransport': 'false' } })]
    expect(verdict(policy, 'GET /bkt/k')).toBe('A')
    expect(verdict(policy, 'GET /bkt/k', { more: { circumstances: { ...CIRCUMSTANCES, transport: 'plain' } } })).toBe(
      'X',
    )
  })

  test('S3: encryption is demanded, and multipart goes on working', () => {
    const policy = [everything, deny('s3:PutObject', '*', { Null: { 's3:x-amz-server-side-encryption': 'true' } })]
    const encrypted = { headers: { 'x-amz-server-side-encryption': 'AES256' } }
    expect(verdict(policy, 'PUT /bkt/k')).toBe('X')
    expect(verdict(policy, 'PUT /bkt/k', encrypted)).toBe('A')
    expect(verdict(policy, 'POST /bkt/k?uploads')).toBe('X')
    expect(verdict(policy, 'POST /bkt/k?uploads', encrypted)).toBe('A')
    expect(verdict(policy, 'PUT /bkt/k?partNumber=1&uploadId=u')).toBe('A')
    expect(verdict(policy, 'POST /bkt/k?uploadId=u')).toBe('A')
    const only = [allow('s3:PutObject', '*', { StringEquals: { 's3:x-amz-server-side-encryption': 'AES256' } })]
    expect(verdict(only, 'PUT /bkt/k')).toBe('D')
    expect(verdict(only, 'PUT /bkt/k?partNumber=1&uploadId=u')).toBe('A')
    const elsewhere = [
      allow('s3:PutObject', '*', {
        StringEquals: { 's3:x-amz-server-side-encryption': 'AES256' },
        IpAddress: { 'aws:SourceIp': '198.51.100.0/24' },
      }),
    ]
    expect(verdict(elsewhere, 'PUT /bkt/k?partNumber=1&uploadId=u')).toBe('D')
  })

  test('S4: old presigned URLs are denied', () => {
    const policy = [everything, deny('s3:*', '*', { NumericGreaterThan: { 's3:signatureAge': 600000 } })]
    expect(verdict(policy, 'GET /bkt/k', presigned('20261123T114959Z'))).toBe('X')
    expect(verdict(policy, 'GET /bkt/k', presigned('20261123T115000Z'))).toBe('A')
    expect(verdict(policy, 'GET /bkt/k')).toBe('A')
  })

  test('S5: only signatures in a header', () => {
    const policy = [everything, deny('s3:*', '*', { StringNotEquals: { 's3:authType': 'REST-HEADER' } })]
    expect(verdict(policy, 'GET /bkt/k')).toBe('A')
    expect(verdict(policy, 'GET /bkt/k', presigned('20261123T115959Z'))).toBe('X')
    expect(
      verdict(policy, 'GET /bkt/k', {
        more: { ...anonymous.more, source: { policiesFor: () => ({ identity: [], resource: policyOf(...policy) }) } },
      }),
    ).toBe('X')
  })

  test('S6: reading by tag asks for the tags, and only where they decide', () => {
    const policy = [allow('s3:GetObject', '*', { StringEquals: { 's3:ExistingObjectTag/pub': 'yes' } })]
    expect(verdict(policy, 'GET /bkt/k')).toBe('tags')
    expect(verdict([everything, ...policy], 'GET /bkt/k')).toBe('A')
    const decided = authorize(inputFor(policy, 'GET /bkt/k'))
    if (decided.kind !== 'tags-decide') throw new Error(decided.kind)
    expect(decided.settle([{ key: 'pub', value: 'yes' }]).kind).toBe('authorized')
    expect(() => decided.settle([{ key: 'pub', value: 'no' }])).toThrow(AccessDenied)
    expect(() => decided.settle([])).toThrow(AccessDenied)
  })

  test('S7: only some tags', () => {
    const policy = [
      allow(['s3:PutObject', 's3:PutObjectTagging'], '*', {
        'ForAllValues:StringLike': { 's3:RequestObjectTagKeys': ['Owner', 'Cost*'] },
      }),
    ]
    const tagged = (value: string) => verdict(policy, 'PUT /bkt/k', { headers: { 'x-amz-tagging': value } })
    expect([verdict(policy, 'PUT /bkt/k'), tagged('Owner=a&CostCenter=b'), tagged('Owner=a&Other=b')]).toEqual([
      'A',
      'A',
      'D',
    ])
    const put = (key: string) => verdict(policy, 'PUT /bkt/k?tagging', { facts: { tags: [{ key, value: 'x' }] } })
    expect([put('Owner'), put('Other')]).toEqual(['A', 'D'])
  })

  test('S8: no public ACL, be it in a header, a hoisted parameter, a form or a document', () => {
    const policy = [everything, deny('s3:*', '*', { StringLike: { 's3:x-amz-acl': 'public-*' } })]
    const acl = { headers: { 'x-amz-acl': 'public-read' } }
    expect(verdict(policy, 'PUT /bkt/k', acl)).toBe('X')
    expect(verdict(policy, 'PUT /bkt/k?X-Amz-Acl=public-read')).toBe('X')
    expect(verdict(policy, 'PUT /bkt/k?acl', { ...acl, facts: {} })).toBe('X')
    const form = { form: { key: 'k', amz: new Map([['x-amz-acl', 'public-read']]) } }
    expect(
      verdict(policy, 'POST /bkt', { headers: { 'content-type': 'multipart/form-data; boundary=x' }, facts: form }),
    ).toBe('X')
    const everybody = { type: 'Group', uri: 'http://acs.amazonaws.com/groups/global/AllUsers' } as const
    const grants = [{ grantee: everybody, permission: 'READ' as const }]
    expect(verdict(policy, 'PUT /bkt/k?acl', { facts: { acl: { ownerId: undefined, grants } } })).toBe('X')
    expect(verdict(policy, 'PUT /bkt/k', { headers: { 'x-amz-acl': 'private' } })).toBe('A')
  })

  test('S9: no long retention, be it in a header or a document', () => {
    const policy = [
      everything,
      deny('s3:PutObjectRetention', '*', { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': '10' } }),
    ]
    const until = (retainUntilDate: string) => ({ retention: { mode: 'GOVERNANCE' as const, retainUntilDate } })
    expect(verdict(policy, 'PUT /bkt/k?retention', { facts: until('2026-12-05T12:00:00Z') })).toBe('X')
    expect(verdict(policy, 'PUT /bkt/k?retention', { facts: until('2026-12-03T12:00:00Z') })).toBe('A')
    const header = (date: string) => ({
      headers: { 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': date },
    })
    expect(verdict(policy, 'PUT /bkt/k', header('2026-12-05T12:00:00Z'))).toBe('X')
    expect(verdict(policy, 'PUT /bkt/k', header('2026-12-03T12:00:00Z'))).toBe('A')
    expect(verdict(policy, 'PUT /bkt/k', header('a long time'))).toBe('X')
  })

  test('S10: copies only from a place', () => {
    const source = { StringNotLike: { 's3:x-amz-copy-source': 'src/public/*' } }
    const from = (key: string) => ({ headers: { 'x-amz-copy-source': `/src/${key}` } })
    const strict = [everything, deny('s3:PutObject', '*', source)]
    expect(verdict(strict, 'PUT /bkt/k', from('public/a'))).toBe('A')
    expect(verdict(strict, 'PUT /bkt/k', from('secret/a'))).toBe('X')
    expect(verdict(strict, 'PUT /bkt/k', from('public%2F..%2Fa'))).toBe('A')
    expect(verdict(strict, 'PUT /bkt/k')).toBe('X')
    const sparing = [everything, deny('s3:PutObject', '*', { ...source, Null: { 's3:x-amz-copy-source': 'false' } })]
    expect(verdict(sparing, 'PUT /bkt/k')).toBe('A')
    expect(verdict(sparing, 'PUT /bkt/k?partNumber=1&uploadId=u', from('secret/a'))).toBe('X')
  })

  test('S11: nothing is overwritten', () => {
    const policy = [
      everything,
      deny('s3:PutObject', '*', {
        Null: { 's3:if-none-match': 'true' },
        Bool: { 's3:ObjectCreationOperation': 'true' },
      }),
    ]
    const once = { headers: { 'If-None-Match': '*' } }
    expect(verdict(policy, 'PUT /bkt/k')).toBe('X')
    expect(verdict(policy, 'PUT /bkt/k', once)).toBe('A')
    expect(verdict(policy, 'PUT /bkt/k?partNumber=1&uploadId=u')).toBe('A')
    expect(verdict(policy, 'POST /bkt/k?uploads')).toBe('A')
    expect(verdict(policy, 'POST /bkt/k?uploadId=u')).toBe('X')
    expect(verdict(policy, 'POST /bkt/k?uploadId=u', once)).toBe('A')
  })
})
