import { randomFillSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { asMaster } from '../support/backend.ts'
import { formBy, type FormOrder } from '../support/browser-form.ts'
import { exchange } from '../support/exchange.ts'
import { Lab } from '../support/lab.ts'
import { type RunningProxy, startProxy } from '../support/proxy.ts'
import type { S3Caller } from '../support/s3-caller.ts'

const run = inject('run')
const BUCKET = 'forms'
const alice = { accessKey: 'ALICE-ACCESS-KEY', secretKey: 'alice-secret-key-0123456789', buckets: [BUCKET] }
const MIB = 1024 * 1024

describe.runIf(run.backend !== undefined)('browser forms before a real backend', () => {
  const lab = new Lab(run.directory)
  let proxy: RunningProxy
  let master: S3Caller
  let region: string
  beforeAll(async () => {
    if (run.backend === undefined) return
    region = run.backend.key.region
    master = asMaster(run.backend)
    await master.makeBucket(BUCKET)
    proxy = await startProxy(lab, {
      backend: run.backend,
      users: [alice],
      scheme: 'http',
      certificates: run.certificates,
    })
  })
  afterAll(() => lab.close())

  const send = (order: FormOrder) =>
    exchange(proxy.endpoint, formBy({ ...alice, region }, { bucket: BUCKET, ...order }))
  const uploads = async (): Promise<string> => {
    const listed = await master.call({ method: 'GET', bucket: BUCKET, query: [['uploads', '']] })
    return listed.body.toString()
  }

  test.each([
    ['one byte', 1],
    ['5 MiB', 5 * MIB],
    ['11 MiB', 11 * MIB],
  ])('a file of %s is stored byte for byte', async (_name, size) => {
    const file = randomFillSync(Buffer.alloc(size))
    const fields = [
      ['key', 'a/../ü.bin'],
      ['Content-Type', 'image/png'],
      ['x-amz-meta-note', 'hello'],
    ] as const
    const answer = await send({ file, fields })
    expect(answer.status).toBe(204)
    const stored = await master.read(BUCKET, 'a/../ü.bin')
    expect(stored.body.equals(file)).toBe(true)
    // Also of an upload in parts, for which a Ceph 16 names none.
    expect(answer.headers.get('etag')).toBe(stored.etag)
    const { headers } = await master.call({ method: 'HEAD', bucket: BUCKET, key: 'a/../ü.bin' })
    expect(headers.get('content-type')).toBe('image/png')
    expect(headers.get('x-amz-meta-note')).toBe('hello')
  })

  test('a file that is too large leaves neither object nor upload', async () => {
    const answer = await send({
      file: Buffer.alloc(12 * MIB),
      fields: [['key', 'large']],
      conditions: [['content-length-range', 0, 11 * MIB]],
    })
    expect(`${answer.status} ${answer.code}`).toBe('400 EntityTooLarge')
    expect(await master.exists(BUCKET, 'large')).toBe(false)
    expect(await uploads()).not.toContain('<UploadId>')
  })
})
