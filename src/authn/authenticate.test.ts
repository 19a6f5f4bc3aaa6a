import { describe, expect, test } from 'vitest'
import {
  bare,
  changeClaim,
  changeHeader,
  changeTarget,
  codeOf,
  credential,
  MINUTE,
  now,
  outcome,
  presigned,
  refusal,
  run,
  signatureOver,
  signed,
  withHeader,
  withoutHeader,
} from '../../test/support/signed-wire.ts'
import { HeaderList } from '../http/headers.ts'
import { AuthenticationRefusal } from './refusals.ts'

describe('who is let in', () => {
  test('a header signature proves its user and gives the seed', async () => {
    const wire = signed({ payloadHash: 'a'.repeat(64) })
    const signature = new HeaderList(wire.headers).get('authorization')?.slice(-64)
    const scope = { date: '20261123', region: 'eu-central-1', service: 's3' }
    expect(await run(wire)).toMatchObject({
      principal: { type: 'User', name: 'ALICE' },
      authType: 'REST-HEADER',
      accessKey: 'ALICE',
      seed: {
        signature,
        timestamp: '20261123T120000Z',
        scope,
        payloadHash: { kind: 'literal', sha256: 'a'.repeat(64) },
      },
    })
  })

  test('a presigned URL does too, with an unsigned payload', async () => {
    expect(await run(presigned())).toMatchObject({
      authType: 'REST-QUERY-STRING',
      accessKey: 'ALICE',
      seed: { payloadHash: { kind: 'unsigned' } },
    })
  })

  test('an unsigned request is anonymous', async () => {
    expect(await run(bare())).toEqual({
      principal: { type: 'Anonymous' },
      authType: 'Anonymous',
      accessKey: undefined,
      seed: undefined,
    })
  })

  test('a provider may answer later', async () => {
    const credentials = { find: async () => credential('ALICE') }
    expect(await run(signed(), { credentials })).toMatchObject({ accessKey: 'ALICE' })
  })

  test('any accepted region will do', async () => {
    expect(await run(signed({ region: 'us-east-1' }))).toMatchObject({ seed: { scope: { region: 'us-east-1' } } })
    expect(await run(signed({ region: 'anywhere' }), { regions: '*' })).toMatchObject({ accessKey: 'ALICE' })
  })

  test.each([
    ['RFC 1123', now.toUTCString()],
    ['ISO basic', '20261123T120000Z'],
  ])('Date in %s form dates the request where x-amz-date is missing', async (_name, date) => {
    const names = 'date;host;x-amz-content-sha256'
    const headers = `date:${date}\nhost:proxy:9000\nx-amz-content-sha256:UNSIGNED-PAYLOAD\n`
    const signature = signatureOver(['GET', '/bkt/key', '', headers, names, 'UNSIGNED-PAYLOAD'])
    const claim = `Credential=ALICE/20261123/eu-central-1/s3/aws4_request,SignedHeaders=${names},Signature=${signature}`
    const wire = withHeader(
      bare(),
      ['Date', date],
      ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
      ['Authorization', `AWS4-HMAC-SHA256 ${claim}`],
    )
    expect(await run(wire)).toMatchObject({ accessKey: 'ALICE', seed: { timestamp: '20261123T120000Z' } })
  })
})

