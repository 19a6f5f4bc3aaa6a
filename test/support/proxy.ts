import { stringify } from 'yaml'
import type { Backend } from './backend.ts'
import type { Certificates } from './certificates.ts'
import type { Endpoint } from './exchange.ts'
import type { Lab } from './lab.ts'
import { freePort } from './ports.ts'
import { serveWithProgram } from './program.ts'
import { type Recorder, startRecorder } from './recording-proxy.ts'
import { S3Caller } from './s3-caller.ts'

export type Scheme = 'http' | 'https'

/** A user in the configuration's short form. */
export interface ProxyUser {
  readonly accessKey: string
  readonly secretKey: string
  readonly buckets: readonly string[]
}

/** What a proxy is to stand before, and how. `more` is merged into the configuration, section by section. */
export interface ProxyOptions {
  readonly backend: Backend
  readonly users: readonly ProxyUser[]
  readonly scheme: Scheme
  readonly certificates: Certificates
  readonly profile?: string
  readonly more?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const PROFILES: Readonly<Record<Backend['kind'], string>> = { ceph: 'ceph', store: 'aws', minio: 'minio' }

/** A proxy process, and the recorder between it and its backend. */
export interface RunningProxy {
  readonly endpoint: Endpoint
  /** What the backend saw. */
  readonly backendSaw: Recorder
  stdout(): string
  stderr(): string
  hasExited(): boolean
  stop(): Promise<void>
  /** Raw signed requests to the proxy as this user. */
  as(user: Pick<ProxyUser, 'accessKey' | 'secretKey'>): S3Caller
}

/** Starts the proxy with a recorder between it and the backend; it ends with the lab. */
export async function startProxy(lab: Lab, options: ProxyOptions): Promise<RunningProxy> {
  const { backend, scheme, certificates } = options
  const recorder = await startRecorder(lab, backend.url)
  const address = `127.0.0.1:${await freePort()}`
  const sections: Record<string, Readonly<Record<string, unknown>>> = {
    master_credentials: {
      access_key: backend.key.accessKey,
      secret_key: backend.key.secretKey,
      endpoint: recorder.url,
      region: backend.key.region,
    },
    server: {
      listen_addr: address,
      ...(scheme === 'https' ? { tls: { cert_file: certificates.certificate, key_file: certificates.key } } : {}),
    },
    backend: { profile: options.profile ?? PROFILES[backend.kind] },
    logging: { level: 'info', format: 'json' },
  }
  for (const [name, section] of Object.entries(options.more ?? {})) sections[name] = { ...sections[name], ...section }
  const users = options.users.map((user) => ({
    access_key: user.accessKey,
    secret_key: user.secretKey,
    allowed_buckets: user.buckets,
  }))
  const endpoint: Endpoint = { url: `${scheme}://${address}`, authority: certificates.authority }
  return serveProxy(lab, stringify({ ...sections, users }), { endpoint, recorder, region: backend.key.region })
}

/** Starts the proxy with this very text as its configuration file. */
export async function serveProxy(
  lab: Lab,
  config: string,
  at: { readonly endpoint: Endpoint; readonly recorder: Recorder; readonly region: string },
): Promise<RunningProxy> {
  const running = await serveWithProgram(lab, { command: [], config, endpoint: at.endpoint })
  // What the proxy asks the backend at its start is no request of a test.
  at.recorder.forget()
  return {
    endpoint: at.endpoint,
    backendSaw: at.recorder,
    stdout: running.stdout,
    stderr: running.stderr,
    hasExited: running.hasExited,
    stop: async () => {
      await running.stop(10_000)
    },
    as: ({ accessKey, secretKey }) => new S3Caller(at.endpoint, { accessKey, secretKey, region: at.region }),
  }
}
