import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { DatabaseSync } from 'node:sqlite'
import { LAYOUT, LAYOUT_VERSION } from './schema-sql.ts'

const OWNER_ONLY = 0o600
/** How long a change waits for one of another process. */
const BUSY_TIMEOUT_MS = 5_000

/**
 * Opens the file for reading and writing, and makes it when it is not there. What is committed survives a power cut.
 * @throws Error that names the file, when it cannot be written or is none of ours
 */
export function openForWriting(path: string): DatabaseSync {
  try {
    closeSync(openSync(path, 'a', OWNER_ONLY))
    // SQLite gives its files beside this one the same mode.
    chmodSync(path, OWNER_ONLY)
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    prepareLayout(database)
    return database
  } catch (error) {
    throw new Error(`the state ${path} cannot be opened for writing: ${reasonOf(error)}`, { cause: error })
  }
}

/** A file that was opened for reading only. */
export interface ReadableDatabase {
  readonly database: DatabaseSync
  /** `unseen`: SQLite was told that nobody changes the file, and so does not notice when somebody does. */
  readonly changes: 'seen' | 'unseen'
}

/**
 * Opens the file for reading only. Undefined when there is none, or nothing in it yet: then nothing was ever set.
 * @throws Error that names the file, when it cannot be read or is none of ours
 */
export function openForReading(path: string): ReadableDatabase | undefined {
  if (!existsSync(path)) return undefined
  try {
    const readable = readableDatabase(path)
    const layout = layoutOf(readable.database)
    if (layout === LAYOUT_VERSION) return readable
    readable.database.close()
    if (layout === 0) return undefined
    throw new Error(`its layout is ${layout}, not ${LAYOUT_VERSION}`)
  } catch (error) {
    throw new Error(`the state ${path} cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}

/** In a folder that cannot be written, SQLite reads a file only on the word that nobody changes it. */
function readableDatabase(path: string): ReadableDatabase {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    layoutOf(database)
    return { database, changes: 'seen' }
  } catch {
    database.close()
    const url = pathToFileURL(path)
    url.searchParams.set('immutable', '1')
    return { database: new DatabaseSync(url, { readOnly: true }), changes: 'unseen' }
  }
}

/** Two processes may come here at once: the second finds the layout made. */
function prepareLayout(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const layout = layoutOf(database)
    if (layout === 0) database.exec(LAYOUT)
    else if (layout !== LAYOUT_VERSION) throw new Error(`its layout is ${layout}, not ${LAYOUT_VERSION}`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    database.close()
    throw error
  }
}

function layoutOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
