import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SigningKeys } from './credential-scope.ts'
import { findFormMechanism, type FormFieldReader, parsePolicyClaim, verifyPolicySignature } from './post-policy.ts'

// The form that AWS prints with its signature, line ends as in the original.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
const POLICY_LINES = [
  '{ "expiration": "2015-12-30T12:00:00.000Z",',
  '  "conditions": [',
  '    {"bucket": "sigv4examplebucket"},',
  '    ["starts-with", "$key", "user/user1/"],',
  '    {"acl": "public-read"},',
  '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
  '    ["starts-with", "$Content-Type", "image/"],',
  '    {"x-amz-meta-uuid": "14365123651274"},',
  '    {"x-amz-server-side-encryption": "AES256"},',
  '    ["starts-with", "$x-amz-meta-tag", ""],',
  '',
  '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
  '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
  '    {"x-amz-date": "20151229T000000Z" }',
  '  ]',
  '}',
]
const EXAMPLE: Readonly<Record<string, string>> = {
  policy: Buffer.from(POLICY_LINES.join('\r\n')).toString('base64'),
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request',
  'x-amz-date': '20151229T000000Z',
  'x-amz-signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
}
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

const reader =
  (fields: Readonly<Record<string, string | undefined>>): FormFieldReader =>
  (name) =>
    Object.hasOwn(fields, name) ? fields[name] : undefined

const failureOf = (changes: Readonly<Record<string, string | undefined>>): string => {
  const claim = parsePolicyClaim(reader({ ...EXAMPLE, ...changes }), ['us-east-1'])
  if (claim.ok) return 'none'
  const { failure } = claim
  return 'problem' in failure ? failure.problem : 'field' in failure ? `no ${failure.field}` : failure.reason
}

const verifies = (changes: Readonly<Record<string, string>> = {}, secret = SECRET): boolean => {
  const claim = parsePolicyClaim(reader({ ...EXAMPLE, ...changes }), ['us-east-1'])
  if (!claim.ok) throw new Error(claim.failure.reason)
  return verifyPolicySignature(claim.value, new SigningKeys(10).derive(secret, claim.value.scope))
}

describe('the signature of a form', () => {
  test("is the one of AWS's own example", () => {
    expect(verifies()).toBe(true)
    expect(verifies({}, 'another secret')).toBe(false)
  })

  test('covers every character of the policy text', () => {
    const { policy = '' } = EXAMPLE
    fc.assert(
      fc.property(fc.nat(policy.length - 1), fc.constantFrom('A', '=', ' ', '\n', 'é'), (at, character) => {
        const changed = policy.slice(0, at) + character + policy.slice(at + 1)
        return verifies({ policy: changed }) === (changed === policy)
      }),
    )
    expect(verifies({ policy: `${policy}=` })).toBe(false)
  })

  test.each([
    ['upper case', EXAMPLE['x-amz-signature']?.toUpperCase() ?? ''],
    ['nothing', ''],
    ['too short', 'ab'],
    ['no hex', 'g'.repeat(64)],
  ])('does not match when it is %s', (_name, signature) => {
    expect(verifies({ 'x-amz-signature': signature })).toBe(false)
  })
})

test.each([
  ['nothing is missing', {}, 'none'],
  ['the policy is missing', { policy: undefined }, 'no policy'],
  ['the signature is missing', { 'x-amz-signature': undefined }, 'no x-amz-signature'],
  ['the credential is missing', { 'x-amz-credential': undefined }, 'no x-amz-credential'],
  [
    'the algorithm is another',
    { 'x-amz-algorithm': 'AWS4-ECDSA-P256-SHA256' },
    'x-amz-algorithm must be AWS4-HMAC-SHA256',
  ],
  [
    'the service is another',
    { 'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/sts/aws4_request' },
    'the service in the Credential must be "s3"',
  ],
  [
    'the region is another',
    { 'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/mars/s3/aws4_request' },
    'wrong-region',
  ],
  ['the date is none', { 'x-amz-date': '2015-12-29' }, 'x-amz-date must have the form YYYYMMDDTHHMMSSZ'],
  [
    'the day differs',
    { 'x-amz-date': '20151230T000000Z' },
    'the date in x-amz-credential is not the day of x-amz-date',
  ],
])('when %s, the claim fails by: %s', (_name, changes, expected) => {
  expect(failureOf(changes)).toBe(expected)
})

test.each([
  [{}, 'none'],
  [{ key: 'k', file: 'f' }, 'none'],
  [{ policy: 'p' }, 'sigv4'],
  [{ 'x-amz-signature': 's' }, 'sigv4'],
  [{ policy: 'p', signature: 's', awsaccesskeyid: 'A' }, 'sigv2'],
  [{ awsaccesskeyid: 'A' }, 'sigv2'],
  [{ policy: 'p', signature: 's', 'x-amz-signature': 's' }, 'several'],
] as const)('a form with the fields %j is signed by %s', (fields, expected) => {
  expect(findFormMechanism(reader(fields))).toBe(expected)
})
