import { asMaster } from '../support/backend.ts'
import { Bench, type BenchPlace, treeOf } from './bench.ts'
import { wordsOf } from './calls.ts'
import {
  type Expected,
  expectBackendSaw,
  expectCount,
  expectDone,
  expectExplained,
  expectGone,
  expectLetThrough,
  expectPrinted,
  expectRefused,
  expectSame,
  expectTold,
  isProposed,
  refusedEvents,
} from './expectations.ts'
import { type Proposal, withProposals } from './proposals.ts'
import { type CallRow, clientsOf, type Row } from './rows.ts'
import { StoredState, type StoredThings } from './stored-state.ts'

/** What an operator has written, what is stored, and what callers may and may not do then; the rows in their order. */
export interface Scenario extends StoredThings {
  /** The operator's file, but for where the backend is, where to listen and where to audit. */
  readonly config: string
  /** The files of its `policy_dir: ./policies`. */
  readonly policyFiles?: Readonly<Record<string, string>>
  readonly rows: readonly Row[]
}

const CHANGES_OBJECTS = /^(put_object|copy_object|delete_objects?|upload|presigned_put|create_multipart_upload)$/

/** Whether `explain` proposes a statement for a row that is then tried out. */
export function isTriedOut(row: Row): boolean {
  return row.kind === 'may not' && isProposed(row.explained) && clientsOf(row).includes('boto3')
}

/** One scenario under test. */
export class Stand {
  readonly #place: BenchPlace
  readonly #scenario: Scenario
  readonly #stored: StoredState
  readonly #proposals: Proposal[] = []
  #bench: Bench | undefined
  #snapshot: string | undefined

  constructor(place: BenchPlace, scenario: Scenario) {
    if (place.run.backend === undefined) throw new Error('no backend')
    this.#place = place
    this.#scenario = scenario
    this.#stored = new StoredState(asMaster(place.run.backend), scenario)
  }

  async open(): Promise<void> {
    await this.#stored.create()
    const { config, policyFiles = {} } = this.#scenario
    this.#bench = Bench.open(this.#place, { config: treeOf(config), policyFiles, stored: this.#stored })
  }

  async close(): Promise<void> {
    await this.#bench?.close()
  }

  /** Runs a command of the program and holds what it prints against the pattern. */
  async command(words: readonly string[], prints: RegExp): Promise<void> {
    expectPrinted(await this.#opened.command(words), prints)
  }

  async check(row: CallRow, expected: Expected): Promise<void> {
    try {
      await this.#checkRow(row, expected)
    } catch (error) {
      // One that fails must not take the following ones with it.
      await this.#stored.restore()
      this.#snapshot = undefined
      throw error
    }
  }

  /** Every refused call again, by a proxy whose configuration has all that was proposed. */
  async tryProposals(): Promise<void> {
    const { config, rows } = this.#scenario
    expectCount(this.#proposals, rows.filter(isTriedOut).length)
    const bench = this.#opened.withConfig(withProposals(treeOf(config), this.#proposals))
    for (const { row, missing } of this.#proposals) {
      const { events } = await bench.send('boto3', row.caller, row.call, row.details)
      expectLetThrough(events, missing, wordsOf(row.call))
    }
  }

  get #opened(): Bench {
    if (this.#bench === undefined) throw new Error('the bench did not open')
    return this.#bench
  }

  async #checkRow(row: CallRow, expected: Expected): Promise<void> {
    switch (row.kind) {
      case 'may':
        return this.#allowed(expected)
      case 'may not':
        return this.#refused(row, expected)
      case 'is told': {
        const { client, caller, call, details } = expected
        const { reply } = await this.#opened.send(client, caller, call, details)
        return expectTold(reply, row.details.code)
      }
    }
  }

  async #allowed(expected: Expected): Promise<void> {
    const { client, caller, call, details } = expected
    const outcome = await this.#opened.send(client, caller, call, details)
    await expectDone(expected, outcome, this.#stored)
    this.#snapshot = undefined
    if (CHANGES_OBJECTS.test(call.op)) await this.#stored.restore()
  }

  async #refused(row: Extract<Row, { kind: 'may not' }>, expected: Expected): Promise<void> {
    const { client, caller, call, details } = expected
    this.#snapshot ??= await this.#stored.snapshot()
    const outcome = await this.#opened.send(client, caller, call, details)
    expectRefused(expected, outcome.reply)
    expectBackendSaw(expected, outcome)
    await this.#expectUnchanged(this.#snapshot, details.butRemoves ?? [])
    const events = refusedEvents(expected, outcome)
    const explained = await Promise.all(events.map(({ request_id: id }) => outcome.explainer.explain(id)))
    const { missing } = expectExplained(explained, row.explained, caller)
    if (client === 'boto3' && missing !== null && isTriedOut(row)) this.#proposals.push({ row, missing })
  }

  async #expectUnchanged(snapshot: string, removed: readonly string[]): Promise<void> {
    for (const path of removed) expectGone(path, await this.#stored.textAt(path))
    if (removed.length > 0) await this.#stored.restore()
    expectSame(await this.#stored.snapshot(), snapshot)
  }
}
