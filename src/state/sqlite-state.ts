import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CorsRule } from '../s3/cors-rules.ts'
import type { PublicAccessBlock } from '../s3/public-access-block.ts'
import { openForWriting } from './open-database.ts'
import { ReadOnlyFile } from './read-only-file.ts'
import type { BucketState, Change, PolicyVersion, StateStore, UploadReference } from './state-store.ts'

/** Where the state is, and whether it may be changed. */
export interface StateOptions {
  readonly path: string
  readonly readOnly: boolean
}

/**
 * Opens the embedded state store: one SQLite file.
 * @throws Error that names the file
 */
export function openState({ path, readOnly }: StateOptions): StateStore {
  return new SqliteState(readOnly ? new ReadOnlyFile(path) : openForWriting(path))
}

type Row = Readonly<Record<string, unknown>>
/** Clients that lost the answer complete or abort once more. */
const ENDED_UPLOADS_MS = 24 * 60 * 60 * 1_000

type Setting = 'public_access_block' | 'cors'

class SqliteState implements StateStore {
  readonly access: StateStore['access']
  readonly #file: ReadOnlyFile | undefined
  /** Undefined for a file that is not there and may not be made. */
  #database: DatabaseSync | undefined
  readonly #statements = new Map<string, StatementSync>()
  readonly #buckets = new Map<string, BucketState>()
  #policies = 0
  #dataVersion: unknown
  #generation = -1

  constructor(source: ReadOnlyFile | DatabaseSync) {
    this.#file = source instanceof ReadOnlyFile ? source : undefined
    this.#database = source instanceof ReadOnlyFile ? source.database : source
    this.access = this.#file === undefined ? 'read-write' : 'read-only'
    this.refresh()
  }

  get hasBucketPolicies(): boolean {
    return this.#policies > 0
  }

  refresh(): void {
    if (this.#file?.renew() === true) this.#beginAnew(this.#file.database)
    const dataVersion = this.#get('PRAGMA data_version')?.['data_version']
    if (dataVersion === this.#dataVersion) return
    this.#readChanges()
    this.#dataVersion = dataVersion
  }

  bucket(name: string): BucketState | undefined {
    return this.#buckets.get(name)
  }

  setPolicy(bucket: string, text: string | undefined, change: Change): number {
    return this.#change(bucket, () => {
      const last = this.#get('SELECT max(version) AS version FROM policy_history WHERE bucket = ?', bucket)
      const version = Number(last?.['version'] ?? 0) + 1
      const { by, at } = change
      const insert = 'INSERT INTO policy_history VALUES (?, ?, ?, ?, ?)'
      this.#run(insert, bucket, version, text ?? null, at.toISOString(), by)
      this.#run('UPDATE buckets SET policy = ?, policy_version = ? WHERE bucket = ?', text ?? null, version, bucket)
      return version
    })
  }

  setPublicAccessBlock(bucket: string, block: PublicAccessBlock | undefined): void {
    this.#set(bucket, 'public_access_block', block)
  }

  setCors(bucket: string, rules: readonly CorsRule[] | undefined): void {
    this.#set(bucket, 'cors', rules)
  }

