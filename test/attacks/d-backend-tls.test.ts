import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { httpReply } from '../support/plausible-replies.ts'
import { ALICE, MASTER, Stage } from '../support/proxy-in-process.ts'
import { signedBy } from '../support/wire-requests.ts'

// Whoever the proxy takes for its backend gets the objects and what is signed with the master key: it has to be the one.

let folder: string
let certificates: Certificates
let server: Server
let heard: string[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-backend-tls-'))
  certificates = makeCertificates(folder)
  const pair = { cert: readFileSync(certificates.certificate), key: readFileSync(certificates.key) }
  server = createServer(pair, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      heard.push(data.toString('latin1'))
      socket.write(httpReply(200, 'x'))
    })
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, resolve))
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  heard = []
})

const portOf = (): number => (server.address() as AddressInfo).port

async function outcomeBefore(host: string, backend: Readonly<Record<string, unknown>>): Promise<string> {
  const endpoint = `https://${host}:${portOf()}`
  const stage = await Stage.start({ more: { master_credentials: { endpoint }, backend } })
  heard = []
  try {
    return (await stage.send(signedBy(ALICE))).outcome
  } finally {
    await stage.close()
  }
}

describe('D15', () => {
  test('D15: a backend whose certificate nobody vouches for gets not one byte', async () => {
    expect(await outcomeBefore('127.0.0.1', {})).toBe('503 SlowDown')
    expect(heard).toEqual([])
  })

  test('D15: nor does one whose certificate is for another name', async () => {
    expect(await outcomeBefore('127.0.0.2', { ca_file: certificates.authority })).toBe('503 SlowDown')
    expect(heard).toEqual([])
  })

  test('D15: one with the right certificate of the configured authority is spoken to', async () => {
    expect(await outcomeBefore('127.0.0.1', { ca_file: certificates.authority })).toBe('200')
    expect(heard[0]).toMatch(/^GET \/a-bkt\/k HTTP\/1\.1\r\n/)
  })

  test.each([
    ['http://store.example.com', false],
    ['http://203.0.113.9:9000', false],
    ['http://127.0.0.1:9000', true],
    ['http://10.0.0.1', true],
    ['https://store.example.com', true],
  ])('D15: plain http leaves for the machine itself and private networks only (%s: %s)', async (endpoint, isFree) => {
    const config = (more: object): string =>
      JSON.stringify({
        master_credentials: {
          access_key: MASTER.accessKey,
          secret_key: MASTER.secretKey,
          endpoint,
          region: MASTER.region,
        },
        users: [{ access_key: ALICE.accessKey, secret_key: ALICE.secretKey, allowed_buckets: ['a-bkt'] }],
        ...more,
      })
    const origin = { file: 'config.yaml', env: {} }
    expect((await parseConfig(config({}), origin)).ok).toBe(isFree)
    expect((await parseConfig(config({ backend: { allow_http: true } }), origin)).ok).toBe(true)
  })
})
