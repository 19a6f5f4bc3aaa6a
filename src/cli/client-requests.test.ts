import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { signedAt } from './client-request.ts'
import { clientRequests } from './client-requests.ts'

/** What real clients printed, cut down to the request. */
const recorded = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../../test/fixtures/explain-canonical', name))

const BARE = [
  'GET',
  '/b/k',
  'prefix=a%2Fb&uploads=',
  'host:h:1',
  'x-amz-date:20261123T120000Z',
  '',
  'host;x-amz-date',
  'UNSIGNED-PAYLOAD',
]
const only = (text: string | Buffer) => {
  const found = clientRequests(typeof text === 'string' ? Buffer.from(text) : text)
  expect(found).toHaveLength(1)
  return found[0]
}

describe('debug output', () => {
  test.each([
    ['aws-cli-1.txt', { told: 'signed', method: 'GET', path: '/a-bkt/a%20b/k%2B%C3%BC.txt', query: '' }],
    ['aws-cli-2.txt', { told: 'signed', method: 'PUT', path: '/a-bkt/k' }],
    ['boto3.txt', { told: 'signed', method: 'PUT', path: '/a-bkt/a//b' }],
    ['boto3-presigned.txt', { told: 'signed', method: 'GET', signedHeaders: 'host', payloadHash: 'UNSIGNED-PAYLOAD' }],
    ['s3cmd.txt', { told: 'signed', method: 'GET', path: '/a-bkt/', query: 'delimiter=%2F' }],
    ['rclone-auth.txt', { told: 'sent', method: 'HEAD', path: '/a-bkt/x%20y' }],
    ['curl.txt', { told: 'sent', method: 'GET', signedHeaders: 'host;x-amz-content-sha256;x-amz-date' }],
    ['aws-crt.txt', { told: 'signed', method: 'PUT', path: '/a-bkt/k' }],
    ['boto3-crt.txt', { told: 'sent', method: 'PUT', path: '/a-bkt/k', query: '' }],
    ['minio-js.txt', { told: 'sent', method: 'HEAD', path: '/a-bkt/k' }],
  ])('of %s is read', (name, expected) => {
    const request = only(recorded(name))
    expect(request).toMatchObject(expected)
    expect(request?.accessKey).toBe('ALICEACCESSKEY01')
    expect(request?.headers.get('host')).toMatch(/^127\.0\.0\.1:(?:40935|9911)$/)
    expect(request === undefined ? '' : signedAt(request)).toMatch(/^20261126T12[23]\d\d\dZ$/)
  })

  test('of rclone without --dump auth says neither key nor which headers are signed', () => {
    expect(only(recorded('rclone-headers.txt'))).toMatchObject({
      told: 'sent',
      accessKey: undefined,
      signedHeaders: undefined,
      stringToSign: undefined,
    })
  })

  test('of botocore has the string to sign behind the canonical request', () => {
    expect(only(recorded('boto3.txt'))?.stringToSign).toMatchObject({
      timestamp: '20261126T122850Z',
      scope: '20261126/eu-test-1/s3/aws4_request',
      requestHash: 'a61cb1a0138875a77127709d2de6d3b4e07dd4f4f1b8e577c8b043af6560df60',
    })
  })

  test('of botocore with the Common Runtime has headers as Python writes them', () => {
    const line =
      "<AWSPreparedRequest stream_output=False, method=GET, url=https://h:443/b/k?a=b%20c, headers={'x-amz-meta-a': b'it\\'s \\xc3\\xa9', 'X-B': \"it's\", 'Authorization': b'AWS4-HMAC-SHA256 Credential=AKID/20261126/r/s3/aws4_request, SignedHeaders=host, Signature=00'}>"
    const request = only(`botocore.endpoint [DEBUG] Sending http request: ${line}`)
    expect(request).toMatchObject({ path: '/b/k', query: 'a=b%20c', signedHeaders: 'host', accessKey: 'AKID' })
    expect([...(request?.headers ?? [])].slice(0, 2)).toEqual([
      ['x-amz-meta-a', "it's \u00c3\u00a9"],
      ['x-b', "it's"],
    ])
    expect(request?.headers.get('host')).toBe('h')
  })

  test('of several requests gives each with its own key and string to sign', () => {
    const found = clientRequests(
      Buffer.concat([recorded('aws-cli-1.txt'), recorded('boto3.txt'), recorded('curl.txt')]),
    )
    expect(found.map(({ method, line }) => [method, line])).toEqual([
      ['GET', 3],
      ['PUT', expect.any(Number)],
    ])
    expect(new Set(found.map(({ stringToSign }) => stringToSign?.requestHash)).size).toBe(2)
  })
})

describe('a canonical request by itself is found', () => {
  const text = BARE.join('\n')
  const expected = { method: 'GET', path: '/b/k', query: 'prefix=a%2Fb&uploads=', payloadHash: 'UNSIGNED-PAYLOAD' }
  test.each<[name: string, text: string | Buffer]>([
    ['as it is', text],
    ['with line ends of Windows', BARE.join('\r\n')],
    [
      'in UTF-16 with a mark, as PowerShell redirects',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
    ],
    ['in UTF-16 the other way round', Buffer.from([0xfe, 0xff, ...Buffer.from(text, 'utf16le').swap16()])],
    ['in UTF-8 with a mark', `\ufeff${text}`],
    ['in quotes behind a label', `AWS4 Canonical Request: '"${text}"'`],
    ['in one line of JSON', `{"msg":${JSON.stringify(`CanonicalRequest: ${text}`)}}`],
    [
      "in the XML of another server's answer",
      `<CanonicalRequest>${text.replaceAll('&', '&amp;').replaceAll('\n', '&#10;')}</CanonicalRequest>`,
    ],
  ])('%s', (_name, file) => {
    expect(only(file)).toMatchObject(expected)
  })

  test('with the string to sign before it, when its digest says so', () => {
    const toSign = (digest: string): string =>
      `AWS4-HMAC-SHA256\n20261123T120000Z\n20261123/fsn1/s3/aws4_request\n${digest}`
    const own = createHash('sha256').update(text).digest('hex')
    const other = 'a'.repeat(64)
    expect(only(`${toSign(own)}\n${text}`)?.stringToSign?.requestHash).toBe(own)
    expect(only(`${toSign(other)}\n${text}`)?.stringToSign).toBeUndefined()
    expect(only(`${text}\n${toSign(other)}`)?.stringToSign?.requestHash).toBe(other)
    expect(only(`${text}\n${toSign(other)}\n${toSign(own)}`)?.stringToSign?.requestHash).toBe(own)
  })
})

test.each([
  ['nothing', ''],
  ['other text', 'GET\nsome text\nthat is none\n'],
  ['a canonical request that is cut short', BARE.slice(0, 6).join('\n')],
  ['a request that is not signed', 'GET /b/k HTTP/1.1\nHost: h\n\n'],
  ['an answer', '< HTTP/1.1 403 Forbidden\n< Authorization: x\n'],
  ['a string to sign alone', `AWS4-HMAC-SHA256\n20261123T120000Z\n20261123/fsn1/s3/aws4_request\n${'a'.repeat(64)}`],
])('in %s there is none', (_name, text) => {
  expect(clientRequests(Buffer.from(text))).toEqual([])
})

test('a megabyte of methods and headers is read in bounded time', () => {
  const text = `${'GET\n/a\n\na:b\n'.repeat(50_000)}${'x:y\n'.repeat(100_000)}`
  const before = performance.now()
  expect(clientRequests(Buffer.from(text))).toEqual([])
  expect(performance.now() - before).toBeLessThan(5_000)
})
