import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { S3Error } from './errors.ts'
import { parsePostPolicy } from './post-policy-document.ts'
import { enforcePostPolicy, sizeBounds } from './post-policy-match.ts'

const EXPIRATION = '2030-01-01T00:00:00.000Z'
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const encoded = (document: unknown): string => base64(JSON.stringify(document))
const policyOf = (...conditions: readonly unknown[]): string => encoded({ expiration: EXPIRATION, conditions })

function told(run: () => void): string {
  try {
    run()
    return 'fine'
  } catch (error) {
    return error instanceof S3Error ? `${error.status} ${error.code}` : String(error)
  }
}

/** What becomes of a form for bucket `b` with these fields under these conditions. */
const outcome = (
  conditions: readonly unknown[],
  fields: Readonly<Record<string, string>>,
  now = '2029-12-31',
): string =>
  told(() =>
    enforcePostPolicy(
      parsePostPolicy(policyOf(...conditions)),
      { bucket: 'b', fields: new Map(Object.entries(fields)) },
      new Date(now),
    ),
  )

const B = { bucket: 'b' }
const K = { key: 'k' }

describe('a policy document', () => {
  test('is read with its field names in lower case', () => {
    const policy = parsePostPolicy(
      policyOf({ BuCket: 'B' }, ['StArTs-WiTh', '$Key', 'A'], ['Content-Length-Range', 1, '2']),
    )
    expect(policy).toEqual({
      expiresAt: new Date(EXPIRATION),
      conditions: [
        { kind: 'eq', field: 'bucket', value: 'B' },
        { kind: 'starts-with', field: 'key', value: 'A' },
        { kind: 'content-length-range', min: 1, max: 2 },
      ],
    })
  })

  test.each<[string, string]>([
    ['is no base64', 'not base64!'],
    ['has blanks in its base64', `${policyOf(B)}\n`],
    ['is no JSON', base64('{')],
    ['is no UTF-8', Buffer.from('{"a\xff":1}', 'latin1').toString('base64')],
    ['begins with a mark of the byte order', base64(`\ufeff${Buffer.from(policyOf(B), 'base64').toString()}`)],
    ['is a list', encoded([])],
    ['is null', encoded(null)],
    ['is longer than 20 KiB', policyOf({ bucket: 'b'.repeat(16_000) })],
    ['has no expiration', encoded({ conditions: [] })],
    ['has no conditions', encoded({ expiration: EXPIRATION })],
    ['has its names in another case', encoded({ EXPIRATION, conditions: [] })],
    ['has something beside', encoded({ expiration: EXPIRATION, conditions: [], version: 1 })],
    ['has conditions that are no list', encoded({ expiration: EXPIRATION, conditions: {} })],
    ['expires at a number', encoded({ expiration: 1_893_456_000, conditions: [] })],
    ['expires at no time', encoded({ expiration: '2030-01-01', conditions: [] })],
    ['expires at a local time', encoded({ expiration: '2030-01-01T00:00:00+01:00', conditions: [] })],
    ['expires on a day that is none', encoded({ expiration: '2030-02-30T00:00:00Z', conditions: [] })],
    ['has an empty condition', policyOf({})],
    ['has an empty list for a condition', policyOf([])],
    ['has a condition on two fields', policyOf({ bucket: 'b', key: 'k' })],
    ['has a condition with a number', policyOf({ success_action_status: 201 })],
    ['has a text for a condition', policyOf('bucket')],
    ['has an unknown operator', policyOf(['ends-with', '$key', 'x'])],
    ['has a field without $', policyOf(['eq', 'key', 'x'])],
    ['has a field of no name', policyOf(['eq', '$', 'x'])],
    ['has a condition of four parts', policyOf(['eq', '$key', 'x', 'y'])],
    ['has a condition on no value', policyOf(['starts-with', '$key'])],
    ['has a range of one bound', policyOf(['content-length-range', 0])],
    ['has a range below nothing', policyOf(['content-length-range', -1, 5])],
    ['has a range the wrong way round', policyOf(['content-length-range', 6, 5])],
    ['has a range of halves', policyOf(['content-length-range', 0.5, 5])],
  ])('that %s is refused', (_name, text) => {
    expect(told(() => parsePostPolicy(text))).toBe('400 InvalidPolicyDocument')
  })

  test('never makes the reader fail in another way', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map(base64),
          fc.jsonValue().map((value) => policyOf(value)),
        ),
        (text) => ['fine', '400 InvalidPolicyDocument'].includes(told(() => void parsePostPolicy(text))),
      ),
    )
  })
})

