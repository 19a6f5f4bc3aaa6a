import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  type Order,
  PAYLOAD_MODES,
  presignedBy,
  signedBy,
  uploadBy,
  unsignedRequest,
  type WireRequest,
  wireBytes,
  wireHead,
  withHeaders,
} from '../support/wire-requests.ts'

// Answers that come while the client still sends, and what may follow them on the same connection.

const TRANSPORTS = ['tcp', 'tls'] as const
const stages = new Map<string, Stage>()
let stage: Stage
beforeAll(async () => {
  for (const transport of TRANSPORTS) stages.set(transport, await Stage.start({ profile: 'ceph', transport }))
})
afterAll(async () => {
  for (const each of stages.values()) await each.close()
})

function useStage(transport: string): void {
  const found = stages.get(transport)
  if (found === undefined) throw new Error(`no stage over ${transport}`)
  stage = found
  stage.backend.reset()
}

const MIB = Buffer.alloc(1024 * 1024, 'x')
const hidden = (): Buffer => wireBytes(signedBy(ROOT, { method: 'DELETE', path: '/v-bkt/hidden' }))
const bigUpload = (length: number, order: Order = {}): string =>
  wireHead(
    presignedBy(ALICE, { method: 'PUT', path: '/v-bkt/k', unsigned: [['content-length', String(length)]], ...order }),
  )

describe.each(TRANSPORTS)('over %s', (transport) => {
  beforeEach(() => useStage(transport))

  test.each<[string, () => Buffer]>([
    [
      'a refused upload and its whole body',
      () => wireBytes(uploadBy(ALICE, { mode: 'UNSIGNED-PAYLOAD', path: '/v-bkt/k' })),
    ],
    [
      'a refused upload with a wrong signature',
      () => wireBytes(uploadBy({ ...ALICE, secretKey: 'x' }, { mode: 'literal SHA-256' })),
    ],
    ['a refused upload in chunks', () => wireBytes(uploadBy(ALICE, { mode: 'signed chunks', path: '/v-bkt/k' }))],
    [
      'a refused upload with an empty body in HTTP chunks',
      () =>
        Buffer.from(
          `${wireHead(unsignedRequest({ method: 'PUT', unsigned: [['transfer-encoding', 'chunked']] }))}0\r\n\r\n`,
        ),
    ],
    ['a refused upload whose body is missing', () => Buffer.from(bigUpload(10))],
    [
      'a refused deletion of keys',
      () => wireBytes(signedBy(ALICE, { method: 'POST', path: '/v-bkt', query: [['delete', '']], body: '<Delete/>' })),
    ],
  ])('D2: a request behind %s is not carried out: in the same packet, or after the answer', async (_, refused) => {
    for (const inOnePacket of [true, false]) {
      const connection = await stage.connect()
      await connection.write(inOnePacket ? Buffer.concat([refused(), hidden()]) : refused())
      const answer = await connection.answer()
      expect(answer?.status).toBe(403)
      expect(answer?.headers.get('connection')).toBe('close')
      if (!inOnePacket) await connection.write(hidden())
      connection.end()
      expect(await connection.answer()).toBeUndefined()
      connection.destroy()
      await stage.expectBackendSawNothing()
    }
  })

  test('D2: a refusal of a request without a body leaves the connection usable, in order', async () => {
    const connection = await stage.connect()
    const requests = [
      signedBy(ALICE, { path: '/v-bkt/k' }),
      signedBy(ALICE),
      signedBy(ALICE, { method: 'HEAD', path: '/v-bkt/k' }),
      signedBy(ALICE, { path: '/a-bkt/other' }),
    ]
    await connection.write(Buffer.concat(requests.map(wireBytes)))
    const statuses: (number | undefined)[] = []
    for (const { method } of requests) statuses.push((await connection.answer(method))?.status)
    expect(statuses).toEqual([403, 200, 403, 200])
    connection.destroy()
    expect([...stage.backend.lines].sort()).toEqual(['GET /a-bkt/k', 'GET /a-bkt/other'])
  })

  test('D2: answers to requests sent at once come in their order, each with its own body', async () => {
    const connection = await stage.connect()
    const paths = Array.from({ length: 8 }, (_, i) => `/a-bkt/k${i}`)
    stage.backend.script = ({ target }) => ({
      bytes: `HTTP/1.1 200 OK\r\ncontent-length: ${target.length}\r\n\r\n${target}`,
    })
    await connection.write(Buffer.concat(paths.map((path) => wireBytes(signedBy(ALICE, { path })))))
    for (const path of paths) expect((await connection.answer())?.body.toString()).toBe(path)
    connection.destroy()
  })

  test('D2: after an upload that was read to its end the next request on the connection is served', async () => {
    const connection = await stage.connect()
    await connection.write(wireBytes(uploadBy(ALICE, { mode: 'literal SHA-256' })))
    expect((await connection.answer())?.status).toBe(200)
    await connection.write(wireBytes(signedBy(ALICE)))
    expect((await connection.answer())?.status).toBe(200)
    connection.destroy()
  })

  test('D2: a client that goes on sending after a refusal sees the whole answer, not a reset', async () => {
    const connection = await stage.connect()
    await connection.write(bigUpload(32 * MIB.length))
    for (let i = 0; i < 32; i++) await connection.write(MIB)
    expect((await connection.answer())?.outcome).toBe('403 AccessDenied')
    connection.end()
    expect(await connection.ends(2_000)).toBe(true)
    connection.destroy()
    await stage.expectBackendSawNothing()
  })

  test('D2: what is sent after a refusal is read up to 64 MiB, and then no more', async () => {
    const connection = await stage.connect()
    await connection.write(bigUpload(1024 * MIB.length))
    expect((await connection.answer())?.outcome).toBe('403 AccessDenied')
    let written = 0
    // The answer and its end have come: only an error tells that nothing is read any more.
    while (!connection.isBroken && written < 200) {
      await connection.write(MIB)
      written++
    }
    expect(written).toBeGreaterThan(50)
    expect(written).toBeLessThan(200)
    connection.destroy()
    await stage.expectBackendSawNothing()
  })
})

