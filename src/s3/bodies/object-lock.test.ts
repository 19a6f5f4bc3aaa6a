import { describe, expect, test } from 'vitest'
import { writeLocation } from './location.ts'
import { parseLegalHold, parseRetention, writeLegalHold, writeRetention } from './object-lock.ts'

const retention = (inner: string) => parseRetention(Buffer.from(`<Retention>${inner}</Retention>`))
const mode = (text: string) => `<Mode>${text}</Mode>`
const until = (text: string) => `<RetainUntilDate>${text}</RetainUntilDate>`

describe('a Retention document', () => {
  test.each([
    ['2030-01-01T00:00:00Z'],
    ['2030-01-01T00:00:00.000Z'],
    ['2030-01-01T00:00:00+02:00'],
    ['2030-01-01T00:00:00.123456789Z'],
  ])('may hold until %s', (date) => {
    const read = retention(mode('GOVERNANCE') + until(date))
    expect(read).toEqual({ mode: 'GOVERNANCE', retainUntilDate: date })
    expect(parseRetention(writeRetention({ mode: 'GOVERNANCE', retainUntilDate: date }))).toEqual(read)
  })

  test('without content takes the retention away', () => {
    expect(retention('')).toEqual({ mode: undefined, retainUntilDate: undefined })
  })

  test.each([
    ['a mode without a date', mode('COMPLIANCE')],
    ['a date without a mode', until('2030-01-01T00:00:00Z')],
    ['an unknown mode', mode('governance') + until('2030-01-01T00:00:00Z')],
    ['an empty mode', mode('') + until('2030-01-01T00:00:00Z')],
    ['a date that is none', mode('COMPLIANCE') + until('2030-13-01T00:00:00Z')],
    ['a date without a zone', mode('COMPLIANCE') + until('2030-01-01T00:00:00')],
    ['a second mode', mode('COMPLIANCE') + mode('GOVERNANCE') + until('2030-01-01T00:00:00Z')],
  ])('is refused with %s', (_name, inner) => {
    expect(retention(inner)).toHaveProperty('code', 'MalformedXML')
  })
})

describe('a LegalHold document', () => {
  test('is on or off', () => {
    for (const status of ['ON', 'OFF'] as const) expect(parseLegalHold(writeLegalHold({ status }))).toEqual({ status })
  })

  test('is nothing else', () => {
    expect(parseLegalHold(Buffer.from('<LegalHold><Status>on</Status></LegalHold>'))).toHaveProperty(
      'problem',
      'unknown-status',
    )
    expect(parseLegalHold(Buffer.from('<LegalHold/>'))).toHaveProperty('problem', 'missing-element')
  })
})

test('a location is empty for us-east-1 only', () => {
  expect(writeLocation('us-east-1').toString()).toMatch(/<LocationConstraint xmlns="[^"]+"><\/LocationConstraint>$/)
  expect(writeLocation('fsn1').toString()).toMatch(/>fsn1<\/LocationConstraint>$/)
})
