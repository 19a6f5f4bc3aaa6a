import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cleanEnvironment } from './environment.ts'
import { exchange } from './exchange.ts'
import type { Lab } from './lab.ts'
import { freePort, until } from './ports.ts'
import { serveWithProgram } from './program.ts'
import { S3Caller } from './s3-caller.ts'
import type { SigningKey } from './signer.ts'

/** An object store with a master key, as the proxy sees it. */
export interface Backend {
  readonly kind: 'ceph' | 'store' | 'minio'
  readonly url: string
  readonly key: SigningKey
}

const MASTER: SigningKey = {
  accessKey: 'MASTERACCESSKEY',
  secretKey: 'master-secret-key-0123456789abcdef',
  region: 'eu-test-1',
}

/** `ceph` is the Ceph of this machine's Debian, `ceph18` the newer one that scripts/ceph18.sh installs in a folder. */
export type CephName = 'ceph' | 'ceph18'

/** What a Ceph is to be. Default: this machine's, addressed by path only. */
export interface CephOptions {
  readonly name?: CephName
  /** `BUCKET.hostname` addresses a bucket there. */
  readonly hostname?: string
}

/** A view of the backend past the proxy, with the master key. */
export function asMaster(backend: Backend): S3Caller {
  return new S3Caller({ url: backend.url }, backend.key)
}

/** Brings up a real Ceph gateway in the lab's folder, until the lab closes. */
export async function startCeph(lab: Lab, { name = 'ceph', hostname = '' }: CephOptions = {}): Promise<Backend> {
  const file = fileURLToPath(new URL(`../../scripts/${name}.sh`, import.meta.url))
  const directory = join(lab.directory, name)
  const port = await freePort()
  const script = (command: string, ...args: string[]) =>
    promisify(execFile)(file, [command, directory, ...args], {
      env: cleanEnvironment(lab.directory, {
        CEPH_ACCESS_KEY: MASTER.accessKey,
        CEPH_SECRET_KEY: MASTER.secretKey,
        CEPH_DNS_NAME: hostname,
      }),
      timeout: 150_000,
    })
  // Its daemons live in sessions of their own: an interrupted run must end them too.
  const abandon = () => spawnSync(file, ['wipe', directory], { timeout: 60_000 })
  // Before the folder goes, which tells the script what runs.
  process.prependOnceListener('exit', abandon)
  lab.onClose(async () => {
    await script('wipe')
    process.removeListener('exit', abandon)
  })
  await script('start', String(port))
  return { kind: 'ceph', url: `http://127.0.0.1:${port}`, key: MASTER }
}

/** Starts the embedded store in the lab's folder, until the lab closes. */
export async function startStore(lab: Lab): Promise<Backend> {
  const address = `127.0.0.1:${await freePort()}`
  const config = {
    master_credentials: {
      access_key: MASTER.accessKey,
      secret_key: MASTER.secretKey,
      endpoint: `http://${address}`,
      region: MASTER.region,
    },
    users: [{ access_key: 'nobody-access-key', secret_key: 'nobody-secret-key', allowed_buckets: ['nowhere'] }],
    store: { path: join(lab.folder('store'), 'data'), listen_addr: address },
  }
  const endpoint = { url: `http://${address}` }
  await serveWithProgram(lab, { command: ['store'], config: JSON.stringify(config), endpoint })
  return { kind: 'store', ...endpoint, key: MASTER }
}

/** Whether a gateway still answers. */
export async function isAlive(backend: Backend): Promise<boolean> {
  const host = new URL(backend.url).host
  const answer = await exchange(
    { url: backend.url },
    { method: 'GET', target: '/', headers: [['host', host]] },
    5_000,
  ).catch(() => undefined)
  return answer !== undefined && answer.status > 0
}

/** Waits until a backend answers. */
export async function untilAlive(backend: Backend, timeoutMs: number): Promise<void> {
  await until(
    () => isAlive(backend),
    timeoutMs,
    () => `${backend.kind} at ${backend.url} does not answer`,
  )
}
