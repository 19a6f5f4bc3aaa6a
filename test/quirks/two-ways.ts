import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { BackendQuirk } from '../../src/s3/backend-quirks.ts'
import { type ProxiedStore, startProxiedStore } from '../support/proxied-store.ts'
import { S3Caller } from '../support/s3-caller.ts'
import { TEST_CREDENTIAL } from '../support/test-store.ts'

export const BUCKET = 'a-bkt'
const USER = { accessKey: 'USERACCESSKEY', secretKey: 'user-secret-key' }

/** One backend with quirks, and the two ways to it. */
export interface TwoWays {
  /** The SDK with the master key at the backend, and with a user's key at the proxy. */
  readonly direct: S3Client
  readonly proxied: S3Client
  /** The same for requests of which every byte matters. */
  readonly directCaller: S3Caller
  readonly proxiedCaller: S3Caller
  close(): Promise<void>
}

/** The SDK says on the console that it will not try an upload again, unless it is given a place to say so. */
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing }
function nothing(): void {
  // Nobody reads it.
}

/** Starts a store that imitates the quirks, and the proxy before it under the profile, for a user who may do everything. */
export async function startTwoWays(profile: string, ...quirks: readonly BackendQuirk[]): Promise<TwoWays> {
  const users = [{ ...USER, buckets: ['*'] }]
  const started: ProxiedStore = await startProxiedStore(BUCKET, users, { backend: { profile } }, quirks)
  const { store, port, region } = started
  const url = `http://127.0.0.1:${port}`
  const config: S3ClientConfig = { region, forcePathStyle: true, maxAttempts: 1 }
  const credentials = { accessKeyId: USER.accessKey, secretAccessKey: USER.secretKey }
  const proxied = new S3Client({ ...config, endpoint: url, credentials })
  return {
    direct: store.client({ logger: SILENT }),
    proxied,
    directCaller: new S3Caller({ url: store.endpoint() }, TEST_CREDENTIAL),
    proxiedCaller: new S3Caller({ url }, { ...USER, region }),
    close: async () => {
      proxied.destroy()
      await started.close()
    },
  }
}
