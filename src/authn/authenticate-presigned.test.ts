import { describe, expect, test } from 'vitest'
import {
  bare,
  changeTarget,
  codeOf,
  MINUTE,
  now,
  outcome,
  presigned,
  presignedPayload,
  refusal,
  run,
} from '../../test/support/signed-wire.ts'

describe('the presigned claim', () => {
  const MALFORMED = '400 AuthorizationQueryParametersError'

  test.each([
    ['no signature', changeTarget(presigned(), /&X-Amz-Signature=.*/, ''), MALFORMED],
    ['no expiry', changeTarget(presigned(), 'X-Amz-Expires=60&', ''), MALFORMED],
    ['a credential alone', bare({ target: '/bkt/key?X-Amz-Credential=ALICE' }), MALFORMED],
    ['another service', changeTarget(presigned(), '%2Fs3%2F', '%2Fsts%2F'), MALFORMED],
    ['another region', presigned({ region: 'mars' }), MALFORMED],
    ['an expiry of 0', presigned({ expiresSeconds: 0 }), '403 AccessDenied'],
    ['an expiry beyond a week', presigned({ expiresSeconds: 604_801 }), MALFORMED],
    ['an expiry beyond our limit', presigned({ expiresSeconds: 86_401 }), MALFORMED],
    ['a negative expiry', presigned({ expiresSeconds: -1 }), MALFORMED],
    ['a date 16 minutes ahead', presigned({ at: new Date(now.getTime() + 16 * MINUTE) }), '403 AccessDenied'],
    ['an empty signature', changeTarget(presigned(), /Signature=.*/, 'Signature='), '403 SignatureDoesNotMatch'],
    ['another secret', presigned({ secretKey: 'x' }), '403 SignatureDoesNotMatch'],
    ['another method', { ...presigned(), method: 'HEAD' }, '403 SignatureDoesNotMatch'],
    ['another key', changeTarget(presigned(), '/bkt/key', '/bkt/kez'), '403 SignatureDoesNotMatch'],
    ['a longer life than signed', changeTarget(presigned(), 'Expires=60', 'Expires=61'), '403 SignatureDoesNotMatch'],
    ['a parameter more', changeTarget(presigned(), '?', '?versionId=1&'), '403 SignatureDoesNotMatch'],
    ['a key nobody has', presigned({ accessKey: 'NOBODY' }), '403 InvalidAccessKeyId'],
    ['a disabled key', presigned({ accessKey: 'DISABLED' }), '403 InvalidAccessKeyId'],
  ])('with %s', async (_name, wire, expected) => {
    expect(await codeOf(wire)).toBe(expected)
  })

  test('is good for all its time, however old, and says when it ended', async () => {
    const wire = presigned({ expiresSeconds: 86_400 })
    await expect(run(wire, {}, new Date(now.getTime() + 86_400_000))).resolves.toBeDefined()
    const error = await refusal(wire, {}, new Date(now.getTime() + 86_400_001))
    expect([error.code, error.message, error.extras]).toEqual([
      'AccessDenied',
      'Request has expired',
      [
        ['X-Amz-Expires', '86400'],
        ['Expires', '2026-11-24T12:00:00Z'],
        ['ServerTime', '2026-11-24T12:00:00Z'],
      ],
    ])
  })

  test('takes the payload hash from the signed header, else from the query', async () => {
    const sha256 = 'b'.repeat(64)
    expect(await run(presignedPayload(sha256))).toMatchObject({ seed: { payloadHash: { kind: 'literal', sha256 } } })
    const fromQuery = presigned({ method: 'PUT', target: '/bkt/key?X-Amz-Content-Sha256=UNSIGNED-PAYLOAD' })
    expect(await run(fromQuery)).toMatchObject({ seed: { payloadHash: { kind: 'unsigned' } } })
    // Signed over UNSIGNED-PAYLOAD, while header or query say otherwise.
    expect(await codeOf(presigned({ headers: [['x-amz-content-sha256', sha256]] }))).toBe('403 SignatureDoesNotMatch')
    const claimed = presigned({ target: `/bkt/key?X-Amz-Content-Sha256=${sha256}` })
    expect(await codeOf(claimed)).toBe('403 SignatureDoesNotMatch')
  })

  test.each([
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', '400 InvalidRequest'],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', '400 InvalidRequest'],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'welcome'],
  ])('with %s', async (payloadHash, expected) => {
    expect(await outcome(presignedPayload(payloadHash))).toBe(expected)
  })
})