describe('a form meets its policy', () => {
  test.each<[string, readonly unknown[], Readonly<Record<string, string>>]>([
    ['with equal fields', [B, K], { key: 'k' }],
    ['with a beginning', [B, ['starts-with', '$key', 'user/']], { key: 'user/me/x' }],
    ['with any value, where the beginning is empty', [B, ['starts-with', '$key', '']], { key: 'k' }],
    ['whatever its fields are called in the policy', [{ BUCKET: 'b' }, ['eq', '$KEY', 'k']], { key: 'k' }],
    [
      'with fields that need no condition',
      [B, K],
      { key: 'k', policy: 'p', 'x-amz-signature': 's', 'x-ignore-me': '1' },
    ],
    [
      'with a list of content types',
      [B, ['starts-with', '$Content-Type', 'image/']],
      { 'content-type': 'image/png, image/gif' },
    ],
    ['with a bucket field that says something else', [B, K], { key: 'k', bucket: 'other' }],
    [
      'with several conditions on one field',
      [B, ['starts-with', '$key', 'a'], ['starts-with', '$key', 'ab']],
      { key: 'abc' },
    ],
  ])('%s', (_name, conditions, fields) => {
    expect(outcome(conditions, fields)).toBe('fine')
  })

  test.each<[string, readonly unknown[], Readonly<Record<string, string>>]>([
    ['the bucket of the URL is another', [{ bucket: 'other' }, K], { key: 'k', bucket: 'other' }],
    ['the policy leaves the bucket open', [K], { key: 'k' }],
    ['a value differs in case', [B, K], { key: 'K' }],
    ['a beginning differs', [B, ['starts-with', '$key', 'user/']], { key: 'users/x' }],
    ['a field is not covered', [B, K], { key: 'k', acl: 'private' }],
    ['a covered field is missing', [B, K, { acl: 'private' }], { key: 'k' }],
    ['a field with an empty beginning is missing', [B, K, ['starts-with', '$x-amz-meta-a', '']], { key: 'k' }],
    ['one of two conditions on a field fails', [B, K, ['starts-with', '$key', 'x']], { key: 'k' }],
    [
      'one content type of a list differs',
      [B, ['starts-with', '$Content-Type', 'image/']],
      { 'content-type': 'image/png,text/html' },
    ],
  ])('and not when %s', (_name, conditions, fields) => {
    expect(outcome(conditions, fields)).toBe('403 AccessDenied')
  })

  test('until it expires', () => {
    expect(outcome([B, K], { key: 'k' }, '2029-12-31T23:59:59.999Z')).toBe('fine')
    expect(outcome([B, K], { key: 'k' }, EXPIRATION)).toBe('403 AccessDenied')
  })

  const name = fc
    .stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
    .filter((text) => text !== 'bucket' && text !== 'content-type')
  const fieldsOf = fc.dictionary(name, fc.string(), { minKeys: 1, maxKeys: 5 })

  test('exactly when each of its fields equals what the policy says, whatever fields there are', () => {
    fc.assert(
      fc.property(fieldsOf, fc.nat(), fc.string(), (fields, at, other) => {
        const conditions = [B, ...Object.entries(fields).map(([field, value]) => ({ [field]: value }))]
        const chosen = Object.keys(fields)[at % Object.keys(fields).length] ?? ''
        const changed = { ...fields, [chosen]: other }
        expect(outcome(conditions, fields)).toBe('fine')
        expect(outcome(conditions, changed)).toBe(other === fields[chosen] ? 'fine' : '403 AccessDenied')
      }),
    )
  })

  test('only when no field goes without a condition', () => {
    fc.assert(
      fc.property(fieldsOf, name, (fields, extra) => {
        fc.pre(!Object.hasOwn(fields, extra) && !['policy', 'file', 'signature', 'awsaccesskeyid'].includes(extra))
        fc.pre(!extra.startsWith('x-ignore-') && extra !== 'x-amz-signature')
        const conditions = [B, ...Object.entries(fields).map(([field, value]) => ['eq', `$${field}`, value])]
        expect(outcome(conditions, { ...fields, [extra]: '' })).toBe('403 AccessDenied')
      }),
    )
  })

  test('with every text that begins as it must', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (wanted, value) => {
        const expected = value.startsWith(wanted) ? 'fine' : '403 AccessDenied'
        expect(outcome([B, ['starts-with', '$key', wanted]], { key: value })).toBe(expected)
        expect(outcome([B, ['starts-with', '$key', wanted]], { key: wanted + value })).toBe('fine')
      }),
    )
  })
})

test('the size of the file must lie within all the ranges', () => {
  expect(
    sizeBounds(parsePostPolicy(policyOf(['content-length-range', 1, 10], ['content-length-range', 0, 7]))),
  ).toEqual({
    min: 1,
    max: 7,
  })
  expect(sizeBounds(undefined)).toEqual({ min: 0, max: Number.POSITIVE_INFINITY })
})
