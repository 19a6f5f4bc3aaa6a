import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { AWKWARD_KEYS } from '../../clients/awkward-keys.ts'
import { programsAreCompulsory } from '../../support/environment.ts'
import type { Endpoint } from '../../support/exchange.ts'
import { freePort } from '../../support/ports.ts'
import { UNSIGNED_PAYLOAD } from '../../support/signer.ts'
import { type BalancerName, balancerProgram, CERTIFICATE, documented, startBalancer } from './balancer.ts'
import { type HostsBench, hostedCall, openHostsBench, sdkClient } from './hosts-bench.ts'

const MIB = 1024 * 1024

/** A balancer's program that is there, or that must be. */
export const isTested = (name: BalancerName): boolean => balancerProgram(name) !== undefined || programsAreCompulsory

/** What the checks of one balancer work with. */
export interface BalancedBench extends HostsBench {
  /** The host of the balancer's port: `s3.test:PORT`. */
  readonly host: string
  /** For raw requests, from an address that is no balancer's. */
  readonly endpoint: Endpoint
  readonly virtual: S3Client
  readonly path: S3Client
}

/** Declares what must work through a balancer with its configuration in docs/load-balancers.md. */
export function checkDocumented(name: BalancerName, more: (bench: () => BalancedBench) => void): void {
  describe.runIf(isTested(name))(`${name}, as documented`, () => {
    let opened: BalancedBench | undefined
    const bench = (): BalancedBench => {
      if (opened === undefined) throw new Error('the bench did not open')
      return opened
    }
    beforeAll(async () => {
      const base = await openHostsBench(inject('run'), name, ['127.0.0.1'])
      const port = await freePort()
      const config = documented(name, base.lab, { port, proxyPort: base.proxyPort, adminPort: base.adminPort })
      await startBalancer(name, base.lab, { config, ports: [port] })
      const host = `s3.test:${port}`
      opened = {
        ...base,
        host,
        endpoint: {
          url: `https://127.0.0.1:${port}`,
          authority: CERTIFICATE,
          servername: 's3.test',
          localAddress: '127.0.0.2',
        },
        virtual: sdkClient(base.user, { scheme: 'https', host, style: 'virtual' }),
        path: sdkClient(base.user, { scheme: 'https', host, style: 'path' }),
      }
    })
    afterAll(async () => {
      opened?.virtual.destroy()
      opened?.path.destroy()
      await opened?.close()
    })
    checkObjects(bench)
    checkUploads(bench)
    checkHeaders(bench)
    checkNames(bench)
    more(bench)
  })
}

type Bench = () => BalancedBench

function checkObjects(bench: Bench): void {
  describe.each(['virtual', 'path'] as const)('the SDK in %s style', (style) => {
    test.each(AWKWARD_KEYS)('writes, lists and reads a key with %s', async (_, key) => {
      const { own, [style]: client, master } = bench()
      const body = `${style} ${key}`
      await client.send(new PutObjectCommand({ Bucket: own, Key: key, Body: body }))
      expect((await master.read(own, key)).body.toString()).toBe(body)
      const got = await client.send(new GetObjectCommand({ Bucket: own, Key: key }))
      expect(await got.Body?.transformToString()).toBe(body)
      const list = new ListObjectsV2Command({ Bucket: own, Prefix: key, EncodingType: 'url' })
      const { Contents = [] } = await client.send(list)
      expect(Contents.map((object) => decodeURIComponent((object.Key ?? '').replaceAll('+', ' ')))).toContain(key)
    })

    test('copies, heads, reads a range, deletes several', async () => {
      const { own, [style]: client } = bench()
      await client.send(new PutObjectCommand({ Bucket: own, Key: 'from', Body: '0123456789' }))
      await client.send(new CopyObjectCommand({ Bucket: own, Key: 'to', CopySource: `${own}/from` }))
      expect((await client.send(new HeadObjectCommand({ Bucket: own, Key: 'to' }))).ContentLength).toBe(10)
      const part = await client.send(new GetObjectCommand({ Bucket: own, Key: 'to', Range: 'bytes=3-5' }))
      expect(await part.Body?.transformToString()).toBe('345')
      const objects = { Objects: [{ Key: 'from' }, { Key: 'to' }] }
      const { Deleted = [] } = await client.send(new DeleteObjectsCommand({ Bucket: own, Delete: objects }))
      expect(Deleted).toHaveLength(2)
    })

    test('is refused the bucket of others', async () => {
      const { foreign, [style]: client } = bench()
      const get = new GetObjectCommand({ Bucket: foreign, Key: 'k' })
      await expect(client.send(get)).rejects.toMatchObject({ name: 'AccessDenied' })
    })
  })
}