  forgetBucket(bucket: string): void {
    if (this.#get('SELECT bucket FROM buckets WHERE bucket = ?', bucket) !== undefined) {
      this.#change(bucket, () => {
        this.#run(
          'UPDATE buckets SET policy = NULL, policy_version = 0, public_access_block = NULL, cors = NULL WHERE bucket = ?',
          bucket,
        )
        this.#run('DELETE FROM policy_history WHERE bucket = ?', bucket)
      })
    }
    this.#run('DELETE FROM uploads WHERE bucket = ?', bucket)
  }

  policyHistory(bucket: string): readonly PolicyVersion[] {
    const rows = this.#all('SELECT * FROM policy_history WHERE bucket = ? ORDER BY version', bucket)
    return rows.map((row) => ({
      version: Number(row['version']),
      text: textOf(row['policy']),
      changedAt: String(row['changed_at']),
      changedBy: String(row['changed_by']),
    }))
  }

  noteUpload({ bucket, key, uploadId }: UploadReference, principal: string, at: Date): void {
    const insert = 'INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?, NULL)'
    this.#run(insert, bucket, key, uploadId, principal, at.toISOString())
    this.#run('DELETE FROM uploads WHERE ended_at < ?', new Date(at.getTime() - ENDED_UPLOADS_MS).toISOString())
  }

  endUpload({ bucket, key, uploadId }: UploadReference, at: Date): void {
    const where = 'bucket = ? AND object_key = ? AND upload_id = ?'
    this.#run(`UPDATE uploads SET ended_at = ? WHERE ${where}`, at.toISOString(), bucket, key, uploadId)
  }

  uploadOwner({ bucket, key, uploadId }: UploadReference): string | undefined {
    const where = 'bucket = ? AND object_key = ? AND upload_id = ?'
    return textOf(this.#get(`SELECT principal FROM uploads WHERE ${where}`, bucket, key, uploadId)?.['principal'])
  }

  close(): void {
    this.#statements.clear()
    if (this.#file === undefined) this.#database?.close()
    else this.#file.close()
  }

  #beginAnew(database: DatabaseSync | undefined): void {
    this.#statements.clear()
    this.#buckets.clear()
    this.#policies = 0
    this.#generation = -1
    this.#dataVersion = undefined
    this.#database = database
  }

  #set(bucket: string, setting: Setting, value: object | undefined): void {
    this.#change(bucket, () => {
      const text = value === undefined ? null : JSON.stringify(value)
      this.#run(`UPDATE buckets SET ${setting} = ? WHERE bucket = ?`, text, bucket)
    })
  }

  /** One change of a bucket's settings, whole or not at all, after which this process knows it. */
  #change<T>(bucket: string, change: () => T): T {
    this.#run('BEGIN IMMEDIATE')
    let result: T
    try {
      this.#run('INSERT OR IGNORE INTO buckets VALUES (?, NULL, 0, NULL, NULL, 0)', bucket)
      result = change()
      this.#run('UPDATE generation SET value = value + 1')
      this.#run('UPDATE buckets SET generation = (SELECT value FROM generation) WHERE bucket = ?', bucket)
      this.#run('COMMIT')
    } catch (error) {
      this.#run('ROLLBACK')
      throw error
    }
    this.#readChanges()
    return result
  }

  #readChanges(): void {
    const rows = this.#all('SELECT * FROM buckets WHERE generation > ? ORDER BY generation', this.#generation)
    for (const row of rows) {
      const name = String(row['bucket'])
      const state = bucketState(row)
      if (this.#buckets.get(name)?.policy !== undefined) this.#policies--
      if (state?.policy !== undefined) this.#policies++
      if (state === undefined) this.#buckets.delete(name)
      else this.#buckets.set(name, state)
      this.#generation = Number(row['generation'])
    }
  }

  #get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql)?.get(...values)
  }

  #all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
    return this.#statement(sql)?.all(...values) ?? []
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    if (this.access === 'read-only') throw new Error('the state is read-only')
    this.#statement(sql)?.run(...values)
  }

  #statement(sql: string): StatementSync | undefined {
    const known = this.#statements.get(sql)
    if (known !== undefined || this.#database === undefined) return known
    const prepared = this.#database.prepare(sql)
    this.#statements.set(sql, prepared)
    return prepared
  }
}

/** Undefined when nothing is set any more. */
function bucketState(row: Row): BucketState | undefined {
  const text = textOf(row['policy'])
  const block = textOf(row['public_access_block'])
  const cors = textOf(row['cors'])
  if (text === undefined && block === undefined && cors === undefined) return undefined
  return {
    policy: text === undefined ? undefined : { text, version: Number(row['policy_version']) },
    publicAccessBlock: block === undefined ? undefined : (JSON.parse(block) as PublicAccessBlock),
    cors: cors === undefined ? undefined : (JSON.parse(cors) as readonly CorsRule[]),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