describe('no credentials, or not this kind', () => {
  test.each([
    ['SigV2 header', withHeader(bare(), ['Authorization', 'AWS ALICE:c2ln']), '400 InvalidRequest'],
    ['SigV2 query', bare({ target: '/bkt/key?AWSAccessKeyId=ALICE&Signature=a&Expires=1' }), '400 InvalidRequest'],
    [
      'SigV4A header',
      withHeader(bare(), ['Authorization', 'AWS4-ECDSA-P256-SHA256 Credential=a']),
      '400 InvalidArgument',
    ],
    [
      'SigV4A query',
      changeTarget(presigned(), 'HMAC-SHA256', 'ECDSA-P256-SHA256'),
      '400 AuthorizationQueryParametersError',
    ],
    ['another scheme', withHeader(bare(), ['Authorization', 'Bearer abc']), '400 InvalidArgument'],
    ['an empty header', withHeader(bare(), ['Authorization', '']), '400 InvalidArgument'],
    ['header and query', signed({ target: presigned().target }), '400 InvalidArgument'],
    [
      'header and SigV2 query',
      signed({ target: '/bkt/key?AWSAccessKeyId=B&Signature=a&Expires=1' }),
      '400 InvalidArgument',
    ],
    ['SigV4 and SigV2 query', changeTarget(presigned(), '?', '?AWSAccessKeyId=B&Signature=a&'), '400 InvalidArgument'],
    ['two Authorization lines', withHeader(signed(), ['authorization', 'AWS B:c2ln']), '400 InvalidArgument'],
  ])('%s', async (_name, wire, expected) => {
    expect(await outcome(wire)).toBe(expected)
  })

  test('SigV2 is told what to set', async () => {
    const { message } = await refusal(withHeader(bare(), ['Authorization', 'AWS ALICE:c2ln']))
    expect(message).toContain('set a region other than us-east-1, or signature_version s3v4')
  })

  test.each([
    ['signed in the header', signed({ headers: [['x-amz-security-token', 't']] })],
    ['unsigned in the header', withHeader(signed(), ['X-Amz-Security-Token', 't'])],
    ['empty', signed({ headers: [['x-amz-security-token', '']] })],
    ['signed in the query', presigned({ target: '/bkt/key?X-Amz-Security-Token=t' })],
    ['of an anonymous request', withHeader(bare(), ['x-amz-security-token', 't'])],
  ])('a session token is refused: %s', async (_name, wire) => {
    expect(await codeOf(wire)).toBe('400 InvalidToken')
  })
})

describe('the header claim', () => {
  test.each([
    ['broken grammar', changeClaim(signed(), 'SignedHeaders=', 'Signed='), '400 AuthorizationHeaderMalformed'],
    ['service sts', changeClaim(signed(), '/s3/', '/sts/'), '400 AuthorizationHeaderMalformed'],
    ['another terminator', changeClaim(signed(), 'aws4_request', 'aws4'), '400 AuthorizationHeaderMalformed'],
    ['another day', changeClaim(signed(), '/20261123/', '/20261122/'), '400 AuthorizationHeaderMalformed'],
    ['another region', signed({ region: 'mars' }), '400 AuthorizationHeaderMalformed'],
    ['no date', withoutHeader(signed(), 'x-amz-date'), '403 AccessDenied'],
    ['a garbled date', changeHeader(signed(), 'x-amz-date', () => 'now'), '403 AccessDenied'],
    ['no payload hash', withoutHeader(signed(), 'x-amz-content-sha256'), '400 InvalidRequest'],
    ['a key nobody has', signed({ accessKey: 'NOBODY' }), '403 InvalidAccessKeyId'],
    ['the name of an object property as key', signed({ accessKey: '__proto__' }), '403 InvalidAccessKeyId'],
    ['another secret', signed({ secretKey: 'wrong' }), '403 SignatureDoesNotMatch'],
    ['an empty secret', signed({ secretKey: '' }), '403 SignatureDoesNotMatch'],
    ['an empty signature', changeClaim(signed(), /Signature=.*/, 'Signature='), '403 SignatureDoesNotMatch'],
    [
      'a named header that is absent',
      withoutHeader(signed({ headers: [['range', 'a']] }), 'range'),
      '403 SignatureDoesNotMatch',
    ],
    ['a disabled key', signed({ accessKey: 'DISABLED' }), '403 InvalidAccessKeyId'],
    ['a key that has ended', signed({ accessKey: 'ENDED' }), '403 InvalidAccessKeyId'],
    [
      'a disabled key with another secret',
      signed({ accessKey: 'DISABLED', secretKey: 'x' }),
      '403 SignatureDoesNotMatch',
    ],
    ['an ended key with another secret', signed({ accessKey: 'ENDED', secretKey: 'x' }), '403 SignatureDoesNotMatch'],
  ])('with %s', async (_name, wire, expected) => {
    expect(await codeOf(wire)).toBe(expected)
  })

  test('a wrong region is answered with the right one', async () => {
    expect((await refusal(signed({ region: 'mars' }))).extras).toEqual([['Region', 'eu-central-1']])
  })

  test('an unknown key is named', async () => {
    expect((await refusal(signed({ accessKey: 'NOBODY' }))).extras).toEqual([['AWSAccessKeyId', 'NOBODY']])
  })

  test('the secret that stands in for unknown keys opens nothing', async () => {
    expect(await codeOf(signed({ accessKey: 'NOBODY', secretKey: 'nobody has this key' }))).toBe(
      '403 InvalidAccessKeyId',
    )
  })

  test.each([
    ['14 minutes late', 14 * MINUTE, 'welcome'],
    ['15 minutes late', 15 * MINUTE, 'welcome'],
    ['16 minutes late', 16 * MINUTE, '403 RequestTimeTooSkewed'],
    ['14 minutes early', -14 * MINUTE, 'welcome'],
    ['15 minutes early', -15 * MINUTE, 'welcome'],
    ['16 minutes early', -16 * MINUTE, '403 RequestTimeTooSkewed'],
  ])('%s', async (_name, lateMs, expected) => {
    expect(await outcome(signed({ at: new Date(now.getTime() - lateMs) }))).toBe(expected)
  })

  test('skew says both times and the limit', async () => {
    const { extras } = await refusal(signed({ at: new Date(now.getTime() - 16 * MINUTE) }))
    expect(extras).toEqual([
      ['RequestTime', '20261123T114400Z'],
      ['ServerTime', '2026-11-23T12:00:00Z'],
      ['MaxAllowedSkewMilliseconds', '900000'],
    ])
  })
})

