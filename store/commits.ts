import type { Journal } from './journal.ts'
import type { JournalRecord } from './records.ts'
import type { State } from './state.ts'

/** What a change touches. Without tokens it has the bucket to itself. */
export interface CommitScope {
  readonly bucket: string
  /** Keys and upload ids; two changes with a common one are made one after the other. */
  readonly tokens?: readonly string[] | undefined
}

interface Pending {
  readonly scope: CommitScope
  readonly decide: () => readonly JournalRecord[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const MIN_RECORDS_TO_COMPACT = 10_000

/**
 * Makes changes one batch at a time: decide against the durable state, journal, apply, acknowledge. Changes that do not
 * touch each other share a batch and so one sync. A reader never sees what a crash could still take back.
 */
export class Commits {
  readonly #state: State
  readonly #journal: Journal
  readonly #freed: (files: readonly string[]) => void
  #queue: Pending[] = []
  #working: Promise<void> | undefined

  constructor(state: State, journal: Journal, freed: (files: readonly string[]) => void) {
    this.#state = state
    this.#journal = journal
    this.#freed = freed
  }

  /**
   * Runs `decide` alone with respect to everything in the scope, and makes the changes that it returns.
   * @returns when the changes are durable and visible.
   * @throws what `decide` throws, in which case nothing changes; Error when the journal cannot be written.
   */
  change(scope: CommitScope, decide: () => readonly JournalRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ scope, decide, resolve, reject })
      this.#working ??= this.#work()
    })
  }

  /** Resolves when all changes that were asked for are made. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working
  }

  async #work(): Promise<void> {
    // Lets the other requests of this turn of the event loop join the first batch.
    await new Promise(setImmediate)
    while (this.#queue.length > 0) {
      await this.#commit(this.#takeBatch())
      await this.#compact()
    }
    // In the same step as the look at the queue: a change that comes between the two would wait for ever.
    this.#working = undefined
  }

  /** The changes of the queue, in order, that touch neither each other nor one that has to wait. */
  #takeBatch(): Pending[] {
    const claims = new Claims()
    const batch: Pending[] = []
    const waiting: Pending[] = []
    for (const pending of this.#queue) {
      if (claims.claim(pending.scope)) batch.push(pending)
      else waiting.push(pending)
    }
    this.#queue = waiting
    return batch
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    const records: JournalRecord[] = []
    const decided: Pending[] = []
    for (const pending of batch) {
      try {
        records.push(...pending.decide())
        decided.push(pending)
      } catch (error) {
        pending.reject(error)
      }
    }
    try {
      if (records.length > 0) await this.#journal.append(records)
    } catch (error) {
      for (const pending of decided) pending.reject(error)
      return
    }
    this.#freed(records.flatMap((record) => this.#state.apply(record)))
    for (const pending of decided) pending.resolve()
  }

  /** Rewrites a journal most of whose changes are history. */
  async #compact(): Promise<void> {
    if (this.#journal.records < MIN_RECORDS_TO_COMPACT) return
    if (this.#journal.records < 2 * this.#state.recordCount()) return
    // A failure costs nothing but space: the old file goes on.
    await this.#journal.rewrite(this.#state.snapshot()).catch(() => undefined)
  }
}

/** Which buckets and tokens the batch, or something that waits, already holds. */
class Claims {
  readonly #whole = new Set<string>()
  readonly #tokens = new Map<string, Set<string>>()

  /** Claims the scope. False when part of it was taken; the rest is claimed nevertheless, so that order is kept. */
  claim(scope: CommitScope): boolean {
    const taken = this.#tokens.get(scope.bucket) ?? new Set<string>()
    let free = !this.#whole.has(scope.bucket)
    if (scope.tokens === undefined) {
      free &&= taken.size === 0
      this.#whole.add(scope.bucket)
    }
    for (const token of scope.tokens ?? []) {
      free &&= !taken.has(token)
      taken.add(token)
    }
    this.#tokens.set(scope.bucket, taken)
    return free
  }
}
