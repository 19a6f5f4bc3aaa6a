import { readFileSync } from 'node:fs'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import type { AuditEvent } from '../../../src/audit/event.ts'
import { asMaster } from '../../support/backend.ts'
import { type Answer, type Endpoint, exchange } from '../../support/exchange.ts'
import { Lab } from '../../support/lab.ts'
import { freePort } from '../../support/ports.ts'
import { type ProxyUser, type RunningProxy, startProxy } from '../../support/proxy.ts'
import type { Run } from '../../support/run.ts'
import type { S3Caller } from '../../support/s3-caller.ts'
import { sha256Hex, sign, type SigningKey } from '../../support/signer.ts'
import { toThisMachine } from '../../support/this-machine.ts'
import { CERTIFICATE } from './balancer.ts'

/** The proxy behind a balancer, and the embedded store behind the proxy. Buckets `own` and `foreign` exist. */
export interface HostsBench {
  readonly lab: Lab
  readonly proxy: RunningProxy
  readonly proxyPort: number
  readonly adminPort: number
  readonly master: S3Caller
  readonly own: string
  readonly foreign: string
  /** May reach `own`, and create `fresh`. */
  readonly user: SigningKey
  readonly fresh: string
  lastEvent(): AuditEvent
  /** How many requests were audited. */
  eventCount(): number
  close(): Promise<void>
}

/** Starts a proxy that has the name `s3.test` and believes balancers at `trusted`. `stem` keeps the buckets apart. */
export async function openHostsBench(run: Run, stem: string, trusted: readonly string[]): Promise<HostsBench> {
  if (run.backend === undefined) throw new Error('no backend')
  const lab = new Lab(run.directory)
  const own = `${stem}-own`
  const foreign = `${stem}-foreign`
  const fresh = `${stem}-fresh`
  const user: ProxyUser = { accessKey: 'HOSTSUSER', secretKey: 'hosts-secret-key-0123456789', buckets: [own, fresh] }
  const audit = join(lab.directory, 'audit.jsonl')
  const auditLines = (): string[] => readFileSync(audit, 'utf8').trimEnd().split('\n')
  const adminPort = await freePort()
  const proxy = await startProxy(lab, {
    backend: run.backend,
    users: [user],
    scheme: 'http',
    certificates: run.certificates,
    more: {
      server: { hostnames: ['s3.test'], trusted_proxies: trusted },
      admin: { listen_addr: `127.0.0.1:${adminPort}` },
      audit: { sinks: [{ type: 'file', path: audit }] },
    },
  })
  const master = asMaster(run.backend)
  await master.makeBucket(own)
  await master.makeBucket(foreign)
  return {
    lab,
    proxy,
    proxyPort: Number(new URL(proxy.endpoint.url).port),
    adminPort,
    master,
    own,
    foreign,
    fresh,
    user: { accessKey: user.accessKey, secretKey: user.secretKey, region: run.backend.key.region },
    lastEvent: () => JSON.parse(auditLines().at(-1) ?? '') as AuditEvent,
    eventCount: () => auditLines().length,
    close: () => lab.close(),
  }
}

/** An AWS SDK client whose every host name is this machine. `host` is that of the endpoint, with port. */
export function sdkClient(
  user: SigningKey,
  at: { readonly scheme: 'http' | 'https'; readonly host: string; readonly style: 'path' | 'virtual' },
): S3Client {
  const agent = { lookup: toThisMachine, keepAlive: true }
  return new S3Client({
    endpoint: `${at.scheme}://${at.host}`,
    region: user.region,
    credentials: { accessKeyId: user.accessKey, secretAccessKey: user.secretKey },
    forcePathStyle: at.style === 'path',
    maxAttempts: 1,
    requestHandler: {
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent({ ...agent, ca: readFileSync(CERTIFICATE) }),
    },
  })
}

/** A request in the tests' words, with the host to sign and send. */
export interface HostedCall {
  readonly method?: string
  readonly host: string
  /** As on the wire. */
  readonly path: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Added after signing. */
  readonly unsigned?: readonly (readonly [name: string, value: string])[]
  readonly body?: Buffer
  readonly payloadHash?: string
}

/** Signs and sends one raw request to an endpoint, whatever its name is. */
export function hostedCall(endpoint: Endpoint, user: SigningKey, call: HostedCall): Promise<Answer> {
  const { method = 'GET', host, path, headers = [], unsigned = [], body } = call
  const payloadHash = call.payloadHash ?? sha256Hex(body ?? '')
  const signed = sign(user, { method, host, path, headers, payloadHash })
  const isFramed = [...headers, ...unsigned].some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name))
  const length = isFramed || body === undefined ? [] : [['content-length', String(body.length)] as const]
  const sent = [...signed.headers, ...unsigned, ...length]
  return exchange(endpoint, { method, target: signed.target, headers: sent, ...(body === undefined ? {} : { body }) })
}
