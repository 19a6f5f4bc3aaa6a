import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { type RunningStore, type StoreOptions, startStore } from '../../store/store.ts'

/** What the store of a test accepts. */
export const TEST_CREDENTIAL = { accessKey: 'STOREKEY', secretKey: 'store-secret', region: 'eu-central-1' }

/** A store in a folder of its own. */
export interface TestStore {
  readonly path: string
  /** `http://127.0.0.1:PORT`, of the present run. */
  endpoint(): string
  client(config?: S3ClientConfig): S3Client
  /** What went wrong inside, of which clients only see InternalError. */
  readonly faults: readonly unknown[]
  /** Stops the store and starts it again on the same folder; `meanwhile` runs between. */
  restart(meanwhile?: () => Promise<void>): Promise<void>
  /** Stops the store and removes the folder. */
  remove(): Promise<void>
}

/** Starts a store for a test; without syncing, which only a power cut could tell. */
export async function startTestStore(options: Partial<StoreOptions> = {}): Promise<TestStore> {
  const path = await mkdtemp(join(tmpdir(), 's3-store-'))
  const faults: unknown[] = []
  const onFault = (error: unknown): void => void faults.push(error)
  const start = (): Promise<RunningStore> =>
    startStore({ path, host: '127.0.0.1', port: 0, credential: TEST_CREDENTIAL, fsync: 'never', onFault, ...options })
  let running = await start()
  const clients: S3Client[] = []
  const closeClients = (): void => {
    for (const client of clients.splice(0)) client.destroy()
  }
  const endpoint = (): string => `http://127.0.0.1:${running.port}`
  return {
    path,
    endpoint,
    faults,
    client: (config = {}) => {
      const client = new S3Client({
        endpoint: endpoint(),
        region: TEST_CREDENTIAL.region,
        credentials: { accessKeyId: TEST_CREDENTIAL.accessKey, secretAccessKey: TEST_CREDENTIAL.secretKey },
        forcePathStyle: true,
        maxAttempts: 1,
        ...config,
      })
      clients.push(client)
      return client
    },
    restart: async (meanwhile) => {
      closeClients()
      await running.close()
      await meanwhile?.()
      running = await start()
    },
    remove: async () => {
      closeClients()
      await running.close()
      await rm(path, { recursive: true })
    },
  }
}
