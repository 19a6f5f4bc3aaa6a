import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { asMaster } from '../support/backend.ts'
import { Lab } from '../support/lab.ts'
import { type RunningProxy, startProxy } from '../support/proxy.ts'
import type { S3Caller } from '../support/s3-caller.ts'

// A Ceph takes a sub-resource that it does not know for none at all: DELETE /bucket?anything deletes the bucket. These
// names are sent by a user who may do everything, so that nothing but the choice of the operation protects the bucket.
const NAMES = [
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'annotation',
  'anything',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metadataConfiguration',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
  // Ceph's and MinIO's own
  'append',
  'events',
  'layout',
  'mdsearch',
  'rgwx-uid',
  'lambdaArn',
  'replication-reset',
  'x-minio-force-delete',
  'x-rgw-any',
] // prettier-ignore

// Parameters that are part of the plain operation, with what makes them so.
const PLAIN_ON_GET_OBJECT = new Set<string>()
const LISTS_A_BUCKET = new Set(['versions'])

const run = inject('run')
const root = { accessKey: 'WILDCARD-ACCESS-KEY', secretKey: 'wildcard-secret-key-0123456789', buckets: ['*'] }

describe.runIf(run.backend !== undefined)('a sub-resource never becomes the plain operation', () => {
  const lab = new Lab(run.directory)
  let proxy: RunningProxy
  let master: S3Caller
  let caller: S3Caller
  const send = (method: string, name: string, at: { bucket: string; key?: string }, body = '') =>
    caller.call({ method, ...at, query: [[name, '']], body })

  beforeAll(async () => {
    if (run.backend === undefined) return
    master = asMaster(run.backend)
    proxy = await startProxy(lab, {
      backend: run.backend,
      users: [root],
      scheme: 'http',
      certificates: run.certificates,
    })
    caller = proxy.as(root)
    await master.makeBucket('sub-empty')
    await master.makeBucket('sub-full')
  })
  beforeEach(() => master.put('sub-full', 'object', 'as it was'))
  afterAll(() => lab.close())

  test.each(NAMES)('DELETE /bucket?%s leaves the empty bucket there', async (name) => {
    await send('DELETE', name, { bucket: 'sub-empty' })
    expect(await master.exists('sub-empty')).toBe(true)
  })

  test.each(NAMES)('PUT /bucket?%s makes no bucket', async (name) => {
    const answer = await send('PUT', name, { bucket: 'sub-none' }, '<None/>')
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await master.exists('sub-none')).toBe(false)
  })

  test.each(NAMES.filter((name) => !LISTS_A_BUCKET.has(name)))('GET /bucket?%s lists no object', async (name) => {
    const answer = await send('GET', name, { bucket: 'sub-full' })
    expect(answer.body.toString()).not.toContain('<Key>object</Key>')
  })

  test.each(NAMES)('HEAD /bucket?%s is no HeadBucket', async (name) => {
    expect((await send('HEAD', name, { bucket: 'sub-full' })).status).toBeGreaterThanOrEqual(400)
  })

  test.each(NAMES)('POST /bucket?%s and POST /bucket/object?%s change nothing', async (name) => {
    await send('POST', name, { bucket: 'sub-full' }, '<None/>')
    await send('POST', name, { bucket: 'sub-full', key: 'object' }, '<None/>')
    expect((await master.read('sub-full', 'object')).body.toString()).toBe('as it was')
  })

  test.each(NAMES.filter((name) => !PLAIN_ON_GET_OBJECT.has(name)))(
    'GET /bucket/object?%s does not give the bytes',
    async (name) => {
      const answer = await send('GET', name, { bucket: 'sub-full', key: 'object' })
      expect(answer.body.toString()).not.toContain('as it was')
    },
  )

  test.each(NAMES)('PUT /bucket/object?%s does not overwrite', async (name) => {
    await send('PUT', name, { bucket: 'sub-full', key: 'object' }, 'overwritten')
    expect((await master.read('sub-full', 'object')).body.toString()).toBe('as it was')
  })

  test.each(NAMES)('DELETE /bucket/object?%s does not delete', async (name) => {
    await send('DELETE', name, { bucket: 'sub-full', key: 'object' })
    expect((await master.read('sub-full', 'object')).body.toString()).toBe('as it was')
  })

  test('what the backend saw of all this names the sub-resource it was about', async () => {
    const plain = proxy.backendSaw.lines().filter((line) => /^(PUT|DELETE|POST|GET) \/sub-[^?]*$/.test(line))
    expect(plain).toEqual([])
  })

  test.each(['DELETE', 'PUT', 'GET'])('%s with two sub-resources is refused before the backend', async (method) => {
    proxy.backendSaw.forget()
    for (const at of [{ bucket: 'sub-full' }, { bucket: 'sub-full', key: 'object' }]) {
      const answer = await caller.call({
        method,
        ...at,
        query: [
          ['acl', ''],
          ['tagging', ''],
        ],
      })
      expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' })
    }
    expect(proxy.backendSaw.lines()).toEqual([])
  })

  test('x-id, which SDKs add, is no sub-resource and is not forwarded', async () => {
    await master.makeBucket('sub-doomed')
    proxy.backendSaw.forget()
    const answer = await caller.call({ method: 'DELETE', bucket: 'sub-doomed', query: [['x-id', 'DeleteBucket']] })
    expect(answer.status).toBe(204)
    expect(proxy.backendSaw.lines()).toEqual(['DELETE /sub-doomed'])
  })
})
