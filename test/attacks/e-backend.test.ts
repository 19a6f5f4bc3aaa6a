import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { errorReply, httpReply, xmlReply } from '../support/plausible-replies.ts'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import type { BackendReply } from '../support/recording-backend.ts'
import { type Order, PAYLOAD_MODES, signedBy, uploadBy, wireBytes } from '../support/wire-requests.ts'

// A backend that fails, lies or talks about itself. No answer that is sent through the stage may name the master key, the
// backend's address or its words; `send` looks at each.

let stage: Stage
let closed: Stage
let narrow: Stage
beforeAll(async () => {
  stage = await Stage.start({ more: { backend: { response_timeout: '250ms' } } })
  closed = await Stage.start()
  await closed.backend.close()
  narrow = await Stage.start({
    more: { backend: { max_connections: 1, connect_timeout: '300ms', response_timeout: '800ms' } },
  })
})
afterAll(async () => {
  await stage.close()
  await closed.close()
  await narrow.close()
})
beforeEach(() => {
  stage.backend.reset()
  narrow.backend.reset()
})

const replies =
  (bytes: BackendReply['bytes'], more: Partial<BackendReply> = {}) =>
  () => ({ bytes, ...more })
const OPERATIONS: readonly (readonly [string, Order])[] = [
  ['a download', {}],
  ['a listing', { path: '/a-bkt' }],
  ['an upload', { method: 'PUT', body: 'x' }],
  ['a deletion', { method: 'DELETE' }],
  ['a copy', { method: 'PUT', headers: [['x-amz-copy-source', 'a-bkt/source']] }],
  [
    'a deletion of keys',
    { method: 'POST', path: '/a-bkt', query: [['delete', '']], body: '<Delete><Object><Key>k</Key></Object></Delete>' },
  ],
  ['a list of buckets', { path: '/' }],
  [
    'a completion',
    {
      method: 'POST',
      query: [['uploadId', 'u']],
      body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>',
    },
  ],
]

describe.each(OPERATIONS)('%s', (_, order) => {
  const REDIRECTS: readonly (readonly [string, string])[] = [
    ['307', httpReply(307, '', [['location', 'http://evil.test/a-bkt/k']])],
    ['302', httpReply(302, '', [['location', '/v-bkt/k']])],
    ['301 PermanentRedirect', errorReply(301, 'PermanentRedirect', '<Endpoint>store.of-the-backend.test</Endpoint>')],
    ['307 TemporaryRedirect', errorReply(307, 'TemporaryRedirect', '<Endpoint>store.of-the-backend.test</Endpoint>')],
    ['400 Redirect', errorReply(400, 'TemporaryRedirect')],
  ]
  test.each(REDIRECTS)('E1: a redirect (%s) is neither followed nor passed on', async (_name, reply) => {
    stage.backend.script = replies(reply)
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.outcome).toBe('500 InternalError')
    expect(answer.headers.has('location')).toBe(false)
    await stage.theBackendRequest()
  })

  const KEY_REFUSALS = [
    'InvalidAccessKeyId',
    'SignatureDoesNotMatch',
    'RequestTimeTooSkewed',
    'AuthorizationHeaderMalformed',
    'InvalidToken',
    'UserSuspended',
  ]
  test.each(KEY_REFUSALS)(
    'E2: a refusal of the master key (%s) is an InternalError, and loud in the log',
    async (code) => {
      const details =
        '<AWSAccessKeyId>MASTERACCESSKEY00001</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256</StringToSign>'
      stage.backend.script = replies(errorReply(403, code, details))
      const answer = await stage.send(signedBy(ALICE, order))
      expect(answer.outcome).toBe('500 InternalError')
      expect(answer.text).not.toContain('StringToSign')
      expect(stage.logLines.at(-2)).toMatch(/"level":"error".*the backend refuses the master key/)
    },
  )

  test('E2: any 401 is a refusal of the master key', async () => {
    stage.backend.script = replies(
      httpReply(401, '<html>no</html>', [['www-authenticate', 'Basic realm="of-the-backend"']]),
    )
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.outcome).toBe('500 InternalError')
    expect(answer.headers.has('www-authenticate')).toBe(false)
  })

  test('E2: a refusal for lack of rights passes as 403, in our own words', async () => {
    stage.backend.script = replies(errorReply(403, 'AccessDenied', '<HostId>of-the-backend</HostId>'))
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.outcome).toBe('403 AccessDenied')
    expect(answer.text).not.toContain('words of the backend')
  })

  const PAGE = '<html><body>nginx in front of-the-backend</body></html>'
  test.each<[number, string]>([
    [429, '503 SlowDown'],
    [500, '500 InternalError'],
    [502, '503 SlowDown'],
    [503, '503 SlowDown'],
    [504, '503 SlowDown'],
    [403, '403 AccessDenied'],
  ])('D4: a page of a load balancer with status %i becomes %s', async (status, outcome) => {
    stage.backend.script = replies(httpReply(status, PAGE, [['content-type', 'text/html']]))
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.outcome).toBe(outcome)
    expect(answer.headers.get('content-type')).toBe('application/xml')
    expect(answer.headers.has('retry-after')).toBe(outcome.startsWith('503'))
  })

  const NOT_HTTP: readonly (readonly [string, BackendReply])[] = [
    ['garbage', { bytes: 'garbage\r\n\r\n', afterwards: 'end' }],
    ['an SSH banner', { bytes: 'SSH-2.0-OpenSSH_9.2\r\n', afterwards: 'end' }],
    [
      'both lengths and chunks',
      { bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n' },
    ],
    ['two lengths', { bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd' }],
    ['a NUL in a header', { bytes: 'HTTP/1.1 200 OK\r\nx-a: \0\r\ncontent-length: 0\r\n\r\n' }],
  ]
  test.each(NOT_HTTP)('D4: %s from the backend is an InternalError', async (_name, reply) => {
    stage.backend.script = () => reply
    expect((await stage.send(signedBy(ALICE, order))).outcome).toBe('500 InternalError')
    expect((await stage.backend.settled()).length).toBe(1)
  })

  test('E1: silence of the backend is 503 ServiceUnavailable, asked once', async () => {
    stage.backend.script = replies(undefined)
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.outcome).toBe('503 ServiceUnavailable')
    expect(stage.backend.lines).toHaveLength(1)
  })

  test('E1: a backend that is not there is 503 SlowDown, to be tried again', async () => {
    const answer = await closed.send(signedBy(ALICE, order))
    expect(answer.outcome).toBe('503 SlowDown')
    expect(answer.headers.get('retry-after')).toBe('1')
  })
})

