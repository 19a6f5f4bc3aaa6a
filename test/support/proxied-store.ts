import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { type App, startApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config/load.ts'
import type { BackendQuirk } from '../../src/s3/backend-quirks.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { startTestStore, TEST_CREDENTIAL, type TestStore } from './test-store.ts'

/** A user of the proxy, with the buckets that it may use. */
export interface StoreUser {
  readonly accessKey: string
  readonly secretKey: string
  readonly buckets: readonly string[]
}

/** Proxy and embedded store in this process, with one bucket. */
export interface ProxiedStore {
  readonly store: TestStore
  /** Of the proxy, at 127.0.0.1. */
  readonly port: number
  readonly region: string
  close(): Promise<void>
}

/** Starts both; `more` are further blocks of the proxy's configuration, `imitate` what the store does unlike S3. */
export async function startProxiedStore(
  bucket: string,
  users: readonly StoreUser[],
  more: Readonly<Record<string, unknown>> = {},
  imitate: readonly BackendQuirk[] = [],
): Promise<ProxiedStore> {
  const folder = mkdtempSync(join(tmpdir(), 's3-proxied-store-'))
  const quirks: BackendQuirk[] = []
  const store = await startTestStore({ imitate: quirks })
  await store.client().send(new CreateBucketCommand({ Bucket: bucket }))
  if (imitate.length > 0) {
    // Only from now on, for the bucket may have been one that it refuses.
    quirks.push(...imitate)
    await store.restart()
  }
  const config = {
    master_credentials: {
      access_key: TEST_CREDENTIAL.accessKey,
      secret_key: TEST_CREDENTIAL.secretKey,
      region: TEST_CREDENTIAL.region,
      endpoint: store.endpoint(),
    },
    server: { listen_addr: '127.0.0.1:0' },
    backend: { profile: 'aws' },
    users: users.map(({ accessKey, secretKey, buckets }) => ({
      access_key: accessKey,
      secret_key: secretKey,
      allowed_buckets: buckets,
    })),
    ...more,
  }
  const loaded = await parseConfig(JSON.stringify(config), { file: join(folder, 'config.yaml'), env: {} })
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  const logger = createLogger({ level: 'error', format: 'json', target: { write: () => undefined } })
  const app: App = await startApp(loaded.config, { version: '0.0.0', logger })
  return {
    store,
    port: app.port,
    region: TEST_CREDENTIAL.region,
    close: async () => {
      await app.close(0)
      await store.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
