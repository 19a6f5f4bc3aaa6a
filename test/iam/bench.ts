import { parse } from 'yaml'
import type { AuditEvent } from '../../src/audit/event.ts'
import { Lab } from '../support/lab.ts'
import { runProgram } from '../support/program.ts'
import type { Run } from '../support/run.ts'
import { type Call, NEW_TEXT } from './calls.ts'
import { CLIENTS, type FoundClients } from './clients.ts'
import { Explainer } from './explainer.ts'
import { startFront } from './forwarding-front.ts'
import type { Caller, Reply } from './iam-client.ts'
import { ANYBODY, type ClientName, type Details } from './rows.ts'
import { type ConfigTree, ServedConfig } from './served-config.ts'
import type { StoredState } from './stored-state.ts'

/** What one suite of scenarios has: the run's backend, the clients, a file to upload in parts. */
export interface BenchPlace {
  readonly run: Run
  readonly clients: FoundClients
  readonly largeFile: string
}

/** What became of a call: what the client showed, what the proxy noted, what the backend saw. */
export interface Outcome {
  readonly reply: Reply
  readonly events: readonly AuditEvent[]
  readonly backendSaw: readonly string[]
  readonly explainer: Explainer
}

/** A configuration as YAML text. */
export function treeOf(config: string): ConfigTree {
  return parse(config) as ConfigTree
}

/** What proxies are started with, and what is at their backend. */
export interface BenchOptions {
  readonly config: ConfigTree
  readonly policyFiles: Readonly<Record<string, string>>
  readonly stored: StoredState
}

/** A user's key, with the name of the user. */
export interface UserKey {
  readonly name: string
  readonly access_key: string
  readonly secret_key: string
}

/** Proxies on one configuration, and the clients before them; all of it is made when it is first needed. */
export class Bench {
  readonly #place: BenchPlace
  readonly #lab: Lab
  readonly #options: BenchOptions
  readonly #served = new Map<string, Promise<{ readonly served: ServedConfig; readonly explainer: Explainer }>>()
  readonly #fronts = new Map<string, Promise<string>>()
  readonly #callers: Map<ClientName, Caller>

  private constructor(place: BenchPlace, options: BenchOptions, lab: Lab, callers: Map<ClientName, Caller>) {
    this.#place = place
    this.#lab = lab
    this.#options = options
    this.#callers = callers
  }

  static open(place: BenchPlace, options: BenchOptions): Bench {
    return new Bench(place, options, new Lab(place.run.directory), new Map())
  }

  /** The same clients before other proxies; it closes with this bench. */
  withConfig(config: ConfigTree): Bench {
    return new Bench(this.#place, { ...this.#options, config }, this.#lab, this.#callers)
  }

  async send(client: ClientName, caller: string, call: Call, details: Details = {}): Promise<Outcome> {
    const { served, explainer } = await this.#servedOver(details.over ?? 'http')
    const endpoint = await this.#endpoint(served, details)
    const key = this.#keyOf(caller)
    served.newEvents()
    served.backendSaw.forget()
    const reply = await this.#callerOf(client).send({
      op: call.op,
      params: this.#options.stored.resolve(call.params),
      endpoint,
      region: this.#place.run.backend?.key.region ?? '',
      accessKey: key?.access_key ?? '',
      secretKey: key?.secret_key ?? '',
      file: this.#place.largeFile,
    })
    const fetched = reply.ok && call.op.startsWith('presigned_') ? await this.#fetch(call, reply) : reply
    return { reply: fetched, events: served.newEvents(), backendSaw: served.backendSaw.lines(), explainer }
  }

  /** Runs a command of the program on the configuration of the http proxy. */
  async command(words: readonly string[]): Promise<{ readonly exitCode: number | undefined; readonly text: string }> {
    const { served } = await this.#servedOver('http')
    const { code, stdout, stderr } = await runProgram(this.#lab, [...words, '--config', served.configFile])
    return { exitCode: code, text: stdout + stderr }
  }

  async close(): Promise<void> {
    for (const caller of this.#callers.values()) await caller.close()
    await this.#lab.close()
  }

  /** The user's first key, or the one with the id after the colon. */
  #keyOf(caller: string): UserKey | undefined {
    if (caller === ANYBODY) return undefined
    const [name, id] = caller.split(':')
    const key = keysIn(this.#options.config).find(
      (each) => each.name === name && (id === undefined || each.access_key === id),
    )
    if (key === undefined) throw new Error(`the configuration has no key for ${caller}`)
    return key
  }

  #servedOver(transport: 'http' | 'https') {
    const known = this.#served.get(transport)
    if (known !== undefined) return known
    const started = ServedConfig.start(this.#lab, this.#place.run, { ...this.#options, transport }).then((served) => ({
      served,
      explainer: new Explainer(this.#lab, served.configFile),
    }))
    this.#served.set(transport, started)
    return started
  }

  #endpoint(served: ServedConfig, { from, scheme }: Details): Promise<string> {
    if (from === undefined && scheme === undefined) return Promise.resolve(served.url)
    const name = JSON.stringify([served.url, from, scheme])
    const started = this.#fronts.get(name) ?? startFront(this.#lab, served.url, { from, scheme })
    this.#fronts.set(name, started)
    return started
  }

  #callerOf(name: ClientName): Caller {
    const known = this.#callers.get(name)
    if (known !== undefined) return known
    const program = this.#place.clients[name]?.file
    if (program === undefined) throw new Error(`no ${name}`)
    const opened = CLIENTS[name].open({ lab: this.#lab, program, authority: this.#place.run.certificates.authority })
    this.#callers.set(name, opened)
    return opened
  }

  /** What curl gets for a presigned URL. */
  async #fetch({ op }: Call, { answer }: Extract<Reply, { ok: true }>): Promise<Reply> {
    const method = op === 'presigned_put' ? ['-X', 'PUT', '--data-binary', NEW_TEXT] : []
    const url = String(answer['Url'])
    const args = ['-sS', '--max-time', '60', '-H', 'content-type:', '-w', '\n%{http_code}', ...method, url]
    const { stdout, stderr, code } = await this.#lab.run({ file: 'curl', args }, 90_000)
    const cut = stdout.lastIndexOf('\n')
    const body = stdout.slice(0, cut)
    if (code === 0 && stdout.slice(cut + 1) === '200') return { ok: true, answer: { Body: body } }
    const requestId = /<RequestId>([^<]*)</.exec(body)?.[1] ?? null
    return { ok: false, code: /<Code>([^<]*)</.exec(body)?.[1] ?? 'unknown', text: body + stderr, requestId }
  }
}

/** Every key of every user. */
function keysIn(config: ConfigTree): readonly UserKey[] {
  const users = config['users'] as readonly (Omit<UserKey, 'name'> & { name?: string; keys?: readonly UserKey[] })[]
  return users.flatMap(({ keys, ...user }) =>
    (keys ?? [user]).map(({ access_key, secret_key }) => ({ name: user.name ?? access_key, access_key, secret_key })),
  )
}
