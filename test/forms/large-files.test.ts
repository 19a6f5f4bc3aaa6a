import { randomFillSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FORM_BOUNDARY, formBy, type FormOrder } from '../support/browser-form.ts'
import { errorReply, xmlReply } from '../support/plausible-replies.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import type { RawConnection } from '../support/raw-socket.ts'
import type { BackendScript } from '../support/recording-backend.ts'
import { wireBytes, wireHead } from '../support/wire-requests.ts'

const MIB = 1024 * 1024
const PART = 5 * MIB

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start()
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const bytes = (size: number): Buffer => randomFillSync(Buffer.alloc(size))
const post = (order: FormOrder) => stage.send(formBy(ALICE, order))
/** What the backend saw, without the ids. */
const seen = async (): Promise<string[]> => {
  await stage.backend.settled()
  return stage.backend.lines
}

const CREATE = 'POST /a-bkt/k?uploads='
const part = (number: number): string => `PUT /a-bkt/k?partNumber=${number}&uploadId=up1`
const COMPLETE = 'POST /a-bkt/k?uploadId=up1'
const ABORT = 'DELETE /a-bkt/k?uploadId=up1'

describe('a file', () => {
  test('of 5 MiB leaves in one piece', async () => {
    const file = bytes(PART)
    expect((await post({ file })).outcome).toBe('204')
    expect(await seen()).toEqual(['PUT /a-bkt/k'])
    expect((await stage.theBackendRequest()).body.equals(file)).toBe(true)
  })

  test('of one byte more leaves in parts of 5 MiB, with its headers at the beginning', async () => {
    const file = bytes(2 * PART + 1)
    const fields = [
      ['key', 'k'],
      ['Content-Type', 'video/mp4'],
      ['x-amz-meta-a', '1'],
      ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
      ['If-None-Match', '*'],
      ['success_action_status', '201'],
    ] as const
    const answer = await post({ file, fields })
    expect(answer.status).toBe(201)
    expect(answer.body.toString()).toContain('<ETag>&quot;e-1&quot;</ETag>')
    expect(await seen()).toEqual([CREATE, part(1), part(2), part(3), COMPLETE])
    const [create, ...rest] = stage.backend.requests
    expect(create?.headers.get('content-type')).toBe('video/mp4')
    expect(create?.headers.get('x-amz-meta-a')).toBe('1')
    expect(create?.headers.has('if-none-match')).toBe(false)
    expect(rest.map(({ headers }) => headers.get('x-amz-server-side-encryption-customer-algorithm'))).toEqual(
      Array.from({ length: 4 }, () => 'AES256'),
    )
    expect(rest.at(-1)?.headers.get('if-none-match')).toBe('*')
    const parts = rest.slice(0, 3).map(({ body }) => body)
    expect(parts.map(({ length }) => length)).toEqual([PART, PART, 1])
    expect(Buffer.concat(parts).equals(file)).toBe(true)
  })

  test.each([
    ['in quotation marks', '&quot;e-2&quot;', /^"e-2"$/],
    ['without them, as Ceph 18 does', 'e-2', /^"e-2"$/],
    ['by nothing, as Ceph 16 does', '', /^"[0-9a-f]{32}-2"$/],
  ])('has its ETag in quotation marks where the backend names it %s', async (_how, named, etag) => {
    const completed = xmlReply(`<CompleteMultipartUploadResult><ETag>${named}</ETag></CompleteMultipartUploadResult>`)
    stage.backend.script = ({ method, target }) =>
      `${method} ${target}` === COMPLETE ? { bytes: completed } : undefined
    const answer = await post({ file: bytes(PART + 1), fields: [['key', 'k']] })
    expect(answer.outcome).toBe('204')
    expect(answer.headers.get('etag')).toMatch(etag)
    expect(await seen()).toEqual([CREATE, part(1), part(2), COMPLETE])
  })

  test('whose checksum was verified as a whole takes it along in no part', async () => {
    const file = Buffer.alloc(PART + 1)
    const fields = [
      ['key', 'k'],
      ['x-amz-checksum-sha256', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    ] as const
    const answer = await post({ file, fields })
    expect(answer.outcome).toBe('400 BadDigest')
    expect(await seen()).toEqual([CREATE, part(1), ABORT])
  })
})

describe('an upload in parts is taken back', () => {
  const answering =
    (line: string, reply: string | undefined): BackendScript =>
    ({ method, target }) =>
      `${method} ${target}` === line ? { bytes: reply, afterwards: reply === undefined ? 'reset' : 'keep' } : undefined

  test.each<[string, BackendScript | undefined, FormOrder, string]>([
    [
      'when the file is larger than its policy allows',
      undefined,
      { conditions: [['content-length-range', 0, 2 * PART]] },
      '400 EntityTooLarge',
    ],
    ['when the backend refuses a part', answering(part(2), errorReply(403, 'QuotaExceeded')), {}, '403 QuotaExceeded'],
    ['when the backend breaks off', answering(part(2), undefined), {}, '503 SlowDown'],
    [
      'when a part gets no ETag',
      answering(part(2), 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
      {},
      '500 InternalError',
    ],
    [
      'when completing is refused',
      answering(COMPLETE, errorReply(412, 'PreconditionFailed')),
      {},
      '412 PreconditionFailed',
    ],
    [
      'when completing succeeds and then does not',
      answering(COMPLETE, xmlReply('<Error><Code>InternalError</Code></Error>')),
      {},
      '500 InternalError',
    ],
  ])('%s', async (_name, script, order, expected) => {
    stage.backend.script = script
    const answer = await post({ file: bytes(2 * PART + 1), ...order })
    expect(answer.outcome).toBe(expected)
    const lines = await seen()
    expect(lines.at(-1)).toBe(ABORT)
    expect(lines.filter((line) => line === ABORT)).toHaveLength(1)
  })

  test('when the form ends within its file, or behind it without its last boundary', async () => {
    for (const cut of [PART, 20]) {
      stage.backend.reset()
      const { body = Buffer.alloc(0), headers, ...request } = formBy(ALICE, { file: bytes(3 * PART) })
      const short = body.subarray(0, -cut)
      const length = headers.map(
        ([name, value]) => [name, name === 'content-length' ? String(short.length) : value] as const,
      )
      expect((await stage.send({ ...request, headers: length, body: short })).outcome).toBe('400 MalformedPOSTRequest')
      expect((await seen()).at(-1)).toBe(ABORT)
    }
  })

  test('when the client goes away', async () => {
    const request = formBy(ALICE, { file: bytes(3 * PART) })
    const connection = await stage.connect()
    await connection.write(wireHead(request))
    await connection.write(request.body?.subarray(0, 2 * PART + 1_000) ?? '')
    await eventually(() => stage.backend.lines.includes(part(1)))
    connection.destroy()
    await eventually(() => stage.backend.lines.includes(ABORT))
    expect((await seen()).includes(COMPLETE)).toBe(false)
  })

  test('when that fails, it is tried again, and the log tells which upload remains', async () => {
    stage.backend.script = ({ method, target }) =>
      `${method} ${target}` === ABORT
        ? { bytes: errorReply(500, 'InternalError') }
        : answering(part(1), errorReply(400, 'InvalidRequest'))({ method, target } as Parameters<BackendScript>[0])
    expect((await post({ file: bytes(PART + 1) })).outcome).toBe('400 InvalidRequest')
    expect(await seen()).toEqual([CREATE, part(1), ABORT, ABORT, ABORT])
    expect(stage.logLines.at(-1)).toContain('upload up1 could not be aborted')
  })

  test('and nothing is, where nothing was begun', async () => {
    stage.backend.script = answering(CREATE, errorReply(403, 'AccessDenied'))
    expect((await post({ file: bytes(PART + 1) })).outcome).toBe('403 AccessDenied')
    expect(await seen()).toEqual([CREATE])
  })
})

describe('refusals while the form is still being sent', () => {
  /** Sends all but the file's end, and gives the answer that comes all the same. */
  async function early(order: FormOrder): Promise<{ outcome: string; connection: RawConnection }> {
    const request = formBy(ALICE, { file: bytes(MIB), ...order })
    const connection = await stage.connect()
    await connection.write(wireBytes(request).subarray(0, -MIB))
    const answer = await connection.answer('POST')
    return { outcome: answer?.outcome ?? 'none', connection }
  }

  test.each<[string, FormOrder, string]>([
    ['the policy does not cover', { policyBucket: 'v-bkt' }, '403 AccessDenied'],
    ['the policies do not allow', { bucket: 'v-bkt' }, '403 AccessDenied'],
    ['is too large', { conditions: [['content-length-range', 0, 0]], file: bytes(2 * MIB) }, '400 EntityTooLarge'],
  ])('what %s is refused at once, and the rest is read without a reset', async (_name, order, expected) => {
    const { outcome, connection } = await early(order)
    expect(outcome).toBe(expected)
    for (let sent = 0; sent < 4; sent++) await connection.write(bytes(256 * 1024))
    expect(connection.wasReset).toBe(false)
    connection.destroy()
    await stage.expectBackendSawNothing()
  })
})

test('D8: all forms together stay within 64 MiB; one more is told to come back, and what is given up is free again', async () => {
  const request = formBy(ALICE, { file: bytes(20 * MIB) })
  const open: RawConnection[] = []
  for (let form = 0; form < 12; form++) {
    const connection = await stage.connect()
    await connection.write(wireBytes(request).subarray(0, 100_000))
    open.push(connection)
  }
  await eventually(async () => (await stage.send(formBy(ALICE, { file: bytes(6 * MIB) }))).outcome === '503 SlowDown')
  const refused = await stage.send(formBy(ALICE, { file: bytes(6 * MIB) }))
  expect(refused.outcome).toBe('503 SlowDown')
  expect(refused.headers.get('retry-after')).toBe('1')
  expect((await post({ file: 'small' })).outcome).toBe('204')
  for (const connection of open) connection.destroy()
  await eventually(async () => (await post({ file: bytes(6 * MIB) })).outcome === '204')
})

test('no signature of a form stands in the log', () => {
  const text = stage.logLines.join('')
  expect(text).toContain('PostObject')
  expect(text).not.toContain('x-amz-signature')
  expect(text).not.toContain(FORM_BOUNDARY)
})

async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it did not come about')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
