import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { awsCli } from '../clients/aws-cli.ts'
import { sha256OfFile, writeLargeFile } from '../clients/client-bench.ts'
import type { Client, ClientRequest, ClientSession } from '../clients/client.ts'
import { boto3 } from '../clients/driven-clients.ts'
import { rclone } from '../clients/rclone.ts'
import { asMaster, type Backend } from '../support/backend.ts'
import { programsAreCompulsory } from '../support/environment.ts'
import { Lab } from '../support/lab.ts'
import { freePort } from '../support/ports.ts'
import { type RunningProxy, serveProxy } from '../support/proxy.ts'
import { startRecorder } from '../support/recording-proxy.ts'

// The configuration file of the design this program follows, in its very shape: nothing says what the backend is.
const CONFIG = `master_credentials:
  access_key: "ACCESS_KEY"
  secret_key: "SECRET_KEY"
  endpoint: "ENDPOINT"
  region: "REGION"

server:
  listen_addr: "127.0.0.1:PORT"
  read_timeout: "300s"
  write_timeout: "300s"
  idle_timeout: "120s"
  max_header_bytes: 10048576

users:
  - access_key: "user1-access-key"
    secret_key: "user1-secret-key"
    allowed_buckets:
      - "bucket-alpha"
      - "bucket-beta"
  - access_key: "admin-access-key"
    secret_key: "admin-secret-key"
    allowed_buckets:
      - "*"

logging:
  level: "info"
  format: "json"
`

const USERS = [
  ['a named-bucket user', 'user1'],
  ['a wildcard user', 'admin'],
] as const

const run = inject('run')

async function startWith(lab: Lab, backend: Backend): Promise<RunningProxy> {
  const recorder = await startRecorder(lab, backend.url)
  const port = await freePort()
  const config = CONFIG.replace('ACCESS_KEY', backend.key.accessKey)
    .replace('SECRET_KEY', backend.key.secretKey)
    .replace('ENDPOINT', recorder.url)
    .replace('REGION', backend.key.region)
    .replace('PORT', String(port))
  const endpoint = { url: `http://127.0.0.1:${port}` }
  return serveProxy(lab, config, { endpoint, recorder, region: backend.key.region })
}

const lab = new Lab(run.directory)
const clients: [name: string, client: Client, installed: boolean][] = []
for (const client of [awsCli('1'), awsCli('2'), rclone, boto3]) {
  clients.push([client.name, client, (await client.version(lab)) !== undefined])
}

describe.runIf(run.backend !== undefined)("the Go design's config.yaml before a running Ceph", () => {
  let proxy: RunningProxy
  beforeAll(async () => {
    if (run.backend === undefined) return
    proxy = await startWith(lab, run.backend)
    for (const bucket of ['bucket-alpha', 'bucket-beta', 'bucket-gamma']) await asMaster(run.backend).makeBucket(bucket)
    // Several parts for every client; the 100 MiB are the client checks' part.
    await writeLargeFile(`${lab.directory}/large`, 24 * 1024 * 1024)
  })
  afterAll(() => lab.close())

  describe.each(USERS)('%s', (_, name) => {
    for (const [clientName, client, installed] of clients) {
      test.runIf(installed || programsAreCompulsory)(`round trip with ${clientName}`, async () => {
        const session = await client.open({
          lab,
          endpoint: proxy.endpoint.url,
          authority: undefined,
          region: run.backend?.key.region ?? '',
          findsRegion: 'by asking',
          accessKey: `${name}-access-key`,
          secretKey: `${name}-secret-key`,
        })
        await roundTrip(session, lab.directory)
        const elsewhere = await session.send({ do: 'list', bucket: 'bucket-gamma', prefix: 'x/' })
        if (name === 'user1') expect(client.refusals).toContain(elsewhere.ok ? 'it was allowed' : elsewhere.code)
        else expect(elsewhere.ok || elsewhere.text).toBe(true)
        await session.close()
      })
    }
  })

  test('the log is on stdout, a JSON object a line, without a secret', () => {
    const lines = proxy.stdout().trim().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) expect(JSON.parse(line)).toBeTypeOf('object')
    expect(proxy.stdout() + proxy.stderr()).not.toMatch(/-secret-key|master-secret/)
  })
})

async function roundTrip(session: ClientSession, directory: string): Promise<void> {
  const at = { bucket: 'bucket-alpha', key: 'trip/large' }
  const steps: readonly ClientRequest[] = [
    { do: 'upload', ...at, file: `${directory}/large` },
    { do: 'copy', ...at, toBucket: 'bucket-beta', toKey: 'trip/copy' },
    { do: 'download', bucket: 'bucket-beta', key: 'trip/copy', file: `${directory}/large-back` },
  ]
  for (const step of steps) await succeed(session, step)
  expect(await sha256OfFile(`${directory}/large-back`)).toBe(await sha256OfFile(`${directory}/large`))
  const listed = await succeed(session, { do: 'list', bucket: 'bucket-alpha', prefix: 'trip/' })
  expect(listed).toMatchObject({ keys: ['trip/large'] })
  await succeed(session, { do: 'delete', ...at })
  await succeed(session, { do: 'delete', bucket: 'bucket-beta', key: 'trip/copy' })
  expect(await succeed(session, { do: 'list', bucket: 'bucket-alpha', prefix: 'trip/' })).toMatchObject({ keys: [] })
}

async function succeed(session: ClientSession, request: ClientRequest): Promise<unknown> {
  const reply = await session.send(request)
  if (!reply.ok) throw new Error(`${JSON.stringify(request)}\n${reply.code}: ${reply.text}`)
  return reply
}