function checkUploads(bench: Bench): void {
  const large = Buffer.alloc(12 * MIB + 1, 'twelve and a bit')
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

  test('a large upload of known length, and its download', async () => {
    const { own, virtual } = bench()
    await virtual.send(new PutObjectCommand({ Bucket: own, Key: 'large', Body: large }))
    const got = await virtual.send(new GetObjectCommand({ Bucket: own, Key: 'large' }))
    expect(digest((await got.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(digest(large))
  })

  test('a stream in parts; the Location is the address that the client used', async () => {
    const { own, virtual, host, master } = bench()
    const params = { Bucket: own, Key: 'streamed', Body: Readable.from([large]) }
    const { Location } = await new Upload({ client: virtual, params }).done()
    expect(Location).toBe(`https://${own}.${host}/streamed`)
    expect((await master.read(own, 'streamed')).sha256).toBe(digest(large))
  })

  test('a stream in chunks with a trailer', async () => {
    const { own, virtual, master } = bench()
    const body = Readable.from([large.subarray(0, 100_000), large.subarray(100_000, 200_000)])
    await virtual.send(new PutObjectCommand({ Bucket: own, Key: 'chunks', Body: body, ContentLength: 200_000 }))
    expect((await master.read(own, 'chunks')).sha256).toBe(digest(large.subarray(0, 200_000)))
  })

  test('a large upload that is refused says why', async () => {
    const { foreign, own, virtual, user, host } = bench()
    const put = (bucket: string) => new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: large })
    await expect(virtual.send(put(foreign))).rejects.toMatchObject({ name: 'AccessDenied' })
    const forger = sdkClient({ ...user, secretKey: 'another' }, { scheme: 'https', host, style: 'virtual' })
    await expect(forger.send(put(own))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
    forger.destroy()
  })

  test('a new bucket, named in the host alone', async () => {
    const { fresh, virtual, master } = bench()
    await virtual.send(new CreateBucketCommand({ Bucket: fresh }))
    expect(await master.exists(fresh)).toBe(true)
  })
}

function checkHeaders(bench: Bench): void {
  test('metadata whose names hold what some balancers drop', async () => {
    const { own, virtual } = bench()
    const metadata = { a_b: '1', 'a.b': '2', 'c-d': 'x  y' }
    await virtual.send(new PutObjectCommand({ Bucket: own, Key: 'described', Body: '', Metadata: metadata }))
    const head = await virtual.send(new HeadObjectCommand({ Bucket: own, Key: 'described' }))
    expect(head.Metadata).toMatchObject({ a_b: '1', 'a.b': '2' })
  })

  test.each<[string, readonly (readonly [string, string])[]]>([
    ['Accept-Encoding', [['accept-encoding', 'gzip;q=0, identity']]],
    ['an empty Content-Length', [['content-length', '0']]],
    [
      'User-Agent and Referer',
      [
        ['user-agent', 'a  client/1.0 (x)'],
        ['referer', 'https://a/?b=c'],
      ],
    ],
    [
      'Range and conditions',
      [
        ['range', 'bytes=0-1'],
        ['if-match', '"x", *'],
        ['if-modified-since', 'never'],
      ],
    ],
    ['amz-sdk-request', [['amz-sdk-request', 'attempt=1; max=3']]],
  ])('a read that signs %s', async (_, headers) => {
    const { own, endpoint, user, host, master } = bench()
    await master.put(own, 'read', 'text')
    const answer = await hostedCall(endpoint, user, { host: `${own}.${host}`, path: '/read', headers })
    expect([200, 206, 412]).toContain(answer.status)
  })
}

function checkNames(bench: Bench): void {
  test('the address of the client is the one that the balancer saw', async () => {
    const { own, endpoint, user, host, lastEvent } = bench()
    const unsigned = [['x-forwarded-for', '203.0.113.9, 127.0.0.1']] as const
    await hostedCall(endpoint, user, { host, path: `/${own}`, unsigned })
    expect(lastEvent()).toMatchObject({ source_ip: '127.0.0.2', bucket: own, status: 200 })
  })

  test('what the client says under the names of the balancer does not get through', async () => {
    const { own, foreign, endpoint, user, host, lastEvent } = bench()
    const unsigned = [
      ['x-forwarded-host', `${foreign}.s3.test`],
      ['x-forwarded-port', '1'],
      ['x-forwarded-proto', 'http'],
    ] as const
    const answer = await hostedCall(endpoint, user, { host: `${own}.${host}`, path: '/', unsigned })
    expect(`${answer.status} ${answer.code}`).toBe('200 ')
    expect(lastEvent().bucket).toBe(own)
  })

  test.each(['--http1.1', '--http2'])('curl %s by presigned URLs, on the default port too', async (version) => {
    const { lab, own, host, user, virtual } = bench()
    const port = host.split(':')[1] ?? ''
    const atDefault = sdkClient(user, { scheme: 'https', host: 's3.test', style: 'virtual' })
    for (const [client, name] of [
      [virtual, `presigned${version}`],
      [atDefault, `default${version}`],
    ] as const) {
      const at = { Bucket: own, Key: name }
      const put = await getSignedUrl(client, new PutObjectCommand(at))
      const get = await getSignedUrl(client, new GetObjectCommand(at))
      const common = [version, '-sS', '--cacert', CERTIFICATE, '--connect-to', `::127.0.0.1:${port}`]
      const status = ['-o', '/dev/null', '-w', '%{http_version} %{http_code}']
      const uploaded = await lab.run(
        { file: 'curl', args: [...common, ...status, '-X', 'PUT', '-d', name, put] },
        10_000,
      )
      expect(uploaded.stdout).toBe(`${version.slice(6)} 200`)
      const read = await lab.run({ file: 'curl', args: [...common, get] }, 10_000)
      expect(read.stdout).toBe(name)
    }
    atDefault.destroy()
  })

  test('a signature over one bucket does not open another', async () => {
    const { own, foreign, endpoint, user, host, proxy } = bench()
    proxy.backendSaw.forget()
    const answer = await hostedCall(endpoint, user, {
      host: `${own}.${host}`,
      path: `/../${foreign}/k`,
      payloadHash: UNSIGNED_PAYLOAD,
    })
    expect([400, 403, 404]).toContain(answer.status)
    expect(proxy.backendSaw.lines().filter((line) => line.includes(` /${foreign}`))).toEqual([])
  })
}