describe('what must be signed', () => {
  test.each([
    ['one header', withHeader(signed(), ['X-Amz-Acl', 'public-read']), 'x-amz-acl'],
    [
      'several',
      withHeader(signed(), ['x-amz-acl', 'a'], ['x-amz-copy-source', '/b/k']),
      'x-amz-acl, x-amz-copy-source',
    ],
    ['host', changeClaim(signed(), 'host;', ''), 'host'],
    ['the payload hash', changeClaim(signed(), 'x-amz-content-sha256;', ''), 'x-amz-content-sha256'],
    ['a header beside a presigned URL', withHeader(presigned(), ['x-amz-copy-source', '/b/k']), 'x-amz-copy-source'],
  ])('%s', async (_name, wire, names) => {
    const error = await refusal(wire)
    expect([error.code, error.extras]).toEqual(['AccessDenied', [['HeadersNotSigned', names]]])
  })

  test('Date, where it dates the request', async () => {
    const wire = withHeader(withoutHeader(changeClaim(signed(), ';x-amz-date', ''), 'x-amz-date'), [
      'Date',
      now.toUTCString(),
    ])
    expect((await refusal(wire)).extras).toEqual([['HeadersNotSigned', 'date']])
  })

  test('but not what the configuration ignores, nor ordinary headers', async () => {
    const wire = withHeader(signed(), ['X-Amz-Cf-Id', 'a'], ['Range', 'bytes=0-1'], ['Content-Type', 'text/plain'])
    await expect(run(wire)).resolves.toBeDefined()
  })

  test('UNSIGNED-PAYLOAD may stand unsigned beside a presigned URL, another hash may not', async () => {
    await expect(run(withHeader(presigned(), ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']))).resolves.toBeDefined()
    expect(await codeOf(withHeader(presigned(), ['x-amz-content-sha256', 'a'.repeat(64)]))).toBe('403 AccessDenied')
  })
})

describe('what a refusal tells', () => {
  test('never a secret, a signature or what was signed', async () => {
    const wire = signed({ secretKey: 'wrong' })
    const right = new HeaderList(signed().headers).get('authorization')?.slice(-64) ?? 'none'
    const error = await refusal(wire)
    const told = JSON.stringify([error, error.message, error.extras, error.detail, error.headers, String(error.stack)])
    expect(told).not.toContain(right)
    expect(told).not.toContain('secret of')
  })

  test.each([
    ['a known key in full', signed({ secretKey: 'x' }), 'ALICE'],
    ['an unknown key cut short', signed({ accessKey: 'NOBODYATALL' }), 'NOBO'],
    ['no key before the claim was read', changeClaim(signed(), '/s3/', '/sts/'), undefined],
  ])('to the log, %s', async (_name, wire, expected) => {
    const error = await refusal(wire)
    expect(error instanceof AuthenticationRefusal && error.accessKey).toBe(expected)
  })
})
