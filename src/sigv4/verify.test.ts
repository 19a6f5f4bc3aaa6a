import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../../test/vectors/aws-sigv4.json' with { type: 'json' }
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { parseQuery, percentDecode } from '../http/target.ts'
import type { SignedParts } from './canonical-forms.ts'
import { parseAmzDate, SigningKeys } from './credential-scope.ts'
import { parseQuerySignature } from './parse-presigned.ts'
import { type ClaimedSignature, parseHeaderSignature } from './parse-signature.ts'
import { presignQuery } from './presign.ts'
import { signRequest } from './sign.ts'
import { signatureHex, stringToSign } from './string-to-sign.ts'
import { uriEncodePath } from './uri-encode.ts'
import { unsignedHeaders, verifySignature } from './verify.ts'

const { credential } = vectors
const now = parseAmzDate(vectors.timestamp) ?? new Date(0)
const keys = new SigningKeys(4)

interface Sent {
  readonly method: string
  readonly target: string
  readonly headers: readonly HeaderPair[]
  readonly hosts?: readonly string[]
}

/** Reads a request as it is sent: the claim, and the parts it has to cover. */
function read(sent: Sent): { claim: ClaimedSignature; parts: SignedParts } {
  const [rawPath = '', query] = sent.target.split('?')
  const headers = new HeaderList(sent.headers)
  const pairs = parseQuery(query) ?? []
  const parsed = headers.has('authorization')
    ? parseHeaderSignature(headers, '*')
    : parseQuerySignature(pairs, '*', 604_800)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure))
  const parts = {
    method: sent.method,
    rawPath,
    path: percentDecode(rawPath) ?? '',
    query: pairs,
    headers,
    hostCandidates: sent.hosts ?? [headers.get('host') ?? ''],
    payloadHash: headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD',
  }
  return { claim: parsed.value, parts }
}

function verifies(sent: Sent, secret = credential.secretKey): boolean {
  const { claim, parts } = read(sent)
  return verifySignature(claim, parts, keys.derive(secret, claim.scope))
}

/** A request signed over `signedPath` and then sent with `sentPath`. */
function signed(signedPath: string, sentPath: string, more: readonly HeaderPair[] = [], query = ''): Sent {
  const result = signRequest({
    method: 'GET',
    path: signedPath,
    query: parseQuery(query) ?? [],
    headers: [['Host', 'h:9000'], ...more],
    payloadHash: 'UNSIGNED-PAYLOAD',
    credential,
    now,
    keys,
  })
  return { method: 'GET', target: query === '' ? sentPath : `${sentPath}?${query}`, headers: result.headers }
}

const replaceHeader = (sent: Sent, name: string, value: string): Sent => ({
  ...sent,
  headers: sent.headers.map(([other, old]): HeaderPair => [other, other === name ? value : old]),
})

describe('the worked examples of AWS verify', () => {
  test.each(vectors.header)('$name', (vector) => {
    const claim =
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,' +
      `SignedHeaders=${vector.signedHeaders},Signature=${vector.signature}`
    const headers = vector.headers.map(([name = '', value = '']): HeaderPair => [name, value])
    const sent = {
      method: vector.method,
      target: vector.target,
      headers: [...headers, ['Authorization', claim] as const],
    }
    expect(verifies(sent)).toBe(true)
    expect(verifies(sent, 'another secret')).toBe(false)
    expect(verifies({ ...sent, method: 'HEAD' })).toBe(false)
  })

  test.each(vectors.presigned)('presigned $name', (vector) => {
    const target =
      `${vector.path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${vector.signature}` +
      '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
      `&X-Amz-Date=20130524T000000Z&X-Amz-Expires=${vector.expiresSeconds}&X-Amz-SignedHeaders=host`
    const headers = vector.headers.map(([name = '', value = '']): HeaderPair => [name, value])
    expect(verifies({ method: 'GET', target, headers })).toBe(true)
    expect(verifies({ method: 'HEAD', target, headers })).toBe(false)
    expect(verifies({ method: 'GET', target: `${target}&versionId=1`, headers })).toBe(false)
    expect(verifies({ method: 'GET', target: target.replace('Expires=86400', 'Expires=86401'), headers })).toBe(false)
  })
})

