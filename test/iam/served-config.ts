import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { AuditEvent } from '../../src/audit/event.ts'
import type { Backend } from '../support/backend.ts'
import type { Lab } from '../support/lab.ts'
import { freePort } from '../support/ports.ts'
import { serveWithProgram } from '../support/program.ts'
import { type Recorder, startRecorder } from '../support/recording-proxy.ts'
import type { Run } from '../support/run.ts'

/** A configuration as YAML says it. */
export type ConfigTree = Readonly<Record<string, unknown>>

/** What is served: the operator's blocks, the files of `policy_dir`, and how clients come. */
export interface ServedOptions {
  readonly config: ConfigTree
  readonly policyFiles: Readonly<Record<string, string>>
  readonly transport: 'http' | 'https'
}

const PROFILES: Readonly<Record<string, string>> = { ceph: 'ceph', store: 'aws' }

/** A proxy process on a configuration file, a recorder between it and its backend, and its audit file. */
export class ServedConfig {
  readonly url: string
  readonly configFile: string
  readonly backendSaw: Recorder
  readonly #auditFile: string
  #read = 0

  private constructor(url: string, folder: string, backendSaw: Recorder) {
    this.url = url
    this.configFile = join(folder, 'config.yaml')
    this.backendSaw = backendSaw
    this.#auditFile = join(folder, 'audit.jsonl')
  }

  static async start(lab: Lab, run: Run, { config, policyFiles, transport }: ServedOptions): Promise<ServedConfig> {
    const backend = run.backend
    if (backend === undefined) throw new Error('no backend')
    const folder = lab.folder('served')
    mkdirSync(join(folder, 'policies'))
    for (const [name, text] of Object.entries(policyFiles)) writeFileSync(join(folder, 'policies', name), text)
    const recorder = await startRecorder(lab, backend.url)
    const address = `127.0.0.1:${await freePort()}`
    const endpoint = { url: `${transport}://${address}`, authority: run.certificates.authority }
    const tls = { cert_file: run.certificates.certificate, key_file: run.certificates.key }
    const whole = {
      ...ownBlocks(backend, recorder),
      ...config,
      server: { ...blockOf(config, 'server'), listen_addr: address, ...(transport === 'https' ? { tls } : {}) },
    }
    await serveWithProgram(lab, { command: [], config: stringify(whole), endpoint, folder })
    // What was asked to see whether it is there is no request of a test.
    recorder.forget()
    const served = new ServedConfig(endpoint.url, folder, recorder)
    served.newEvents()
    return served
  }

  /** The audit events since the last time. */
  newEvents(): readonly AuditEvent[] {
    const bytes = readFileSync(this.#auditFile)
    const lines = bytes.toString('utf8', this.#read).split('\n')
    this.#read = bytes.length
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditEvent)
  }
}

function ownBlocks(backend: Backend, recorder: Recorder): ConfigTree {
  return {
    master_credentials: {
      access_key: backend.key.accessKey,
      secret_key: backend.key.secretKey,
      endpoint: recorder.url,
      region: backend.key.region,
    },
    backend: { profile: PROFILES[backend.kind] },
    audit: { sinks: [{ type: 'file', path: './audit.jsonl' }] },
  }
}

function blockOf(config: ConfigTree, name: string): ConfigTree {
  return (config[name] ?? {}) as ConfigTree
}
