import { describe, expect, test } from 'vitest'
import { bare, changeClaim, changeHeader, codeOf, run, signed } from '../../test/support/signed-wire.ts'

describe('the payload hash', () => {
  const STREAMING = [
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  ]

  test.each(STREAMING)('%s is taken by an upload', async (payloadHash) => {
    expect(await run(signed({ method: 'PUT', payloadHash }))).toMatchObject({
      seed: { payloadHash: { kind: 'streaming' } },
    })
  })

  test.each(STREAMING)('%s is refused by what is no upload', async (payloadHash) => {
    expect(await codeOf(signed({ method: 'PUT', target: '/bkt/key?tagging', payloadHash }))).toBe('400 InvalidRequest')
  })

  test.each([...STREAMING, 'UNSIGNED-PAYLOAD', 'c'.repeat(64)])(
    '%s opens no way past the signature',
    async (payloadHash) => {
      const put = { method: 'PUT', payloadHash }
      const attempts = [
        signed({ ...put, secretKey: 'wrong' }),
        changeClaim(signed(put), /Signature=./, 'Signature='),
        changeClaim(signed(put), /Signature=.*/, `Signature=${'0'.repeat(64)}`),
        changeHeader(signed(put), 'x-amz-content-sha256', () => 'STREAMING-UNSIGNED-PAYLOAD-TRAILE'),
      ]
      for (const wire of attempts) expect(await codeOf(wire)).toBe('403 SignatureDoesNotMatch')
      const credentialOnly = bare({
        ...put,
        target: '/bkt/key?X-Amz-Credential=ALICE',
        headers: [['x-amz-content-sha256', payloadHash]],
      })
      expect(await codeOf(credentialOnly)).toBe('400 AuthorizationQueryParametersError')
    },
  )

  test.each([
    ['nonsense', 'nonsense', '400 InvalidArgument'],
    ['the empty text', '', '400 InvalidArgument'],
    ['SigV4A chunks', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', '501 NotImplemented'],
  ])('%s is refused once the signature verified', async (_name, payloadHash, expected) => {
    expect(await codeOf(signed({ method: 'PUT', payloadHash }))).toBe(expected)
    expect(await codeOf(signed({ method: 'PUT', payloadHash, secretKey: 'x' }))).toBe('403 SignatureDoesNotMatch')
  })

  test('of a request that is refused anyway is not looked at', async () => {
    const wire = signed({ method: 'PUT', target: '/bkt/key?unheard-of', payloadHash: STREAMING[0] ?? '' })
    await expect(run(wire)).resolves.toBeDefined()
  })
})
