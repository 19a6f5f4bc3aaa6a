import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { fileURLToPath } from 'node:url'
import { connect as connectPlain } from 'node:net'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import {
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { OBJECT_TEXT } from '../support/plausible-replies.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import { toThisMachine } from '../support/this-machine.ts'
import { type Order, signedBy, wireBytes } from '../support/wire-requests.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/hosts/${name}`, import.meta.url))
const authority = readFileSync(fixture('wildcard.crt'))

let stage: Stage
beforeAll(async () => {
  const tls = { cert_file: fixture('wildcard.crt'), key_file: fixture('wildcard.key') }
  stage = await Stage.start({ more: { server: { hostnames: ['s3.test'], tls } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

async function handshake(options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: stage.port, ca: authority, servername: 's3.test', ...options })
  await once(socket, 'secureConnect')
  return socket
}

const refusal = (options: ConnectionOptions): Promise<string> =>
  handshake(options).then(
    (socket) => {
      socket.destroy()
      return 'accepted'
    },
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  )

/** The status line of the answer to a request over a connection with that SNI name, once the whole answer is there. */
async function statusOver(servername: string, order: Order): Promise<string> {
  const socket = await handshake({ servername })
  const request = signedBy(ALICE, { ...order, unsigned: [['connection', 'close']] })
  socket.write(wireBytes(request))
  let received = ''
  for await (const data of socket as AsyncIterable<Buffer>) received += data.toString('latin1')
  return received.split('\r\n')[0] ?? ''
}

describe('the protocol', () => {
  test.each([
    ['TLSv1.3', 'accepted'],
    ['TLSv1.2', 'accepted'],
    ['TLSv1.1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
    ['TLSv1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ] as const)('%s: %s', async (version, expected) => {
    const versions = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' }
    expect(await refusal(versions)).toBe(expected)
  })

  test('HTTP/2 is not agreed to', async () => {
    const both = await handshake({ ALPNProtocols: ['h2', 'http/1.1'] })
    expect(both.alpnProtocol).toBe('http/1.1')
    both.destroy()
    expect(await refusal({ ALPNProtocols: ['h2'] })).toBe('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL')
  })

  test('plain HTTP is not answered', async () => {
    const socket = connectPlain({ host: '127.0.0.1', port: stage.port })
    let received = ''
    socket.on('data', (data) => {
      received += data.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.write(wireBytes(signedBy(ALICE, { host: 's3.test' })))
    await once(socket, 'close')
    expect(received).not.toContain('HTTP/')
    await stage.expectBackendSawNothing()
  })
})

describe('the certificate', () => {
  test.each([
    ['s3.test', 'accepted'],
    ['a-bkt.s3.test', 'accepted'],
    // A star stands for one label: buckets with a dot need path style over TLS.
    ['a.b.s3.test', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['other.test', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('is good for %s: %s', async (servername, expected) => {
    expect(await refusal({ servername })).toBe(expected)
  })
})

describe('the name in the handshake decides nothing', () => {
  test.each([
    ['a-bkt.s3.test', 'a-bkt.s3.test', 'HTTP/1.1 200 OK', 'a-bkt'],
    ['a-bkt.s3.test', 'b-bkt.s3.test', 'HTTP/1.1 403 Forbidden', 'b-bkt'],
    ['b-bkt.s3.test', 'a-bkt.s3.test', 'HTTP/1.1 200 OK', 'a-bkt'],
  ])('SNI %s, Host %s', async (servername, host, expected, bucket) => {
    expect(await statusOver(servername, { host, path: '/k' })).toBe(expected)
    expect(stage.lastEvent()).toMatchObject({ bucket, key: 'k', tls: 'TLSv1.3' })
  })
})

describe('the AWS SDK for JavaScript, with the bucket in the host', () => {
  let client: S3Client
  beforeAll(() => {
    const { accessKey, secretKey, region } = ALICE
    client = new S3Client({
      endpoint: `https://s3.test:${stage.port}`,
      region,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
      maxAttempts: 1,
      requestHandler: { httpsAgent: new Agent({ ca: authority, lookup: toThisMachine }) },
    })
  })
  afterAll(() => client.destroy())

  test('reads, writes, lists and heads', async () => {
    const at = { Bucket: 'a-bkt', Key: 'a b//c+d/é' }
    const got = await client.send(new GetObjectCommand(at))
    expect(await got.Body?.transformToString()).toBe(OBJECT_TEXT)
    await client.send(new PutObjectCommand({ ...at, Body: 'text' }))
    await client.send(new ListObjectsV2Command({ Bucket: 'a-bkt' }))
    await client.send(new HeadBucketCommand({ Bucket: 'a-bkt' }))
    const path = '/a-bkt/a%20b//c%2Bd/%C3%A9'
    expect(stage.backend.lines.map((line) => line.split('?')[0])).toEqual([
      `GET ${path}`,
      `PUT ${path}`,
      expect.stringMatching(/^GET \/a-bkt$/),
      'HEAD /a-bkt',
    ])
    expect(stage.lastEvent()).toMatchObject({ bucket: 'a-bkt', operation: 'HeadBucket' })
  })

  test('is refused a bucket of others, in its own words', async () => {
    await expect(client.send(new GetObjectCommand({ Bucket: 'b-bkt', Key: 'k' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })
})
