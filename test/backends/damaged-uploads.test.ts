import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { asMaster } from '../support/backend.ts'
import { Lab } from '../support/lab.ts'
import { type RunningProxy, startProxy } from '../support/proxy.ts'
import type { S3Caller, StoredObject } from '../support/s3-caller.ts'
import { sha256Hex } from '../support/signer.ts'
import { type UploadFault, type UploadMode, upload } from '../support/uploads.ts'

// Whatever goes wrong with an upload, in each payload mode: the object that was there stays as it was.

const PLAIN: readonly UploadFault[] = ['checksum', 'a short body', 'a cut connection']
const CHUNKED: readonly UploadFault[] = ['a chunk missing', 'a short body', 'a cut connection']
const MODES: readonly (readonly [UploadMode, readonly UploadFault[]])[] = [
  ['literal SHA-256', PLAIN],
  ['UNSIGNED-PAYLOAD with Content-MD5', PLAIN],
  ['UNSIGNED-PAYLOAD with a checksum header', PLAIN],
  ['signed chunks', ['last chunk signature', ...CHUNKED]],
  ['signed chunks with a trailer', ['last chunk signature', 'trailer signature', 'checksum', ...CHUNKED]],
  ['unsigned chunks with a trailer', ['checksum', ...CHUNKED]],
  ['unsigned chunks with a trailer, HTTP-chunked', ['checksum', ...CHUNKED]],
]

const CODES: Readonly<Partial<Record<UploadFault, string>>> = {
  'last chunk signature': '403 SignatureDoesNotMatch',
  'trailer signature': '403 SignatureDoesNotMatch',
  checksum: '400 BadDigest',
  'a chunk missing': '400 IncompleteBody',
}

// Larger than any buffer on the way, so that most of it has left for the backend before the fault shows; and small.
const BODIES: readonly (readonly [string, readonly Buffer[]])[] = [
  ['4 MiB in chunks of 64 KiB', Array.from({ length: 64 }, (_, i) => Buffer.alloc(64 * 1024, i))],
  ['one chunk of 20 bytes', [Buffer.from('twenty bytes of text')]],
]

const run = inject('run')
const root = { accessKey: 'WILDCARD-ACCESS-KEY', secretKey: 'wildcard-secret-key-0123456789', buckets: ['*'] }
const backendName = run.backend?.kind === 'store' ? 'the embedded store' : 'Ceph'

describe.runIf(run.backend !== undefined)(`uploads before ${backendName}`, () => {
  const lab = new Lab(run.directory)
  const key = { ...root, region: run.backend?.key.region ?? '' }
  const at = { bucket: 'damaged', key: 'object' }
  let proxy: RunningProxy
  let master: S3Caller
  let former: StoredObject

  beforeAll(async () => {
    if (run.backend === undefined) return
    master = asMaster(run.backend)
    proxy = await startProxy(lab, {
      backend: run.backend,
      users: [root],
      scheme: 'http',
      certificates: run.certificates,
    })
    await master.makeBucket(at.bucket)
    await master.put(at.bucket, at.key, 'the former object')
    former = await master.read(at.bucket, at.key)
  })
  afterAll(() => lab.close())

  describe.each(MODES)('%s', (mode, faults) => {
    describe.each(BODIES)('%s', (_, pieces) => {
      test('nothing wrong: the object is stored', async () => {
        const answer = await upload(proxy.endpoint, key, { mode, ...at, key: 'sound', pieces })
        expect(answer, answer.body.toString()).toMatchObject({ status: 200 })
        const stored = await master.read(at.bucket, 'sound')
        expect(stored).toMatchObject({ sha256: sha256Hex(Buffer.concat(pieces)), etag: answer.headers.get('etag') })
        await master.call({ method: 'DELETE', bucket: at.bucket, key: 'sound' })
      })

      test.each(faults)('%s: the former object stays', async (fault) => {
        proxy.backendSaw.forget()
        const answer = await upload(proxy.endpoint, key, { mode, ...at, pieces, fault })
        const expected =
          fault === 'checksum' && mode === 'literal SHA-256' ? '400 XAmzContentSHA256Mismatch' : CODES[fault]
        if (expected !== undefined) expect(`${answer.status} ${answer.code}`).toBe(expected)
        else expect([0, 400]).toContain(answer.status)
        // Give a backend that was to commit late the time to do so.
        await sleep(100)
        expect(await master.read(at.bucket, at.key)).toEqual(former)
        for (const { method, complete } of proxy.backendSaw.requests()) {
          expect({ method, complete }).toEqual({ method: 'PUT', complete: false })
        }
      })
    })
  })
})
