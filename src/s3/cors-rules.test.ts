import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writeCorsConfiguration } from './bodies/cors.ts'
import { CORS_METHODS, type CorsRule, fittingRule } from './cors-rules.ts'

const rule = (changes: Partial<CorsRule>): CorsRule => ({
  origins: ['https://a.example'],
  methods: ['GET'],
  allowedHeaders: [],
  exposedHeaders: [],
  maxAgeSeconds: undefined,
  ...changes,
})

const fits = (changes: Partial<CorsRule>, origin: string, headers: readonly string[] = []): boolean =>
  fittingRule([rule(changes)], { origin, method: 'GET', headers }) !== undefined

describe('an origin fits', () => {
  test.each([
    ['https://a.example', 'https://a.example', true],
    ['https://a.example', 'https://a.example:8443', false],
    ['https://a.example', 'http://a.example', false],
    ['https://a.example', 'https://a.example.evil', false],
    ['https://a.example', 'https://A.example', false],
    ['*', 'null', true],
    ['https://*.example', 'https://a.example', true],
    ['https://*.example', 'https://a.b.example', true],
    ['https://*.example', 'https://.example', true],
    ['https://*.example', 'https://example', false],
    ['https://*.example', 'https://evil.test/.example', false],
    ['https://*.example', 'https://evil.test#.example', false],
    ['https://*.example', 'https://user@evil.test\\.example', false],
    ['http*://a.example', 'https://a.example', true],
    ['http://localhost:*', 'http://localhost:5173', true],
    ['https://a*a.example', 'https://a.example', false],
  ])('%s, %s: %s', (pattern, origin, expected) => {
    expect(fits({ origins: [pattern] }, origin)).toBe(expected)
  })

  test('exactly when the text around the star is at its ends', () => {
    const word = fc.stringMatching(/^[a-z.]{0,6}$/)
    fc.assert(
      fc.property(word, word, word, (before, middle, after) => {
        expect(fits({ origins: [`${before}*${after}`] }, before + middle + after)).toBe(true)
        expect(fits({ origins: [`${before}*${after}`] }, `-${before}${middle}${after}`)).toBe(before === '')
      }),
    )
  })
})

test('every header must be allowed', () => {
  const allowedHeaders = ['content-type', 'x-amz-*']
  expect(fits({ allowedHeaders }, 'https://a.example', ['content-type', 'x-amz-meta-a'])).toBe(true)
  expect(fits({ allowedHeaders }, 'https://a.example', ['content-type', 'authorization'])).toBe(false)
  expect(fits({ allowedHeaders: ['*'] }, 'https://a.example', ['anything'])).toBe(true)
  expect(fits({}, 'https://a.example', ['content-type'])).toBe(false)
})

test('the first rule that fits counts', () => {
  const first = rule({ methods: ['PUT'] })
  const second = rule({ methods: ['PUT', 'GET'] })
  const third = rule({ origins: ['*'] })
  const question = { origin: 'https://a.example', headers: [] }
  expect(fittingRule([first, second, third], { ...question, method: 'GET' })).toBe(second)
  expect(fittingRule([first, second, third], { ...question, method: 'PUT' })).toBe(first)
  expect(fittingRule([first, second, third], { ...question, method: 'PATCH' })).toBeUndefined()
  expect(CORS_METHODS).not.toContain('OPTIONS')
})

test('rules are written as S3 writes them', () => {
  const rules = [rule({ allowedHeaders: ['*'], exposedHeaders: ['ETag'], maxAgeSeconds: 600 }), rule({})]
  expect(writeCorsConfiguration(rules).toString()).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      '<CORSRule><AllowedHeader>*</AllowedHeader><AllowedMethod>GET</AllowedMethod>' +
      '<AllowedOrigin>https://a.example</AllowedOrigin><ExposeHeader>ETag</ExposeHeader>' +
      '<MaxAgeSeconds>600</MaxAgeSeconds></CORSRule>' +
      '<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>https://a.example</AllowedOrigin></CORSRule>' +
      '</CORSConfiguration>',
  )
})