describe('the path', () => {
  test.each([
    ['strict form, sent so', '/b/it%27s%20%28a%2Bb%29', '/b/it%27s%20%28a%2Bb%29'],
    ['strict form, sent with bare marks', '/b/it%27s%28%29', "/b/it's()"],
    ['strict form, sent with lower-case escapes', '/b/%C3%A9', '/b/%c3%a9'],
    ['form as sent, with bare marks', "/b/it's()", "/b/it's()"],
    ['form as sent, with needless escapes', '/b/%61', '/b/%61'],
    ['dot segments and empty segments', '/b/./a/..//c/', '/b/./a/..//c/'],
    ['a bare plus, signed strictly', '/b/a%2Bb', '/b/a+b'],
  ])('verifies in %s', (_name, signedPath, sentPath) => {
    expect(verifies(signed(signedPath, sentPath))).toBe(true)
  })

  test.each([
    ['another key', '/b/a', '/b/b'],
    ['dot segments that were resolved', '/b/c', '/b/a/../c'],
    ['doubled slashes that were merged', '/b/c', '/b//c'],
    ['a slash that was decoded', '/b/a%2Fb', '/b/a%252Fb'],
    ['a plus for a space', '/b/a%20b', '/b/a+b'],
    ['another spelling than the one sent', '/b/%61', '/b/a'],
  ])('does not verify with %s', (_name, signedPath, sentPath) => {
    expect(verifies(signed(signedPath, sentPath))).toBe(false)
  })
})

describe('the query', () => {
  test('may be sent in any order and spelling that decodes to the same', () => {
    const sent = signed('/b', '/b', [], 'prefix=a%2Fb&delimiter=%2F&uploads=')
    expect(verifies({ ...sent, target: '/b?uploads&delimiter=/&&prefix=%61%2fb' })).toBe(true)
  })

  test.each([
    ['a changed value', '/b?prefix=c&uploads='],
    ['a parameter more', '/b?prefix=b&uploads=&x-id=a'],
    ['a parameter less', '/b?prefix=b'],
    ['a parameter twice', '/b?prefix=b&prefix=b&uploads='],
    ['another case', '/b?Prefix=b&uploads='],
  ])('does not verify with %s', (_name, target) => {
    expect(verifies({ ...signed('/b', '/b', [], 'prefix=b&uploads='), target })).toBe(false)
  })
})

describe('the headers', () => {
  const sent = signed('/b/k', '/b/k', [
    ['x-amz-meta-a', 'one  two'],
    ['range', 'bytes=0-1'],
  ])

  test('verify with inner blanks collapsed by the signer', () => {
    expect(verifies(sent)).toBe(true)
  })

  test('verify with inner blanks kept by the signer', () => {
    const kept = signedKeepingBlanks()
    expect(verifies(kept)).toBe(true)
    expect(verifies(replaceHeader(kept, 'x-amz-meta-a', 'one two'))).toBe(false)
  })

  test('do not verify when one changed or is gone', () => {
    expect(verifies(replaceHeader(sent, 'range', 'bytes=0-2'))).toBe(false)
    expect(verifies({ ...sent, headers: sent.headers.filter(([name]) => name !== 'range') })).toBe(false)
  })

  test('a name in SignedHeaders without its header never stands for the empty value', () => {
    const empty = signed('/b/k', '/b/k', [['range', '']])
    expect(verifies(empty)).toBe(true)
    expect(verifies({ ...empty, headers: empty.headers.filter(([name]) => name !== 'range') })).toBe(false)
  })

  test('repeated ones count joined by a comma, in the order they came', () => {
    const twice = signed('/b/k', '/b/k', [
      ['x-amz-a', '1'],
      ['x-amz-a', '2'],
    ])
    expect(verifies(twice)).toBe(true)
    expect(verifies({ ...twice, headers: twice.headers.toReversed() })).toBe(false)
  })

  test('bytes beyond ASCII count as they are', () => {
    expect(verifies(signed('/b/k', '/b/k', [['x-amz-meta-a', 'caf\u00c3\u00a9 \u00c3\u00a0']]))).toBe(true)
  })

  function signedKeepingBlanks(): Sent {
    const base = signed('/b/k', '/b/k', [['x-amz-meta-a', 'one  two']])
    const { claim, parts } = read(base)
    const canonical = [...claim.signedHeaders].map((name) => `${name}:${parts.headers.get(name) ?? ''}\n`).join('')
    const text = ['GET', '/b/k', '', canonical, [...claim.signedHeaders].join(';'), 'UNSIGNED-PAYLOAD'].join('\n')
    const requestHash = createHash('sha256').update(text).digest('hex')
    const signingKey = keys.derive(credential.secretKey, claim.scope)
    const signature = signatureHex(signingKey, stringToSign(claim.timestamp, claim.scope, requestHash))
    const authorization = parts.headers.get('authorization')?.replace(/Signature=.*/, `Signature=${signature}`) ?? ''
    return replaceHeader(base, 'authorization', authorization)
  }
})

describe('the host', () => {
  test('verifies with any of the candidates, and with no other', () => {
    const sent = signed('/b/k', '/b/k')
    expect(verifies({ ...sent, hosts: ['h', 'h:9000'] })).toBe(true)
    expect(verifies({ ...sent, hosts: ['h', 'H:9000'] })).toBe(false)
    expect(verifies({ ...sent, hosts: [] })).toBe(false)
  })
})

