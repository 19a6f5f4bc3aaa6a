import type { RunningStore } from '../../store/store.ts'
import type { Config } from '../config/config.ts'
import { SigningKeys } from '../sigv4/credential-scope.ts'
import type { Backend } from '../upstream/backend.ts'
import type { Send } from '../upstream/send.ts'
import { undiciSend } from '../upstream/undici-send.ts'
import { buildUpstreamRequest } from '../upstream/upstream-request.ts'
import { runStore } from './store.ts'

/** Starts the embedded store of the demonstration and makes its buckets. */
export async function startDemoStore(config: Config, buckets: readonly string[]): Promise<RunningStore> {
  const store = await runStore(config)
  const { endpoint, accessKey, secretKey, region } = config.masterCredentials
  const connections = undiciSend({
    origin: endpoint.origin,
    maxConnections: 1,
    connectTimeoutMs: 5_000,
    responseTimeoutMs: 5_000,
    ca: undefined,
  })
  const backend: Backend = {
    origin: endpoint.origin,
    host: endpoint.host,
    addressing: 'path',
    profile: 'aws',
    extraOperations: new Set(),
    credential: { accessKey, secretKey: secretKey.reveal(), region },
    keys: new SigningKeys(1),
  }
  try {
    for (const bucket of buckets) await makeBucket(bucket, backend, connections.send)
  } finally {
    await connections.close()
  }
  return store
}

async function makeBucket(bucket: string, backend: Backend, send: Send): Promise<void> {
  const outgoing = { method: 'PUT', bucket, key: undefined, query: [], headers: [], body: undefined }
  const response = await send(buildUpstreamRequest(outgoing, backend, new Date()), AbortSignal.timeout(5_000))
  response.discard()
  // 409: it is there from an earlier start.
  if (response.status !== 200 && response.status !== 409) throw new Error(`the store refuses the bucket ${bucket}`)
}