describe.each(TRANSPORTS)('over %s', (transport) => {
  beforeEach(() => useStage(transport))

  const expecting = (request: WireRequest): Buffer =>
    Buffer.from(wireHead(withHeaders(request, ['expect', '100-continue'])), 'latin1')

  const REFUSED: readonly (readonly [string, WireRequest, string])[] = [
    ['that is not allowed', uploadBy(ALICE, { mode: 'literal SHA-256', path: '/v-bkt/k' }), '403 AccessDenied'],
    ['without a signature', unsignedRequest({ method: 'PUT', body: 'x' }), '403 AccessDenied'],
    [
      'with an unsigned header',
      withHeaders(uploadBy(ALICE, { mode: 'literal SHA-256' }), ['x-amz-acl', 'private']),
      '403 AccessDenied',
    ],
    ['that nobody has', signedBy(ROOT, { method: 'PUT', query: [['append', '']], body: 'x' }), '501 NotImplemented'],
    [
      'without a length',
      signedBy(ROOT, { method: 'PUT', payloadHash: 'UNSIGNED-PAYLOAD', unsigned: [['transfer-encoding', 'chunked']] }),
      '411 MissingContentLength',
    ],
    [
      'that is too large',
      signedBy(ROOT, {
        method: 'PUT',
        payloadHash: 'UNSIGNED-PAYLOAD',
        unsigned: [['content-length', String(5 * 1024 ** 3 + 1)]],
      }),
      '400 EntityTooLarge',
    ],
    [
      'with a checksum that is none',
      uploadBy(ALICE, { mode: 'literal SHA-256', headers: [['x-amz-checksum-crc32', 'x']] }),
      '400 InvalidRequest',
    ],
    [
      'in an unknown form',
      signedBy(ROOT, { method: 'PUT', payloadHash: 'STREAMING-X', body: 'x' }),
      '400 InvalidArgument',
    ],
    [
      'of keys to delete that is not allowed',
      signedBy(ALICE, { method: 'POST', path: '/v-bkt', query: [['delete', '']], body: '<Delete/>' }),
      '403 AccessDenied',
    ],
    [
      'of a bucket that is not allowed',
      signedBy(ALICE, { method: 'PUT', path: '/v-bkt', body: '<CreateBucketConfiguration/>' }),
      '403 AccessDenied',
    ],
  ]
  test.each(REFUSED)(
    'D6: a body %s is not asked for: the refusal is the first thing said, and the connection closes',
    async (_, request, outcome) => {
      const connection = await stage.connect()
      await connection.write(expecting(request))
      const answer = await connection.answer()
      expect(answer?.continued).toBe(false)
      expect(answer?.outcome).toBe(outcome)
      expect(answer?.headers.get('connection')).toBe('close')
      expect(await connection.ends(1_000)).toBe(true)
      connection.destroy()
      await stage.expectBackendSawNothing()
    },
  )

  test('D6: a body that may come is asked for, and then read', async () => {
    for (const mode of PAYLOAD_MODES) {
      stage.backend.reset()
      const connection = await stage.connect()
      const request = uploadBy(ALICE, { mode })
      await connection.write(expecting(request))
      expect(await connection.continues()).toBe(true)
      await connection.write(request.body ?? '')
      expect((await connection.answer())?.outcome).toBe('200')
      connection.destroy()
      const seen = await stage.theBackendRequest()
      expect(seen.headers.has('expect')).toBe(false)
      expect(seen.body.toString()).toBe('twenty bytes of text')
    }
  })

  test('D6: a client that sends without waiting is read all the same, and one that is refused is not', async () => {
    const allowed = uploadBy(ALICE, { mode: 'literal SHA-256' })
    expect((await stage.send(withHeaders(allowed, ['expect', '100-Continue']))).outcome).toBe('200')
    stage.backend.reset()
    const connection = await stage.connect()
    const refused = withHeaders(uploadBy(ALICE, { mode: 'literal SHA-256', path: '/v-bkt/k' }), [
      'expect',
      '100-continue',
    ])
    await connection.write(Buffer.concat([wireBytes(refused), hidden()]))
    expect((await connection.answer())?.outcome).toBe('403 AccessDenied')
    connection.end()
    expect(await connection.answer()).toBeUndefined()
    connection.destroy()
    await stage.expectBackendSawNothing()
  })

  test.each(['200-ok', '99-continue', 'x=1'])('D6: the expectation "%s" is refused', async (expectation) => {
    const answer = await stage.send(withHeaders(uploadBy(ALICE, { mode: 'literal SHA-256' }), ['expect', expectation]))
    expect(answer.status).toBe(417)
    await stage.expectBackendSawNothing()
  })
})
