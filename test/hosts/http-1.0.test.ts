import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OBJECT_TEXT } from '../support/plausible-replies.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import { RawConnection, type WireAnswer } from '../support/raw-socket.ts'
import {
  presignedBy,
  signedBy,
  type WireRequest,
  wireBytes,
  withHeaders,
  withoutHeader,
} from '../support/wire-requests.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start()
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

/** The request as an HTTP/1.0 client, such as nginx in its default setting, sends it. */
const asOld = (request: WireRequest): Buffer =>
  Buffer.from(wireBytes(request).toString('latin1').replace(' HTTP/1.1\r\n', ' HTTP/1.0\r\n'), 'latin1')

const CHUNKED_HEAD = 'HTTP/1.1 200 OK\r\nETag: "e"\r\nTransfer-Encoding: chunked\r\n\r\n'

/** The answer, and whether the connection ended behind it. */
async function answerTo(request: WireRequest): Promise<{ answer: WireAnswer; ended: boolean }> {
  const connection = await stage.connect()
  try {
    await connection.write(asOld(request))
    const answer = await connection.answer(request.method)
    if (answer === undefined) throw new Error('no answer')
    return { answer, ended: await connection.ends(2_000) }
  } finally {
    connection.destroy()
  }
}

describe('an HTTP/1.0 request with a Host', () => {
  test.each([
    ['an object', signedBy(ALICE), '200'],
    ['a presigned object', presignedBy(ALICE), '200'],
    ['a head', signedBy(ALICE, { method: 'HEAD' }), '200'],
    ['a list', signedBy(ALICE, { path: '/a-bkt', query: [['list-type', '2']] }), '200'],
    ['an upload', signedBy(ALICE, { method: 'PUT', body: 'text' }), '200'],
    ['a deletion', signedBy(ALICE, { method: 'DELETE' }), '204'],
    ['what is not allowed', signedBy(ALICE, { path: '/b-bkt/k' }), '403 AccessDenied'],
    [
      'an upload that is not allowed',
      signedBy(ALICE, { method: 'PUT', path: '/b-bkt/k', body: 'text' }),
      '403 AccessDenied',
    ],
  ])('%s is answered as ever, unchunked, and the connection closes', async (_, request, outcome) => {
    const { answer, ended } = await answerTo(request)
    expect(answer.outcome).toBe(outcome)
    expect(answer.headers.has('transfer-encoding')).toBe(false)
    expect(answer.headers.get('connection')).toBe('close')
    expect(ended).toBe(true)
  })

  test('does not keep the connection, even if it asks to', async () => {
    const { answer, ended } = await answerTo(withHeaders(signedBy(ALICE), ['connection', 'keep-alive']))
    expect(answer.outcome).toBe('200')
    expect(answer.headers.get('connection')).toBe('close')
    expect(ended).toBe(true)
  })

  test('gets no interim answer, which HTTP/1.0 does not know', async () => {
    const upload = signedBy(ALICE, { method: 'PUT', body: 'text' })
    const { answer } = await answerTo(withHeaders(upload, ['expect', '100-continue']))
    expect(answer.outcome).toBe('200')
    expect(answer.continued).toBe(false)
  })

  test('gets a body whose length the backend left open up to the end of the connection', async () => {
    stage.backend.script = () => ({ bytes: `${CHUNKED_HEAD}5\r\nhello\r\n0\r\n\r\n` })
    const { answer } = await answerTo(signedBy(ALICE))
    expect(answer.headers.has('transfer-encoding')).toBe(false)
    expect(answer.headers.has('content-length')).toBe(false)
    expect(answer.body.toString()).toBe('hello')
  })
})

test('a body that breaks off resets the connection, for its end would look like the end of the object', async () => {
  stage.backend.script = () => ({ bytes: `${CHUNKED_HEAD}5\r\nhello\r\n`, afterwards: 'end' })
  const connection = await RawConnection.open(stage.port)
  await connection.write(asOld(signedBy(ALICE)))
  expect(await connection.ends(2_000)).toBe(true)
  expect(connection.wasReset).toBe(true)
  connection.destroy()
})

describe('refused', () => {
  test.each([
    ['without a Host', withoutHeader(signedBy(ALICE), 'host'), '400 InvalidRequest'],
    [
      'with a chunked body, which HTTP/1.0 does not know',
      signedBy(ALICE, {
        method: 'PUT',
        unsigned: [['transfer-encoding', 'chunked']],
        body: '4\r\ntext\r\n0\r\n\r\n',
        payloadHash: 'UNSIGNED-PAYLOAD',
      }),
      '400 InvalidRequest',
    ],
  ])('%s', async (_, request, outcome) => {
    const { answer, ended } = await answerTo(request)
    expect(answer.outcome).toBe(outcome)
    expect(ended).toBe(true)
    await stage.expectBackendSawNothing()
  })

  test('an upload without a length', async () => {
    const upload = withoutHeader(signedBy(ALICE, { method: 'PUT' }), 'content-length')
    expect((await answerTo(upload)).answer.outcome).toBe('411 MissingContentLength')
    await stage.expectBackendSawNothing()
  })

  test.each(['HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/3.0', 'HTTP/1', 'http/1.1', 'HTTP/1.10'])(
    'the version %s',
    async (version) => {
      const bytes = wireBytes(signedBy(ALICE)).toString('latin1').replace(' HTTP/1.1\r\n', ` ${version}\r\n`)
      const answer = await stage.sendBytes(bytes)
      expect(answer.outcome).toBe('400 BadRequest')
      await stage.expectBackendSawNothing()
    },
  )

  test('the opening of an HTTP/2 connection', async () => {
    const answer = await stage.sendBytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    expect(answer.status).toBe(400)
  })
})

test('HTTP/1.1 keeps the connection', async () => {
  const connection = await stage.connect()
  for (let turn = 0; turn < 2; turn++) {
    await connection.write(wireBytes(signedBy(ALICE)))
    expect((await connection.answer())?.body.toString()).toBe(OBJECT_TEXT)
  }
  connection.destroy()
})