test('E1: no free connection in time is 503 SlowDown', async () => {
  narrow.backend.script = replies(undefined)
  const [first, second] = [narrow.send(signedBy(ALICE)), narrow.send(signedBy(ALICE, { path: '/a-bkt/other' }))]
  expect((await second).outcome).toBe('503 SlowDown')
  expect(narrow.backend.lines).toEqual(['GET /a-bkt/k'])
  expect((await first).outcome).toBe('503 ServiceUnavailable')
  narrow.backend.reset()
  expect((await narrow.send(signedBy(ALICE))).outcome).toBe('200')
})

describe('answers that break off', () => {
  test.each<[string, BackendReply]>([
    ['ends early', { bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nonly this', afterwards: 'end' }],
    ['is reset', { bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nonly this', afterwards: 'reset' }],
    ['falls silent', { bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nonly this' }],
    [
      'ends within its chunks',
      { bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nonly this\r\n', afterwards: 'end' },
    ],
    [
      'has a broken chunk',
      { bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nonly thisXX\r\nzz\r\n' },
    ],
  ])('E13: a download that %s at the backend never looks whole to the client', async (_, reply) => {
    stage.backend.script = () => reply
    const connection = await stage.connect()
    const before = stage.requestsDone
    await connection.write(wireBytes(signedBy(ALICE)))
    expect(await connection.answer()).toBeUndefined()
    expect(connection.received).toMatch(/^(?:HTTP\/1\.1 200 |$)/)
    connection.destroy()
    await stage.untilDone(before)
    expect(stage.lastEvent().error_code).not.toBeNull()
  })

  test.each<[string, string]>([
    ['that is no XML', 'not xml'],
    ['that is nothing at all', ''],
    ['that is half a document', '<ListBucketResult><Name>x</Name>'],
    ['that is a page', '<html><body>login of-the-backend</body></html>'],
    ['that is an error after all', '<Error><Code>InternalError</Code><Message>words of the backend</Message></Error>'],
  ])('D4: a listing %s is an InternalError', async (_, body) => {
    stage.backend.script = replies(httpReply(200, body, [['content-type', 'application/xml']]))
    for (const path of ['/a-bkt', '/'])
      expect((await stage.send(signedBy(ALICE, { path }))).outcome).toBe('500 InternalError')
  })

  test.each<[string, string]>([
    ['HEAD', httpReply(200, 'a body that HEAD cannot have', [['content-length', '28']])],
    ['DELETE', 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\nhello'],
  ])('D4: a body where %s has none does not become the next answer', async (method, bytes) => {
    stage.backend.script = replies(bytes)
    await stage.send(signedBy(ALICE, { method }))
    stage.backend.script = undefined
    for (let i = 0; i < 3; i++)
      expect((await stage.send(signedBy(ALICE))).body.toString()).toBe('the bytes of an object')
  })

  test('D4: interim answers of the backend are not passed on', async () => {
    stage.backend.script = replies(`HTTP/1.1 103 Early Hints\r\nlink: </of-the-backend>\r\n\r\n${httpReply(200, 'x')}`)
    const answer = await stage.send(signedBy(ALICE))
    expect(answer.outcome).toBe('200')
    expect(answer.continued).toBe(false)
  })
})

describe('late errors', () => {
  const late: readonly (readonly [string, Order])[] = OPERATIONS.filter(
    ([name]) => name === 'a copy' || name === 'a completion',
  )
  test.each(late)('E13: an error within a 200 for %s is the error', async (_, order) => {
    stage.backend.script = replies(
      httpReply(
        200,
        '<?xml version="1.0"?>\n<Error><Code>InternalError</Code><Message>words of the backend</Message></Error>',
      ),
    )
    expect((await stage.send(signedBy(ALICE, order))).outcome).toBe('500 InternalError')
    stage.backend.script = replies(
      httpReply(200, '<Error><Code>InvalidPart</Code><Message>words of the backend</Message></Error>'),
    )
    expect((await stage.send(signedBy(ALICE, order))).outcome).toBe('400 InvalidPart')
    expect(stage.lastEvent()).toMatchObject({ status: 400, error_code: 'InvalidPart' })
  })

  test('E13: an error after the backend had to keep the connection alive is in the body, and counted as one', async () => {
    const body = `<?xml version="1.0"?>\n${' '.repeat(2_000)}<Error><Code>InternalError</Code><Message>words of the backend</Message></Error>`
    stage.backend.script = replies(httpReply(200, body))
    const [, order] = late.find(([name]) => name === 'a completion') ?? ['', {}]
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.code).toBe('InternalError')
    expect(stage.lastEvent().error_code).toBe('InternalError')
  })

  test('E3: the result of a completion names our own place, never the backend', async () => {
    const [, order] = late.find(([name]) => name === 'a completion') ?? ['', {}]
    stage.backend.script = () => ({
      bytes: xmlReply(
        `<CompleteMultipartUploadResult><Location>http://127.0.0.1:${stage.backend.port}/a-bkt/k</Location><Bucket>a-bkt</Bucket><Key>k</Key><ETag>"e-1"</ETag></CompleteMultipartUploadResult>`,
      ),
    })
    expect((await stage.send(signedBy(ALICE, order))).text).toContain('<Location>http://proxy.test/a-bkt/k</Location>')
  })
})

describe('answers that come too early', () => {
  const PIECES = [Buffer.alloc(4 * 1024 * 1024, 'x')]
  test.each(PAYLOAD_MODES)(
    'E13: a success before the upload (%s) was sent is none: 500, and the upload is cut',
    async (mode) => {
      stage.backend.script = replies(httpReply(200), { when: 'head' })
      const before = stage.requestsDone
      const connection = await stage.connect()
      const bytes = wireBytes(uploadBy(ALICE, { mode, pieces: PIECES }))
      await connection.write(bytes.subarray(0, 1_000_000))
      expect((await connection.answer())?.outcome).toBe('500 InternalError')
      connection.destroy()
      await stage.untilDone(before)
      await stage.expectBackendStoredNothing()
    },
  )

  test('E13: a refusal before the upload was sent passes on, and the connection is not used again', async () => {
    stage.backend.script = replies(errorReply(403, 'AccessDenied'), { when: 'head' })
    const before = stage.requestsDone
    const connection = await stage.connect()
    const bytes = wireBytes(uploadBy(ALICE, { mode: 'literal SHA-256', pieces: PIECES }))
    await connection.write(bytes.subarray(0, 1_000_000))
    const answer = await connection.answer()
    expect(answer?.outcome).toBe('403 AccessDenied')
    expect(answer?.headers.get('connection')).toBe('close')
    connection.destroy()
    await stage.untilDone(before)
    await stage.expectBackendStoredNothing()
    stage.backend.reset()
    expect((await stage.send(signedBy(ALICE))).body.toString()).toBe('the bytes of an object')
  })
})

describe('D16', () => {
  test('D16: what changes something is never sent twice when its connection dies', async () => {
    for (const [name, order] of OPERATIONS.filter(([, { method = 'GET' }]) => method !== 'GET')) {
      // A pooled connection first, then one that dies on use.
      stage.backend.reset()
      await stage.send(signedBy(ALICE))
      stage.backend.reset()
      stage.backend.script = replies('', { afterwards: 'reset' })
      expect(`${name}: ${(await stage.send(signedBy(ALICE, order))).outcome}`).toBe(`${name}: 503 SlowDown`)
      expect((await stage.backend.settled()).length).toBe(1)
    }
  })

  test('D16: a read whose connection died before the first byte is tried again, at most twice', async () => {
    let attempts = 0
    stage.backend.script = () => (++attempts === 1 ? { bytes: '', afterwards: 'reset' } : undefined)
    expect((await stage.send(signedBy(ALICE))).outcome).toBe('200')
    expect(attempts).toBe(2)
    attempts = 0
    stage.backend.script = () => ({ bytes: '', afterwards: ++attempts > 0 ? 'reset' : 'keep' })
    expect((await stage.send(signedBy(ALICE))).outcome).toBe('503 SlowDown')
    expect(attempts).toBe(3)
  })
})

test('E3: of the backend’s own headers and names nothing shows, whatever is asked', async () => {
  for (const [, order] of OPERATIONS) {
    const answer = await stage.send(signedBy(ROOT, order))
    expect(answer.status).toBeLessThan(300)
    for (const name of ['server', 'via', 'x-rgw-internal', 'access-control-allow-origin', 'set-cookie'])
      expect(answer.headers.has(name)).toBe(false)
    expect(answer.headers.get('x-amz-request-id')).toMatch(/^[0-9A-F]{16}$/)
  }
})
