import { expect, test } from 'vitest'
import { changeClaim, changeHeader, refusal, signed, type Wire } from '../../test/support/signed-wire.ts'
import { AuthenticationRefusal } from './refusals.ts'

const variants = { hostnames: ['proxy'], regions: ['eu-central-1', 'fsn1'] }
const encoding: [string, string] = ['accept-encoding', 'gzip']

test.each<[string, Wire, string]>([
  ['another port', changeHeader(signed(), 'host', () => 'proxy:1'), 'for the host proxy:9000'],
  ['a public host', changeHeader(signed(), 'host', () => 'inner'), 'for the host proxy:9000'],
  [
    'a header changed',
    changeHeader(signed({ headers: [encoding] }), 'accept-encoding', () => 'br'),
    'accept-encoding: "gzip"',
  ],
  ['the payload hash changed', changeHeader(signed(), 'x-amz-content-sha256', () => 'a'.repeat(64)), 'no match'],
  [
    'a double slash made two of',
    { ...signed({ target: '/bkt/a/b' }), target: '/bkt/a//b' },
    'with // in the path made one /',
  ],
  ['another region', changeClaim(signed({ region: 'fsn1' }), 'fsn1', 'eu-central-1'), 'for the region "fsn1"'],
  ['a wrong secret', signed({ secretKey: 'wrong' }), 'wrong secret'],
])('%s is told', async (_name, wire, words) => {
  const { code, detail, message } = await refusal(wire, { variants })
  expect(code).toBe('SignatureDoesNotMatch')
  expect(detail).toContain(words)
  expect(`${detail} ${message}`).not.toMatch(/[0-9a-f]{64}/)
})

test('without the option nothing is tried', async () => {
  const { detail } = await refusal(changeHeader(signed(), 'host', () => 'proxy:1'))
  expect(detail).toContain('wrong secret, or changed on its way')
})

test('with the option what arrived is noted for the audit, without it nothing is', async () => {
  const wire = changeHeader(signed(), 'host', () => 'proxy:1')
  const noted = await refusal(wire, { variants })
  const plain = await refusal(wire)
  if (!(noted instanceof AuthenticationRefusal && plain instanceof AuthenticationRefusal))
    throw new Error('another one')
  expect(noted.received?.canonicalRequest).toContain('\nhost:proxy:1\n')
  expect(plain.received).toBeUndefined()
})

test.each([
  ['a key that nobody has', signed({ accessKey: 'NOBODY', secretKey: 'x' }), 'InvalidAccessKeyId'],
  ['a key that is out of use', signed({ accessKey: 'DISABLED' }), 'InvalidAccessKeyId'],
  ['a region that is not accepted', signed({ region: 'elsewhere' }), 'AuthorizationHeaderMalformed'],
])('of %s nothing is noted', async (_name, wire, code) => {
  const refused = await refusal(wire, { variants })
  expect(refused.code).toBe(code)
  expect(refused instanceof AuthenticationRefusal && refused.received).toBeUndefined()
})
