import { describe, expect, test } from 'vitest'
import type { QueryPair } from '../http/target.ts'
import { parseQuerySignature } from './parse-presigned.ts'

const SIGNATURE = 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'

const GOOD: Readonly<Record<string, string>> = {
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': 'AKID/20130524/us-east-1/s3/aws4_request',
  'X-Amz-Date': '20130524T000000Z',
  'X-Amz-Expires': '86400',
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': SIGNATURE,
}

function parse(changes: Readonly<Record<string, string | undefined>>, more: readonly QueryPair[] = []) {
  const pairs = Object.entries({ ...GOOD, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  )
  return parseQuerySignature([...pairs, ...more], ['us-east-1'], 604_800)
}

test('a presigned query is read', () => {
  expect(parse({})).toEqual({
    ok: true,
    value: {
      place: 'query',
      accessKey: 'AKID',
      scope: { date: '20130524', region: 'us-east-1', service: 's3' },
      timestamp: '20130524T000000Z',
      signedAt: new Date('2013-05-24T00:00:00Z'),
      dateHeader: undefined,
      signedHeaders: new Set(['host']),
      signature: SIGNATURE,
      expiresSeconds: 86_400,
    },
  })
})

test.each(Object.keys(GOOD))('%s must be there, and once', (name) => {
  expect(parse({ [name]: undefined })).toMatchObject({ failure: { reason: 'malformed' } })
  expect(parse({}, [{ name, value: GOOD[name] ?? '' }])).toMatchObject({ failure: { reason: 'malformed' } })
})

test.each([
  ['SigV4A', { 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' }],
  ['another algorithm', { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' }],
  ['an algorithm in lower case', { 'X-Amz-Algorithm': 'aws4-hmac-sha256' }],
  ['a credential of four parts', { 'X-Amz-Credential': 'AKID/20130524/us-east-1/s3' }],
  ['another service', { 'X-Amz-Credential': 'AKID/20130524/us-east-1/sts/aws4_request' }],
  ['a date that is none', { 'X-Amz-Date': '2013-05-24' }],
  ['an HTTP date', { 'X-Amz-Date': 'Fri, 24 May 2013 00:00:00 GMT' }],
  ['another day than the credential', { 'X-Amz-Date': '20130525T000000Z' }],
  ['no signed headers', { 'X-Amz-SignedHeaders': '' }],
  ['upper-case signed headers', { 'X-Amz-SignedHeaders': 'Host' }],
  ['an empty expiry', { 'X-Amz-Expires': '' }],
  ['a negative expiry', { 'X-Amz-Expires': '-1' }],
  ['an expiry beyond a week', { 'X-Amz-Expires': '604801' }],
  ['an expiry with an exponent', { 'X-Amz-Expires': '1e99' }],
  ['an expiry with a unit', { 'X-Amz-Expires': '60abc' }],
  ['an expiry with a sign', { 'X-Amz-Expires': '+60' }],
  ['an expiry with a blank', { 'X-Amz-Expires': ' 60' }],
  ['a broken expiry', { 'X-Amz-Expires': '60.5' }],
  ['an endless expiry', { 'X-Amz-Expires': '9'.repeat(400) }],
])('%s is malformed', (_name, changes) => {
  expect(parse(changes)).toMatchObject({ ok: false, failure: { reason: 'malformed' } })
})

test('a region that is not accepted is told apart', () => {
  expect(parse({ 'X-Amz-Credential': 'AKID/20130524/eu-west-1/s3/aws4_request' })).toEqual({
    ok: false,
    failure: { reason: 'wrong-region', region: 'eu-west-1' },
  })
})

describe('the expiry', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['604800', 604_800],
  ])('may be %s', (text, expiresSeconds) => {
    expect(parse({ 'X-Amz-Expires': text })).toMatchObject({ ok: true, value: { expiresSeconds } })
  })

  test('must not exceed the limit that is set here', () => {
    const query = Object.entries(GOOD).map(([name, value]) => ({ name, value }))
    expect(parseQuerySignature(query, '*', 86_400).ok).toBe(true)
    expect(parseQuerySignature(query, '*', 86_399)).toMatchObject({ ok: false, failure: { reason: 'malformed' } })
  })
})

test('the first fault in the order of S3 is the one that is named', () => {
  const failed = parse({ 'X-Amz-Algorithm': 'x', 'X-Amz-Date': 'x', 'X-Amz-Expires': 'x' })
  expect(failed).toMatchObject({ failure: { problem: expect.stringContaining('X-Amz-Algorithm') } })
})
