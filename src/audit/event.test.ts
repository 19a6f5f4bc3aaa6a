import { describe, expect, test } from 'vitest'
import type { ContextValue } from '../policy/context.ts'
import type { AccessCheck } from '../proof/stages.ts'
import { type AuditFacts, auditEvent } from './event.ts'

const facts: AuditFacts = {
  eventId: 'e1',
  time: new Date('2026-11-26T10:00:00Z'),
  requestId: 'R1',
  principal: {
    type: 'User',
    name: 'alice',
    arn: 'arn:aws:iam::000000000000:user/alice',
    accountId: '000000000000',
    tags: new Map(),
  },
  accessKey: { id: 'alice-key', isKnown: true },
  sourceIp: '127.0.0.1',
  userAgent: 'aws-cli/2.9',
  tls: 'TLSv1.3',
  operation: 'GetObject',
  bucket: 'b',
  key: 'k',
  versionId: undefined,
  checks: [],
  status: 200,
  errorCode: undefined,
  detail: undefined,
  bytesIn: 0,
  bytesOut: 5,
  durationMs: 12,
  received: undefined,
}

const allow: AccessCheck = {
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  decision: { effect: 'Allow', matched: { policy: 'allowed_buckets', sid: undefined, index: 0 } },
}
const deny: AccessCheck = {
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::c/k',
  decision: { effect: 'ExplicitDeny', matched: { policy: 'P', sid: 'NoPut', index: 2 } },
}
const missing: AccessCheck = {
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::c/k',
  decision: { effect: 'ImplicitDeny', matched: undefined, missing: 'identity' },
}

describe('an audit event', () => {
  test('has every field, in the order of the format', () => {
    expect(Object.keys(auditEvent({ ...facts, checks: [allow] }))).toEqual(
      `event_id time request_id principal access_key source_ip user_agent tls operation bucket key version_id action
      resources decision matched checks context status error_code detail bytes_in bytes_out duration_ms received`.split(
        /\s+/,
      ),
    )
  })

  test('shows the statement that allowed', () => {
    expect(auditEvent({ ...facts, checks: [allow] })).toMatchObject({
      action: 's3:GetObject',
      resources: ['arn:aws:s3:::b/k'],
      decision: 'Allow',
      matched: { policy: 'allowed_buckets', sid: null, index: 0 },
    })
  })

  test.each([
    ['an explicit denial', deny, 'ExplicitDeny', { policy: 'P', sid: 'NoPut', index: 2 }],
    ['a missing permission', missing, 'ImplicitDeny', null],
  ])('%s decides over what was allowed before it, and all checks are listed', (_name, refused, decision, matched) => {
    const event = auditEvent({ ...facts, checks: [allow, refused] })
    expect(event).toMatchObject({ action: 's3:PutObject', resources: ['arn:aws:s3:::c/k'], decision, matched })
    expect(event.checks.map((check) => check.decision)).toEqual(['Allow', decision])
  })

  test('says of each check in which kind of policy an Allow is missing', () => {
    const { checks } = auditEvent({ ...facts, checks: [allow, missing] })
    expect(checks.map((check) => check.missing)).toEqual([null, 'identity'])
  })

  test('says why, where that says more than the code', () => {
    expect(auditEvent({ ...facts, detail: 'public ACLs are blocked' }).detail).toBe('public ACLs are blocked')
    expect(auditEvent(facts).detail).toBeNull()
  })

  test('lists the condition keys that the decisions asked for, with all their values', () => {
    const read = (key: string, value: ContextValue): AccessCheck => ({
      ...allow,
      decision: { ...allow.decision, context: [{ key, value }] },
    })
    const checks = [
      read('s3:prefix', ['a/']),
      read('s3:versionid', ['1']),
      read('s3:versionid', ['2']),
      read('aws:referer', undefined),
      read('s3:existingobjecttag/team', ['blue']),
    ]
    expect(auditEvent({ ...facts, checks }).context).toEqual({
      's3:prefix': ['a/'],
      's3:versionid': ['1', '2'],
      'aws:Referer': null,
      's3:ExistingObjectTag/team': ['blue'],
    })
    expect(auditEvent({ ...facts, checks: [allow] }).context).toEqual({})
  })

  test('holds what arrived under a wrong signature, where that is asked for', () => {
    const received = { canonicalRequest: 'GET\n/', stringToSign: 'x', alsoTried: ['host:h'], extent: 'cut' } as const
    expect(auditEvent({ ...facts, received }).received).toEqual({
      canonical_request: 'GET\n/',
      string_to_sign: 'x',
      also_tried: ['host:h'],
      cut: true,
    })
    expect(auditEvent(facts).received).toBeNull()
  })

  test('of a request that never came to the policies has the decision None', () => {
    const event = auditEvent({ ...facts, principal: undefined, accessKey: undefined, operation: undefined })
    expect(event).toMatchObject({ decision: 'None', action: null, resources: [], matched: null, principal: null })
  })

  test('holds no more than four characters of a key id that nobody has', () => {
    const event = auditEvent({ ...facts, accessKey: { id: 'really-a-secret-key', isKnown: false } })
    expect(event.access_key).toBe('real')
  })

  test('stays one line of ASCII-safe JSON whatever the client sent', () => {
    const line = JSON.stringify(auditEvent({ ...facts, key: 'a\nb\u0000\u001b[2J\ud800', userAgent: 'x\r\ny' }))
    expect(line).not.toMatch(/[\u0000-\u001f]/)
    expect(JSON.parse(line)).toMatchObject({ key: 'a\nb\u0000\u001b[2J\ud800', user_agent: 'x\r\ny' })
  })
})
