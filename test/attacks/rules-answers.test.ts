import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { errorReply, httpReply } from '../support/plausible-replies.ts'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import { type Order, signedBy, unsignedRequest } from '../support/wire-requests.ts'

// Rules on what a client is told, as the documentation states them.

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start()
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

describe('what exists', () => {
  const READS: readonly Order[] = [
    {},
    { method: 'HEAD' },
    { query: [['versionId', 'v']] },
    { query: [['tagging', '']] },
    { method: 'HEAD', path: '/a-bkt' },
    { path: '/a-bkt' },
    { path: '/a-bkt', query: [['location', '']] },
  ]

  test('a missing key or bucket is told to who may list the bucket', async () => {
    for (const [order, code] of [
      [{}, 'NoSuchKey'],
      [{ query: [['versionId', 'v']] }, 'NoSuchVersion'],
      [{ path: '/a-bkt' }, 'NoSuchBucket'],
    ] as const) {
      stage.backend.script = () => ({ bytes: errorReply(404, code) })
      expect((await stage.send(signedBy(ALICE, order))).outcome).toBe(`404 ${code}`)
    }
    stage.backend.script = () => ({ bytes: httpReply(404) })
    expect((await stage.send(signedBy(ALICE, { method: 'HEAD' }))).status).toBe(404)
  })

  test("of another's bucket nobody learns whether it, or a key in it, exists: the backend is not asked", async () => {
    for (const order of READS) {
      const path = (order.path ?? '/a-bkt/k').replace('a-bkt', 'v-bkt')
      const others = (order.path ?? '/a-bkt/k').replace('a-bkt', 'no-such-bkt')
      const [one, other] = [
        await stage.send(signedBy(ALICE, { ...order, path })),
        await stage.send(signedBy(ALICE, { ...order, path: others })),
      ]
      expect([one.status, other.status]).toEqual([403, 403])
      const plain = (text: string): string =>
        text.replace(/<Resource>.*?<\/Resource>|[0-9A-F]{16}|[Dd]ate: [^\r]*|content-length: \d+/g, '')
      expect(plain(other.text)).toBe(plain(one.text))
      expect((await stage.send(unsignedRequest({ ...order, path }))).status).toBe(403)
    }
    await stage.expectBackendSawNothing()
  })
})

describe('answers', () => {
  test('only the headers of the object and of the operation pass', async () => {
    const passing = [
      ['etag', '"e"'],
      ['last-modified', 'Thu, 01 Jan 2026 00:00:00 GMT'],
      ['x-amz-meta-a', 'b'],
      ['x-amz-version-id', 'v1'],
      ['x-amz-storage-class', 'GLACIER'],
      ['cache-control', 'no-store'],
      ['accept-ranges', 'bytes'],
      ['x-amz-tagging-count', '2'],
      ['x-amz-object-lock-mode', 'GOVERNANCE'],
    ] as const
    const private_ = [
      ['x-amz-id-2', 'of-the-backend'],
      ['via', 'of-the-backend'],
      ['set-cookie', 'a=of-the-backend'],
      ['x-amz-invented', 'of-the-backend'],
      ['x-minio-deployment-id', 'of-the-backend'],
      ['strict-transport-security', 'max-age=1'],
      ['alt-svc', 'h3=":443"'],
      ['access-control-allow-credentials', 'true'],
      ['connection', 'x-amz-meta-hop'],
      ['x-amz-meta-hop', 'of-the-backend'],
      ['location', 'http://of-the-backend'],
    ] as const
    stage.backend.script = () => ({ bytes: httpReply(200, 'x', [...passing, ...private_]) })
    const { headers } = await stage.send(signedBy(ALICE, { unsigned: [['origin', 'http://elsewhere.test']] }))
    for (const [name, value] of passing) expect(headers.get(name)).toBe(value)
    for (const [name] of private_.filter(([name]) => name !== 'connection')) expect(headers.has(name)).toBe(false)
    expect((await stage.theBackendRequest()).headers.has('origin')).toBe(false)
  })

  test('the region of a bucket is ours', async () => {
    stage.backend.script = () => ({ bytes: httpReply(200, '', [['x-amz-bucket-region', 'zone-of-the-backend']]) })
    expect(
      (await stage.send(signedBy(ALICE, { method: 'HEAD', path: '/a-bkt' }))).headers.get('x-amz-bucket-region'),
    ).toBe('eu-test-1')
  })

  test('an owner is ours wherever the backend names its own', async () => {
    for (const order of [
      { path: '/' },
      { path: '/a-bkt' },
      {
        path: '/a-bkt',
        query: [
          ['list-type', '2'],
          ['fetch-owner', 'true'],
        ],
      },
      { path: '/a-bkt', query: [['acl', '']] },
    ] as const) {
      const answer = await stage.send(signedBy(ROOT, order))
      expect(answer.outcome).toBe('200')
      expect(answer.text).toContain('<ID>000000000000</ID>')
    }
  })

  test('an error names the request, never what the client wrote as markup', async () => {
    const answer = await stage.send(
      signedBy(ALICE, { path: '/v-bkt/%3Cscript%3Ealert(1)%3C/script%3E%0D%0Ax-injected%3A%201' }),
    )
    expect(answer.outcome).toBe('403 AccessDenied')
    expect(answer.text).not.toContain('<script>')
    expect(answer.headers.has('x-injected')).toBe(false)
    expect(answer.headers.get('content-type')).toBe('application/xml')
    expect(answer.text).toContain(`<RequestId>${answer.headers.get('x-amz-request-id')}</RequestId>`)
    expect(stage.lastEvent().request_id).toBe(answer.headers.get('x-amz-request-id'))
  })

  test('OPTIONS is answered here, and says nothing of the backend', async () => {
    for (const path of ['/', '/a-bkt', '/a-bkt/k', '/no-such-bkt']) {
      const answer = await stage.send({
        method: 'OPTIONS',
        target: path,
        headers: [
          ['host', 'proxy.test'],
          ['origin', 'http://elsewhere.test'],
          ['access-control-request-method', 'PUT'],
        ],
      })
      expect(answer.status).toBe(403)
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
    await stage.expectBackendSawNothing()
  })

  test('every request leaves one audit event and one log line', async () => {
    const [events, lines] = [stage.events().length, stage.requestsDone]
    await stage.send(signedBy(ALICE))
    await stage.send(signedBy(ALICE, { path: '/v-bkt/k' }))
    await stage.send(unsignedRequest())
    await stage.send(signedBy(ALICE, { path: '/a-bkt/%zz' }))
    expect(stage.events().length - events).toBe(4)
    expect(stage.requestsDone - lines).toBe(4)
    expect(
      stage
        .events()
        .slice(-4)
        .map(({ status, decision }) => `${status} ${decision}`),
    ).toEqual(['200 Allow', '403 ImplicitDeny', '403 ImplicitDeny', '400 None'])
  })
})
