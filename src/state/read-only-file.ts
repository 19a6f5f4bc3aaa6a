import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { openForReading, type ReadableDatabase } from './open-database.ts'

/**
 * The state's file, for a process that only reads it: it may come to be later, and it may have been opened in a way in which
 * SQLite does not notice what others change. In both cases the files themselves are looked at.
 */
export class ReadOnlyFile {
  readonly #path: string
  #opened: ReadableDatabase | undefined
  #stamp: string

  /** @throws Error that names the file, when it cannot be read or is none of ours */
  constructor(path: string) {
    this.#path = path
    this.#stamp = stampOf(path)
    this.#opened = openForReading(path)
  }

  /** Undefined while there is no file. */
  get database(): DatabaseSync | undefined {
    return this.#opened?.database
  }

  /** Whether the file had to be opened anew: what was read from it before counts for nothing then. */
  renew(): boolean {
    if (this.#opened?.changes === 'seen') return false
    // Before the file is opened: what changes meanwhile is seen the next time.
    const stamp = stampOf(this.#path)
    if (stamp === this.#stamp) return false
    this.#opened?.database.close()
    this.#opened = undefined
    this.#opened = openForReading(this.#path)
    this.#stamp = stamp
    return true
  }

  close(): void {
    this.#opened?.database.close()
  }
}

/** What another process leaves otherwise when it changes something: the file, and the changes beside it. */
function stampOf(path: string): string {
  return [path, `${path}-wal`]
    .map((file) => statSync(file, { throwIfNoEntry: false }))
    .map((found) => (found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`))
    .join(', ')
}