describe('the signature', () => {
  const sent = signed('/b/k', '/b/k')
  const { claim, parts } = read(sent)
  const key = keys.derive(credential.secretKey, claim.scope)

  test.each([
    ['empty', ''],
    ['short', claim.signature.slice(1)],
    ['long', `${claim.signature}00`],
    ['in upper case', claim.signature.toUpperCase()],
    ['followed by a line feed', `${claim.signature}\n`],
    ['not hex', 'g'.repeat(64)],
  ])('does not verify %s', (_name, signature) => {
    expect(verifySignature({ ...claim, signature }, parts, key)).toBe(false)
  })

  test('does not verify with any one bit flipped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (bit) => {
        const bytes = Buffer.from(claim.signature, 'hex')
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        expect(verifySignature({ ...claim, signature: bytes.toString('hex') }, parts, key)).toBe(false)
      }),
    )
  })

  test('binds time and scope', () => {
    expect(verifySignature({ ...claim, timestamp: '20130524T000001Z' }, parts, key)).toBe(false)
    expect(verifySignature({ ...claim, scope: { ...claim.scope, region: 'eu-west-1' } }, parts, key)).toBe(false)
    expect(verifySignature(claim, { ...parts, payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }, key)).toBe(false)
  })
})

test('whatever spelling verifies decodes to what was signed', () => {
  const segment = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(segment, fc.infiniteStream(fc.boolean()), (key, coins) => {
      const strict = `/b/${uriEncodePath(key)}`
      // Spell some of the escaped bytes in lower case and some of the letters as escapes.
      const sentPath = strict.replace(/%[0-9A-F]{2}|[a-z]/g, (piece) => {
        if (coins.next().value !== true) return piece
        return piece.startsWith('%') ? piece.toLowerCase() : `%${piece.charCodeAt(0).toString(16)}`
      })
      const sent = signed(strict, sentPath)
      expect(verifies(sent)).toBe(true)
      expect(read(sent).parts.path).toBe(percentDecode(strict))
    }),
    { numRuns: 50 },
  )
})

test('presigned URLs of our own making verify', () => {
  const headers: HeaderPair[] = [['host', 'h:9000']]
  const query = presignQuery({
    method: 'PUT',
    path: '/b/k',
    query: [{ name: 'x-id', value: 'PutObject' }],
    headers,
    credential,
    now,
    keys,
    expiresSeconds: 60,
  })
  expect(verifies({ method: 'PUT', target: `/b/k?${query}`, headers })).toBe(true)
  expect(verifies({ method: 'PUT', target: `/b/l?${query}`, headers })).toBe(false)
})

describe('unsignedHeaders', () => {
  const claimOf = (names: string, place: 'header' | 'query' = 'header'): ClaimedSignature => ({
    ...read(signed('/b', '/b')).claim,
    place,
    signedHeaders: new Set(names.split(';')),
  })
  const list = (...pairs: HeaderPair[]): HeaderList => new HeaderList(pairs)
  const none: ReadonlySet<string> = new Set()

  test('names every x-amz-* header that is not signed', () => {
    const headers = list(['X-Amz-Acl', 'private'], ['x-amz-date', 'd'], ['x-amz-meta-a', ''], ['range', 'r'])
    expect(unsignedHeaders(claimOf('host;x-amz-date'), headers, none)).toEqual(['x-amz-acl', 'x-amz-meta-a'])
  })

  test('names host, and the Date that dates the request', () => {
    expect(unsignedHeaders(claimOf('range'), list(), none)).toEqual(['host'])
    expect(unsignedHeaders({ ...claimOf('host'), dateHeader: 'date' }, list(['date', 'd']), none)).toEqual(['date'])
  })

  test('spares the names that are ignored', () => {
    const ignored = new Set(['x-amz-cf-id'])
    expect(unsignedHeaders(claimOf('host'), list(['X-Amz-Cf-Id', 'a']), ignored)).toEqual([])
  })

  test.each([
    ['a presigned URL may carry UNSIGNED-PAYLOAD unsigned', 'query', 'UNSIGNED-PAYLOAD', []],
    [
      'a presigned URL may not carry another hash unsigned',
      'query',
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      ['x-amz-content-sha256'],
    ],
    ['header authentication may not either', 'header', 'UNSIGNED-PAYLOAD', ['x-amz-content-sha256']],
  ] as const)('%s', (_name, place, value, expected) => {
    expect(unsignedHeaders(claimOf('host', place), list(['x-amz-content-sha256', value]), none)).toEqual(expected)
  })
})
