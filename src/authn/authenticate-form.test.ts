import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Authenticated } from '../proof/stages.ts'
import { S3Error } from '../s3/errors.ts'
import { SigningKeys } from '../sigv4/credential-scope.ts'
import type { AuthnOptions } from './authenticate.ts'
import { authenticateForm } from './authenticate-form.ts'
import { staticCredentials } from './credentials.ts'

type Fields = Readonly<Record<string, string | undefined>>

const now = new Date('2026-11-23T12:00:00Z')
const scope = { date: '20261123', region: 'eu-central-1', service: 's3' }
const keys = new SigningKeys(10)
const user = (name: string) =>
  ({ type: 'User', name, arn: `arn:${name}`, accountId: '0', tags: new Map<string, string>() }) as const
const options: AuthnOptions = {
  regions: ['eu-central-1'],
  proxyRegion: 'eu-central-1',
  maxSkewMs: 900_000,
  presignedMaxExpirySeconds: 86_400,
  credentials: staticCredentials([
    { accessKey: 'ALICE', secretKey: 'secret of ALICE', principal: user('alice') },
    { accessKey: 'GONE', secretKey: 'secret of GONE', principal: user('gone'), active: false },
  ]),
  keys,
}

function signed(accessKey: string, changes: Fields = {}, secret = `secret of ${accessKey}`): Fields {
  const policy = changes['policy'] ?? 'cG9saWN5'
  return {
    key: 'k',
    policy,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${accessKey}/20261123/eu-central-1/s3/aws4_request`,
    'x-amz-date': '20261123T120000Z',
    'x-amz-signature': createHmac('sha256', keys.derive(secret, scope)).update(policy).digest('hex'),
    ...changes,
  }
}

const run = (fields: Fields, at = now, changes: Partial<AuthnOptions> = {}): Promise<Authenticated> =>
  authenticateForm((name) => fields[name], { ...options, ...changes }, at, new AbortController().signal)

const refusal = (fields: Fields, at = now): Promise<string> =>
  run(fields, at).then(
    ({ principal }) => principal.type,
    (error: unknown) => (error instanceof S3Error ? `${error.status} ${error.code}` : String(error)),
  )

test('a form is sent by whoever signed its policy', async () => {
  const proof = await run(signed('ALICE'))
  expect(proof.principal).toMatchObject({ type: 'User', name: 'alice' })
  expect(proof).toMatchObject({ authType: 'POST', accessKey: 'ALICE' })
  expect(proof.seed?.scope.region).toBe('eu-central-1')
})

test('a form without policy and signature is anonymous', async () => {
  expect(await run({ key: 'k' })).toMatchObject({ principal: { type: 'Anonymous' }, authType: 'Anonymous' })
})

describe('a form is refused', () => {
  test.each<[string, Fields, string]>([
    ['with a wrong signature', signed('ALICE', {}, 'another secret'), '403 SignatureDoesNotMatch'],
    ['with an unknown key', signed('NOBODY'), '403 InvalidAccessKeyId'],
    ['with a disabled key', signed('GONE'), '403 InvalidAccessKeyId'],
    ['with a disabled key and a wrong signature', signed('GONE', {}, 'x'), '403 SignatureDoesNotMatch'],
    ['with a policy and no signature', { policy: 'cG9saWN5' }, '400 InvalidArgument'],
    ['with a signature and no policy', signed('ALICE', { policy: undefined }), '400 InvalidArgument'],
    ['signed in the old way', { policy: 'p', signature: 's', awsaccesskeyid: 'ALICE' }, '400 InvalidRequest'],
    ['signed in both ways', signed('ALICE', { signature: 's' }), '400 InvalidArgument'],
    ['with a session token', signed('ALICE', { 'x-amz-security-token': '' }), '400 InvalidToken'],
    [
      'of another region',
      signed('ALICE', { 'x-amz-credential': 'ALICE/20261123/mars/s3/aws4_request' }),
      '400 AuthorizationQueryParametersError',
    ],
  ])('%s', async (_name, fields, expected) => {
    expect(await refusal(fields)).toBe(expected)
  })

  test.each([
    ['long before it was signed', '2026-11-23T11:44:59Z', '403 AccessDenied'],
    ['a little before it was signed', '2026-11-23T11:45:00Z', 'User'],
    ['as long after as a presigned URL lives', '2026-11-24T12:00:00Z', 'User'],
    ['later than that', '2026-11-24T12:00:01Z', '403 AccessDenied'],
  ])('by the clock, when it comes %s', async (_name, at, expected) => {
    expect(await refusal(signed('ALICE'), new Date(at))).toBe(expected)
  })
})
