import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { parseQuery, percentDecode } from '../http/target.ts'
import type { SignedParts } from './canonical-forms.ts'
import { parseHeaderSignature } from './parse-signature.ts'
import { receivedRequest } from './received-request.ts'

const DATE = '20261123T120000Z'
const SECRET = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I='

function received(target: string, more: readonly HeaderPair[] = [], parts: Partial<SignedParts> = {}) {
  const names = ['host', 'x-amz-date', ...more.map(([name]) => name)]
  const claim = `Credential=AKID/20261123/fsn1/s3/aws4_request,SignedHeaders=${names.join(';')},Signature=${'a'.repeat(64)}`
  const headers = new HeaderList([
    ['host', 'h:1'],
    ['x-amz-date', DATE],
    ...more.filter(([, value]) => value !== 'absent'),
    ['authorization', `AWS4-HMAC-SHA256 ${claim}`],
  ])
  const [rawPath = '', query] = target.split('?')
  const parsed = parseHeaderSignature(headers, '*')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure))
  return receivedRequest(parsed.value, {
    method: 'GET',
    rawPath,
    path: percentDecode(rawPath) ?? '',
    query: parseQuery(query) ?? [],
    headers,
    hostCandidates: ['h:1', 'h'],
    payloadHash: 'UNSIGNED-PAYLOAD',
    ...parts,
  })
}

test('the canonical request is the one that S3 documents, and the string to sign holds its digest', () => {
  const { canonicalRequest, stringToSign, extent } = received('/b/a%20b?uploads&prefix=x', [['x-amz-meta-a', ' 1  2 ']])
  expect(canonicalRequest).toBe(
    `GET\n/b/a%20b\nprefix=x&uploads=\nhost:h:1\nx-amz-date:${DATE}\nx-amz-meta-a:1 2\n\n` +
      'host;x-amz-date;x-amz-meta-a\nUNSIGNED-PAYLOAD',
  )
  const digest = createHash('sha256').update(canonicalRequest).digest('hex')
  expect(stringToSign).toBe(`AWS4-HMAC-SHA256\n${DATE}\n20261123/fsn1/s3/aws4_request\n${digest}`)
  expect(extent).toBe('whole')
})

test('other hosts, the path as sent and inner blanks are told as lines that would have been taken, too', () => {
  expect(received("/b/it's", [['x-amz-meta-a', '1  2']]).alsoTried).toEqual(["/b/it's", 'x-amz-meta-a:1  2', 'host:h'])
})

test('a header that was named and did not arrive has no line', () => {
  const { canonicalRequest } = received('/b', [['x-amz-meta-a', 'absent']])
  expect(canonicalRequest).not.toContain('x-amz-meta-a:')
  expect(canonicalRequest).toContain('\nhost;x-amz-date;x-amz-meta-a\n')
})

test('secrets are not in it, the signature neither, and the digest is that of what arrived', () => {
  const more: HeaderPair[] = [
    ['x-amz-server-side-encryption-customer-key', SECRET],
    ['cookie', 'session=1234'],
  ]
  const text = JSON.stringify(received('/b?X-Amz-Security-Token=token-token', more))
  for (const secret of [SECRET, 'session=', 'token-token', 'a'.repeat(64)]) expect(text).not.toContain(secret)
  expect(text).toContain('x-amz-server-side-encryption-customer-key:(secret, SHA-256 ')
  expect(received('/b', more).stringToSign).not.toBe(
    received('/b', [...more.slice(0, 1), ['cookie', 'x']]).stringToSign,
  )
})

test('whatever is sent, it stays within its bounds and says that something was left out', () => {
  const long = Array.from({ length: 90 }, (_, i): HeaderPair => [`x-amz-meta-${i}`, 'v  '.repeat(340)])
  const query = Array.from({ length: 900 }, (_, i) => `p${i}=${'q'.repeat(60)}`).join('&')
  const { canonicalRequest, alsoTried, extent } = received(`/${'p'.repeat(5_000)}?${query}`, long)
  expect(extent).toBe('cut')
  expect(canonicalRequest.length).toBeLessThan(35_000)
  expect(canonicalRequest).toContain('(5001 characters, SHA-256 ')
  expect(alsoTried.length).toBeLessThanOrEqual(40)
})
