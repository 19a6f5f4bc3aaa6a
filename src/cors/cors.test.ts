import { describe, expect, test } from 'vitest'
import { requestFor } from '../../test/support/authz-input.ts'
import type { HeaderPair } from '../http/headers.ts'
import type { CorsRules } from '../s3/cors-rules.ts'
import { corsHeaders } from './headers.ts'
import { preflightHeaders } from './preflight.ts'

const RULE = { allowedHeaders: ['content-type'], exposedHeaders: [], maxAgeSeconds: undefined }
const RULES: CorsRules = new Map([
  [
    'bkt',
    [
      { ...RULE, origins: ['https://a.example'], methods: ['GET', 'PUT'] },
      { ...RULE, origins: ['https://b.example', '*'], methods: ['GET'], exposedHeaders: ['ETag'], maxAgeSeconds: 0 },
    ],
  ],
])

const textOf = (headers: readonly HeaderPair[]): string =>
  headers
    .filter(([name]) => name !== 'vary')
    .map(([name, value]) => `${name.replace('access-control-', '')}=${value}`)
    .join('; ')

describe('the headers of an answer', () => {
  const answered = (line: string, origin?: string): string =>
    textOf(corsHeaders(requestFor(line, origin === undefined ? {} : { origin }).request, RULES))

  test.each([
    [
      'GET /bkt/k',
      'https://a.example',
      'allow-origin=https://a.example; allow-methods=GET, PUT; allow-credentials=true',
    ],
    ['GET /bkt/k', 'null', 'allow-origin=*; allow-methods=GET; expose-headers=ETag; max-age=0'],
    ['GET /bkt/k', 'https://b.example', 'allow-origin=*; allow-methods=GET; expose-headers=ETag; max-age=0'],
    ['PUT /bkt/k', 'https://b.example', ''],
    ['HEAD /bkt/k', 'https://a.example', ''],
    ['GET /other/k', 'https://a.example', ''],
    ['GET /', 'https://a.example', ''],
    ['GET /bkt/k', undefined, ''],
  ])('to %s from %s are: %s', (line, origin, expected) => {
    expect(answered(line, origin)).toBe(expected)
  })
})

test('a preflight is told which of the headers it asked for are allowed', () => {
  const { request } = requestFor('GET /bkt/k', {
    origin: 'https://a.example',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': ' Content-Type ,',
  })
  expect(textOf(preflightHeaders(request, RULES))).toBe(
    'allow-origin=https://a.example; allow-methods=GET, PUT; allow-credentials=true; allow-headers=content-type',
  )
})
