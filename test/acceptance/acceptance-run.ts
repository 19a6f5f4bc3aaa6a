import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { TestProject } from 'vitest/node'
import { type Backend, startCeph, startStore } from '../support/backend.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { programsAreCompulsory } from '../support/environment.ts'
import type { Endpoint } from '../support/exchange.ts'
import { programsNamed } from '../support/find-program.ts'
import { goProgram } from '../support/go-program.ts'
import { Lab } from '../support/lab.ts'
import { minioProgram, startMinio } from '../support/minio.ts'
import { freePort } from '../support/ports.ts'
import { sweep } from '../support/processes.ts'
import { serveWithProgram } from '../support/program.ts'
import type { SigningKey } from '../support/signer.ts'
import type { BackendName } from './acceptance-case.ts'
import type { Servers } from './run-case.ts'
import { startTlsFront } from './tls-front.ts'

/** What the test file gets: which backend, and where it and the proxy before it answer. */
export interface AcceptanceRun {
  readonly backend: BackendName
  /** Undefined where the backend cannot be had on this machine. */
  readonly servers: Servers | undefined
}

declare module 'vitest' {
  interface ProvidedContext {
    acceptance: AcceptanceRun
  }
}

const HOSTNAME = 's3.test'

/** Names an http endpoint of a Ceph 18, whose master key is `ACCEPTANCE_CEPH18_KEY`, `ACCESS:SECRET`. */
const CEPH18_ENDPOINT = 'ACCEPTANCE_CEPH18'

interface StartedBackend {
  readonly endpoint: Endpoint
  readonly key: SigningKey
  /** The name of which `BUCKET.NAME` addresses a bucket, where it has one. */
  readonly hostname: string | undefined
}

const PROFILES: Readonly<Record<BackendName, string>> = { store: 'aws', ceph: 'ceph', ceph18: 'ceph', minio: 'minio' }

/** vitest's globalSetup: the backend that the project is named after, an https front for it, and two proxies. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const backend = nameOf(project.name)
  const directory = mkdtempSync(join(tmpdir(), 's3-iam-proxy-tests-'))
  const tls = join(directory, 'tls')
  for (const folder of [tls, join(directory, 'processes')]) mkdirSync(folder)
  const lab = new Lab(directory)
  const tearDown = async (): Promise<void> => {
    await lab.close()
    sweep(join(directory, 'processes'))
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    const started = await start(backend, lab)
    const servers = started === undefined ? undefined : await serversFor(backend, lab, started, makeCertificates(tls))
    project.provide('acceptance', { backend, servers })
  } catch (error) {
    await tearDown()
    throw error
  }
  return tearDown
}

function nameOf(project: string): BackendName {
  if (project === 'store' || project === 'ceph' || project === 'minio' || project === 'ceph18') return project
  throw new Error(`no backend is called ${project}`)
}

async function start(backend: BackendName, lab: Lab): Promise<StartedBackend | undefined> {
  switch (backend) {
    case 'store': {
      const { url, key } = await startStore(lab)
      return { endpoint: { url }, key, hostname: undefined }
    }
    case 'ceph':
      return startCephWherePossible(lab)
    case 'ceph18':
      return namedCeph18() ?? cephOf(await startCeph(lab, { name: 'ceph18', hostname: HOSTNAME }))
    case 'minio': {
      const program = await minioProgram()
      if (program === undefined) return missing('MinIO', ['minio', 'go'], goProgram() !== undefined)
      return { ...(await startMinio(lab, program, HOSTNAME)), hostname: HOSTNAME }
    }
  }
}

async function startCephWherePossible(lab: Lab): Promise<StartedBackend | undefined> {
  const programs = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'monmaptool', 'curl']
  const absent = programs.filter((name) => programsNamed(name).length === 0)
  if (absent.length > 0) return missing('Ceph', absent, programsAreCompulsory)
  return cephOf(await startCeph(lab, { hostname: HOSTNAME }))
}

function cephOf({ url, key }: Backend): StartedBackend {
  return { endpoint: { url }, key, hostname: HOSTNAME }
}

function namedCeph18(): StartedBackend | undefined {
  const url = process.env[CEPH18_ENDPOINT]
  const [accessKey = '', secretKey = ''] = (process.env[`${CEPH18_ENDPOINT}_KEY`] ?? '').split(':')
  if (url === undefined) return undefined
  return { endpoint: { url }, key: { accessKey, secretKey, region: 'eu-test-1' }, hostname: undefined }
}

function missing(what: string, programs: readonly string[], isCompulsory: boolean): undefined {
  const text = `the acceptance suite on ${what} (missing here: ${programs.join(', ')})`
  if (isCompulsory) throw new Error(`cannot run ${text}`)
  console.log(`skipped: ${text}`)
  return undefined
}

async function serversFor(
  backend: BackendName,
  lab: Lab,
  started: StartedBackend,
  certificates: Certificates,
): Promise<Servers> {
  const { endpoint, key, hostname } = started
  const user = { accessKey: 'ACCEPTANCE-ACCESS-KEY', secretKey: 'acceptance-secret-key-0123456789', region: key.region }
  const state = join(lab.folder('state'), 'state.sqlite')
  const proxy = async (scheme: 'http' | 'https'): Promise<Endpoint> => {
    const address = `127.0.0.1:${await freePort()}`
    const served = { url: `${scheme}://${address}`, authority: certificates.authority }
    const tls = { cert_file: certificates.certificate, key_file: certificates.key }
    const config = {
      master_credentials: {
        access_key: key.accessKey,
        secret_key: key.secretKey,
        endpoint: endpoint.url,
        region: key.region,
      },
      server: { listen_addr: address, hostnames: [HOSTNAME], ...(scheme === 'https' ? { tls } : {}) },
      backend: { profile: PROFILES[backend] },
      state: { path: state },
      users: [{ access_key: user.accessKey, secret_key: user.secretKey, allowed_buckets: ['*'] }],
      logging: { level: 'warn', format: 'json' },
    }
    await serveWithProgram(lab, { command: [], config: stringify(config), endpoint: served })
    return served
  }
  return {
    direct: { http: endpoint, https: await startTlsFront(lab, endpoint, certificates), key, hostname },
    proxied: { http: await proxy('http'), https: await proxy('https'), key: user, hostname: HOSTNAME },
  }
}
