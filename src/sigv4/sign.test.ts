import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/aws-sigv4.json' with { type: 'json' }
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { parseQuery } from '../http/target.ts'
import { parseAmzDate, SigningKeys } from './credential-scope.ts'
import { presignQuery } from './presign.ts'
import { type UnsignedRequest, signRequest } from './sign.ts'

const now = parseAmzDate(vectors.timestamp) ?? new Date(0)
const { credential } = vectors
const keys = new SigningKeys(4)

const request: UnsignedRequest = {
  method: 'PUT',
  path: '/b/k%20k',
  query: [{ name: 'partNumber', value: '1' }],
  headers: [
    ['Host', 'backend:7480'],
    ['Content-Length', '5'],
    ['X-Amz-Meta-A', ' one   two '],
  ],
  payloadHash: 'UNSIGNED-PAYLOAD',
  credential,
  now,
  keys,
}

describe('signRequest', () => {
  test.each(vectors.header)('signs as AWS does: $name', (vector) => {
    const [path = '', query] = vector.target.split('?')
    const signed = new Set(vector.signedHeaders.split(';'))
    const own = new Set(['x-amz-date', 'x-amz-content-sha256'])
    const headers = vector.headers
      .map(([name = '', value = '']): HeaderPair => [name, value])
      .filter(([name]) => signed.has(name.toLowerCase()) && !own.has(name.toLowerCase()))
    const { method, payloadHash } = vector
    const result = signRequest({ ...request, method, path, query: parseQuery(query) ?? [], headers, payloadHash })
    expect(result.seed).toMatchObject({ signature: vector.signature, timestamp: vectors.timestamp })
    expect(result.headers.at(-1)).toEqual([
      'authorization',
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,` +
        `SignedHeaders=${vector.signedHeaders},Signature=${vector.signature}`,
    ])
  })

  test('gives the headers to send with lower-case names and untouched values, the date, hash and claim after them', () => {
    const { headers, query } = signRequest(request)
    expect(query).toBe('partNumber=1')
    expect(headers.slice(0, -1)).toEqual([
      ['host', 'backend:7480'],
      ['content-length', '5'],
      ['x-amz-meta-a', ' one   two '],
      ['x-amz-date', '20130524T000000Z'],
      ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
    ])
  })

  test('signs every header it is given', () => {
    const authorization = new HeaderList(signRequest(request).headers).get('authorization')
    expect(authorization).toContain('SignedHeaders=content-length;host;x-amz-content-sha256;x-amz-date;x-amz-meta-a,')
  })

  test('signs a repeated header once, its values joined', () => {
    const twice = signRequest({
      ...request,
      headers: [
        ['host', 'h'],
        ['x-amz-a', '1'],
        ['x-amz-a', '2'],
      ],
    })
    const joined = signRequest({
      ...request,
      headers: [
        ['host', 'h'],
        ['x-amz-a', '1,2'],
      ],
    })
    expect(twice.seed.signature).toBe(joined.seed.signature)
  })

  test('changes nothing it was given', () => {
    const headers: HeaderPair[] = [
      ['host', 'h'],
      ['a', '1'],
    ]
    signRequest({ ...request, headers })
    expect(headers).toEqual([
      ['host', 'h'],
      ['a', '1'],
    ])
  })
})

describe('presignQuery', () => {
  test.each(vectors.presigned)('presigns as AWS does: $name', (vector) => {
    const { method, path, expiresSeconds } = vector
    const headers = vector.headers.map(([name = '', value = '']): HeaderPair => [name, value])
    const query = presignQuery({ method, path, query: [], headers, credential, now, keys, expiresSeconds })
    expect(query).toBe(
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
        `&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=${vector.signature}`,
    )
  })
})
