import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAmzDate, formatScope, parseAmzDate, SigningKeys } from './credential-scope.ts'

const scope = { date: '20130524', region: 'us-east-1', service: 's3' }

test('a scope is written with its terminator', () => {
  expect(formatScope(scope)).toBe('20130524/us-east-1/s3/aws4_request')
})

describe('amz dates', () => {
  test.each([
    ['an ordinary moment', '20130524T010203Z', '2013-05-24T01:02:03.000Z'],
    ['a leap day', '20240229T000000Z', '2024-02-29T00:00:00.000Z'],
    ['a day before the epoch', '19691231T235959Z', '1969-12-31T23:59:59.000Z'],
  ])('%s is read', (_name, text, expected) => {
    expect(parseAmzDate(text)?.toISOString()).toBe(expected)
  })

  test.each([
    ['no leap day', '20230229T000000Z'],
    ['month 13', '20231301T000000Z'],
    ['day 0', '20230100T000000Z'],
    ['hour 24', '20230101T240000Z'],
    ['second 60', '20230101T000060Z'],
    ['extended form', '2013-05-24T01:02:03Z'],
    ['milliseconds', '20130524T010203.000Z'],
    ['no zone', '20130524T010203'],
    ['lower case', '20130524t010203z'],
    ['a sign', '+0130524T010203Z'],
    ['a blank', ' 20130524T010203Z'],
    ['a line feed', '20130524T010203Z\n'],
    ['other digits', '２0130524T010203Z'],
    ['nothing', ''],
  ])('%s is refused', (_name, text) => {
    expect(parseAmzDate(text)).toBeUndefined()
  })

  test('what is written reads back to the same second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        const date = new Date(seconds * 1000)
        expect(parseAmzDate(formatAmzDate(date))).toEqual(date)
      }),
    )
  })
})

describe('SigningKeys', () => {
  test('derives the key of the worked example in the IAM guide', () => {
    const key = new SigningKeys(4).derive('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', {
      date: '20150830',
      region: 'us-east-1',
      service: 'iam',
    })
    expect(key.export().toString('hex')).toBe('c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9')
  })

  test('gives the same key object again', () => {
    const keys = new SigningKeys(4)
    expect(keys.derive('secret', scope)).toBe(keys.derive('secret', { ...scope }))
  })

  test('keeps apart what differs in secret, date, region or service', () => {
    const keys = new SigningKeys(10)
    const variants = [
      keys.derive('secret', scope),
      keys.derive('Secret', scope),
      keys.derive('secret', { ...scope, date: '20130525' }),
      keys.derive('secret', { ...scope, region: 'eu-central-1' }),
      keys.derive('secret', { ...scope, service: 'iam' }),
    ]
    expect(new Set(variants.map((key) => key.export().toString('hex'))).size).toBe(variants.length)
  })

  test('never holds more than it may, and drops the one not used for longest', () => {
    const keys = new SigningKeys(2)
    const a = keys.derive('a', scope)
    const b = keys.derive('b', scope)
    expect(keys.derive('a', scope)).toBe(a)
    keys.derive('c', scope)
    expect(keys.size).toBe(2)
    expect(keys.derive('a', scope)).toBe(a)
    expect(keys.derive('b', scope)).not.toBe(b)
  })

  test('forgets everything when cleared', () => {
    const keys = new SigningKeys(2)
    const a = keys.derive('a', scope)
    keys.clear()
    expect(keys.size).toBe(0)
    expect(keys.derive('a', scope)).not.toBe(a)
  })
})
