import { expect, test } from 'vitest'
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { parseQuery } from '../http/target.ts'
import { findMechanism } from './mechanism.ts'

const V4 = 'AWS4-HMAC-SHA256 Credential=…'

test.each([
  ['no credentials at all', [], '', 'none'],
  ['an Authorization header', [V4], '', 'header'],
  ['a presigned URL', [], 'X-Amz-Algorithm=a&X-Amz-Signature=b', 'query'],
  ['a credential in the query alone', [], 'X-Amz-Credential=a', 'query'],
  ['an expiry in the query alone', [], 'X-Amz-Expires=60', 'query'],
  ['a date in the query alone claims nothing', [], 'X-Amz-Date=20130524T000000Z', 'none'],
  ['two Authorization headers', [V4, V4], '', 'several'],
  ['header and query', [V4], 'X-Amz-Signature=b', 'several'],
  ['header and SigV2 query', [V4], 'AWSAccessKeyId=a&Signature=b&Expires=1', 'several'],
  ['SigV4 and SigV2 query', [], 'X-Amz-Signature=b&AWSAccessKeyId=a&Signature=b&Expires=1', 'several'],
  ['SigV2 header and SigV4 query', ['AWS AKID:sig='], 'X-Amz-Algorithm=a', 'several'],
  ['SigV2 header', ['AWS AKID:sig='], '', 'sigv2'],
  ['SigV2 query', [], 'AWSAccessKeyId=a&Signature=b&Expires=1', 'sigv2'],
  ['SigV2 query in another case', [], 'awsaccesskeyid=a&signature=b', 'sigv2'],
  ['SigV2 query without an expiry', [], 'AWSAccessKeyId=a&Signature=b', 'sigv2'],
  ['one SigV2 parameter claims nothing', [], 'Expires=1', 'none'],
  ['SigV4A header', ['AWS4-ECDSA-P256-SHA256 Credential=…'], '', 'sigv4a-header'],
  ['another scheme', ['Basic dXNlcjpwYXNz'], '', 'unsupported'],
  ['a scheme that only begins like ours', ['AWS4-HMAC-SHA256x Credential=…'], '', 'unsupported'],
  ['our scheme in another case', ['aws4-hmac-sha256 Credential=…'], '', 'unsupported'],
  ['an empty Authorization header', [''], '', 'unsupported'],
] as const)('%s', (_name, authorizations, query, expected) => {
  const headers = new HeaderList(authorizations.map((value): HeaderPair => ['Authorization', value]))
  expect(findMechanism(headers, parseQuery(query) ?? [])).toBe(expected)
})
