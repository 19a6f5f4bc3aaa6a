import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Endpoint, exchange } from './exchange.ts'
import { programsNamed } from './find-program.ts'
import { goProgram } from './go-program.ts'
import type { Lab } from './lab.ts'
import { freePort, until } from './ports.ts'
import type { SigningKey } from './signer.ts'

// The last release whose source is public; built by Go, because no package registry has it.
const MODULE = 'github.com/minio/minio@latest'
const BUILT = fileURLToPath(new URL('../../.tmp/bin', import.meta.url))
const BUILD_MINUTES = 20

/** A MinIO server of a lab. */
export interface Minio {
  readonly endpoint: Endpoint
  readonly key: SigningKey
}

/** The server program: on PATH, or built into .tmp/bin (some minutes, once); undefined where there is neither it nor Go. */
export async function minioProgram(): Promise<string | undefined> {
  const built = `${BUILT}/minio`
  const found = [built, ...programsNamed('minio')].find((file) => existsSync(file))
  const go = goProgram()
  if (found !== undefined || go === undefined) return found
  console.log(`building ${MODULE} into .tmp/bin, which takes some minutes`)
  const env = { ...process.env, GOBIN: BUILT }
  await promisify(execFile)(go, ['install', MODULE], { env, timeout: BUILD_MINUTES * 60_000 })
  return built
}

/** Starts MinIO in the lab's folder, until the lab closes; `BUCKET.hostname` addresses a bucket there. */
export async function startMinio(lab: Lab, program: string, hostname: string): Promise<Minio> {
  const key = { accessKey: 'MASTERACCESSKEY', secretKey: 'master-secret-key-0123456789abcdef', region: 'eu-test-1' }
  const address = `127.0.0.1:${await freePort()}`
  const running = lab.launch({
    file: program,
    args: ['server', '--address', address, '--console-address', `127.0.0.1:${await freePort()}`, lab.folder('minio')],
    extra: {
      MINIO_ROOT_USER: key.accessKey,
      MINIO_ROOT_PASSWORD: key.secretKey,
      MINIO_SITE_REGION: key.region,
      MINIO_DOMAIN: hostname,
      // Without a key of some kind it has no server-side encryption.
      MINIO_KMS_SECRET_KEY: `test-key:${Buffer.alloc(32, 'k').toString('base64')}`,
      MINIO_UPDATE: 'off',
      MINIO_CI_CD: 'on',
    },
  })
  const endpoint = { url: `http://${address}` }
  const isReady = async (): Promise<boolean> => {
    if (running.hasExited()) throw new Error(`MinIO ended at once:\n${running.stdout()}${running.stderr()}`)
    const request = { method: 'GET', target: '/minio/health/ready', headers: [['host', address] as const] }
    const answer = await exchange(endpoint, request, 2_000).catch(() => undefined)
    return answer?.status === 200
  }
  await until(isReady, 60_000, () => `no MinIO at ${address}:\n${running.stdout()}${running.stderr()}`)
  return { endpoint, key }
}
