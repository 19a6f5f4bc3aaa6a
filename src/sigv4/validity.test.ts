import { describe, expect, test } from 'vitest'
import type { ClaimedSignature } from './parse-signature.ts'
import { expiryOf, timeFailure } from './validity.ts'

const MINUTE = 60_000
const signedAt = new Date('2013-05-24T00:00:00Z')

function claim(expiresSeconds: number | undefined): ClaimedSignature {
  return {
    place: expiresSeconds === undefined ? 'header' : 'query',
    accessKey: 'AKID',
    scope: { date: '20130524', region: 'us-east-1', service: 's3' },
    timestamp: '20130524T000000Z',
    signedAt,
    signedHeaders: new Set(['host']),
    signature: '',
    expiresSeconds,
    dateHeader: undefined,
  }
}

const later = (ms: number): Date => new Date(signedAt.getTime() + ms)

describe('a header signature', () => {
  test.each([
    ['is fresh at once', 0, undefined],
    ['is good 14 minutes later', 14 * MINUTE, undefined],
    ['is good exactly 15 minutes later', 15 * MINUTE, undefined],
    ['is too old a millisecond after', 15 * MINUTE + 1, 'skewed'],
    ['is good exactly 15 minutes before its time', -15 * MINUTE, undefined],
    ['is too early a millisecond before that', -15 * MINUTE - 1, 'skewed'],
  ])('%s', (_name, ageMs, expected) => {
    expect(timeFailure(claim(undefined), later(ageMs), 15 * MINUTE)).toBe(expected)
  })
})

describe('a presigned URL', () => {
  test.each([
    ['is good at once', 60, 0, undefined],
    ['is good at its last moment', 60, MINUTE, undefined],
    ['is expired a millisecond after', 60, MINUTE + 1, 'expired'],
    ['is expired at birth with 0 seconds', 0, 0, 'expired'],
    ['is expired before birth with 0 seconds', 0, -MINUTE, 'expired'],
    ['is good for days', 604_800, 604_800_000, undefined],
    ['may be dated 15 minutes ahead', 60, -15 * MINUTE, undefined],
    ['may not be dated further ahead', 60, -15 * MINUTE - 1, 'not-yet-valid'],
  ])('%s', (_name, seconds, ageMs, expected) => {
    expect(timeFailure(claim(seconds), later(ageMs), 15 * MINUTE)).toBe(expected)
  })

  test('knows when it expires', () => {
    expect(expiryOf(claim(60)).toISOString()).toBe('2013-05-24T00:01:00.000Z')
  })
})
