import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { asMaster, isAlive } from '../support/backend.ts'
import { Lab } from '../support/lab.ts'
import { type RunningProxy, startProxy } from '../support/proxy.ts'
import type { S3Caller } from '../support/s3-caller.ts'

// A Ceph decodes the copy source of UploadPartCopy twice, so a source that was authorised need not be the one that is
// read; takes an empty or undecodable source for an ordinary part; and ends by an assertion on one without a key.

const run = inject('run')
const root = { accessKey: 'WILDCARD-ACCESS-KEY', secretKey: 'wildcard-secret-key-0123456789', buckets: ['*'] }
const named = { accessKey: 'NAMED-ACCESS-KEY', secretKey: 'named-secret-key-0123456789', buckets: ['copy-open'] }

describe.runIf(run.backend !== undefined)('copy sources', () => {
  const lab = new Lab(run.directory)
  let proxy: RunningProxy
  let master: S3Caller
  let uploadId = ''
  const copyObject = (user: typeof root, source: string) =>
    proxy.as(user).call({ method: 'PUT', bucket: 'copy-open', key: 'copied', headers: [['x-amz-copy-source', source]] })
  const copyPart = (user: typeof root, source: string) =>
    proxy.as(user).call({
      method: 'PUT',
      bucket: 'copy-open',
      key: 'parts',
      query: [
        ['partNumber', '1'],
        ['uploadId', uploadId],
      ],
      headers: [['x-amz-copy-source', source]],
    })

  beforeAll(async () => {
    if (run.backend === undefined) return
    master = asMaster(run.backend)
    proxy = await startProxy(lab, {
      backend: run.backend,
      users: [root, named],
      scheme: 'http',
      certificates: run.certificates,
    })
    await master.makeBucket('copy-open')
    await master.makeBucket('copy-secret')
    await master.put('copy-secret', 'sec', 'the secret')
    await master.put('copy-open', 'sec', 'no secret')
    const begun = await master.call({ method: 'POST', bucket: 'copy-open', key: 'parts', query: [['uploads', '']] })
    uploadId = /<UploadId>([^<]+)</.exec(begun.body.toString())?.[1] ?? ''
  })
  afterAll(() => lab.close())

  test.each([
    ['s%2565c', 'copy-open/s%2565c'],
    ['sec%253FversionId%253Dnull', 'copy-open/sec%253FversionId%253Dnull'],
    ['sec%3FversionId%3Dnull', 'copy-open/sec%3FversionId%3Dnull'],
  ])('UploadPartCopy from the key %s, which a second decoding would change, is not sent', async (_, source) => {
    proxy.backendSaw.forget()
    expect(await copyPart(root, source)).toMatchObject({ status: 501, code: 'NotImplemented' })
    expect(proxy.backendSaw.lines()).toEqual([])
  })

  test.each([
    ['without a key', 'copy-open/'],
    ['without a key, with a slash before', '/copy-open/'],
    ['with nothing but a bucket', 'copy-open'],
    ['with a broken escape for a key', 'copy-open/%'],
    ['with a version for a key', 'copy-open/?versionId=x'],
    ['that is empty', ''],
    ['that is a slash', '/'],
    ['with a broken escape', 'copy-open/a%zz'],
    ['with a NUL', 'copy-open/a%00'],
    ['with bytes that are no UTF-8', 'copy-open/a%ff'],
  ])('a source %s is refused on both operations', async (_, source) => {
    proxy.backendSaw.forget()
    expect(await copyPart(root, source)).toMatchObject({ status: 400 })
    expect(await copyObject(root, source)).toMatchObject({ status: 400 })
    expect(proxy.backendSaw.lines()).toEqual([])
  })

  test('UploadPartCopy from a key that is an escape of an escape is not sent', async () => {
    proxy.backendSaw.forget()
    expect(await copyPart(root, 'copy-open/%25')).toMatchObject({ status: 501 })
    expect(proxy.backendSaw.lines()).toEqual([])
  })

  test('the gateway lives after all of them', async () => {
    if (run.backend !== undefined) expect(await isAlive(run.backend)).toBe(true)
    const parts = await master.call({
      method: 'GET',
      bucket: 'copy-open',
      key: 'parts',
      query: [['uploadId', uploadId]],
    })
    expect(parts.body.toString()).not.toContain('<PartNumber>')
  })

  test.each(['copy-secret/sec', '/copy-secret/sec', 'copy-secr%65t/sec', 'copy-secret%2Fsec', '%63opy-secret/s%65c'])(
    'the source %s is the secret one, however it is written',
    async (source) => {
      proxy.backendSaw.forget()
      expect(await copyObject(named, source)).toMatchObject({ status: 403, code: 'AccessDenied' })
      expect(await copyPart(named, source)).toMatchObject({ status: 403, code: 'AccessDenied' })
      expect(proxy.backendSaw.lines()).toEqual([])

      expect((await copyObject(root, source)).status).toBe(200)
      expect((await copyPart(root, source)).status).toBe(200)
      const sent = proxy.backendSaw.requests().flatMap(({ headers }) => headers.get('x-amz-copy-source') ?? [])
      expect(new Set(sent)).toEqual(new Set(['copy-secret/sec']))
      expect((await master.read('copy-open', 'copied')).body.toString()).toBe('the secret')
    },
  )

  test('a copy is of the key that was named: a plus is a plus, an escape of an escape is an escape', async () => {
    for (const [key, source] of [
      ['a+b', 'copy-open/a+b'],
      ['s%65c', 'copy-open/s%2565c'],
    ] as const) {
      await master.put('copy-open', key, `text of ${key}`)
      expect((await copyObject(root, source)).status).toBe(200)
      expect((await master.read('copy-open', 'copied')).body.toString()).toBe(`text of ${key}`)
    }
  })
})
