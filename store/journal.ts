import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { type FsyncMode, syncDirectory } from './durability.ts'
import type { JournalRecord } from './records.ts'

const NEWLINE = 10
const SNAPSHOT_RECORDS_PER_LINE = 256
const READ_BYTES = 1 << 20

/**
 * The append-only file of all changes. One line is one batch of changes, `CRC32-of-the-rest JSON-array`, written at once
 * and synced before anyone is told of it. Only the last line can be torn, because the next is begun only when the former is durable.
 */
export class Journal {
  readonly #path: string
  readonly #fsync: FsyncMode
  #file: FileHandle
  #durableBytes: number
  #records: number
  #broken: Error | undefined

  private constructor(
    path: string,
    fsync: FsyncMode,
    opened: { file: FileHandle; durableBytes: number; records: number },
  ) {
    this.#path = path
    this.#fsync = fsync
    this.#file = opened.file
    this.#durableBytes = opened.durableBytes
    this.#records = opened.records
  }

  /**
   * Opens or creates the journal, hands every stored change to `apply` in order, and cuts off an incomplete last line.
   * @throws Error when a line other than the last is damaged.
   */
  static async open(path: string, fsync: FsyncMode, apply: (record: JournalRecord) => void): Promise<Journal> {
    const file = await openOrCreate(path)
    try {
      const { durableBytes, records } = await replay(file, path, apply)
      await file.truncate(durableBytes)
      if (fsync === 'always') await file.sync()
      await syncDirectory(dirname(path), fsync)
      return new Journal(path, fsync, { file, durableBytes, records })
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** How many changes the file holds: what a replay costs. */
  get records(): number {
    return this.#records
  }

  /** Writes one batch; when the promise resolves it is durable, when it rejects nothing of it remains. */
  async append(records: readonly JournalRecord[]): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken
    const line = encodeLine(records)
    try {
      await writeAll(this.#file, line, this.#durableBytes)
      if (this.#fsync === 'always') await this.#file.datasync()
    } catch (error) {
      await this.#takeBack()
      throw error
    }
    this.#durableBytes += line.length
    this.#records += records.length
  }

  /** Replaces the file by one that holds just these changes. A crash leaves either the old file or the new one. */
  async rewrite(records: Iterable<JournalRecord>): Promise<void> {
    const nextPath = `${this.#path}.next`
    const next = await open(nextPath, 'w+')
    let written: { bytes: number; records: number }
    try {
      written = await writeSnapshot(next, records)
      if (this.#fsync === 'always') await next.sync()
      await rename(nextPath, this.#path)
    } catch (error) {
      await next.close()
      throw error
    }
    const former = this.#file
    this.#file = next
    this.#durableBytes = written.bytes
    this.#records = written.records
    try {
      await former.close()
      await syncDirectory(dirname(this.#path), this.#fsync)
    } catch (cause) {
      // A power cut could bring the old file back, without anything that would be acknowledged from here on.
      this.#broken = brokenJournal(cause)
      throw cause
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  /** After a failed write: what lies beyond the last durable line was never acknowledged, and must not come back at the next start. */
  async #takeBack(): Promise<void> {
    try {
      await this.#file.truncate(this.#durableBytes)
      if (this.#fsync === 'always') await this.#file.sync()
    } catch (cause) {
      this.#broken = brokenJournal(cause)
    }
  }
}

/** Opens for reading and writing at given places; `a` would ignore the place. */
async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return await open(path, 'wx+')
  }
}

function brokenJournal(cause: unknown): Error {
  return new Error('the journal cannot be written any more; restart the store once the disk is well', { cause })
}

function encodeLine(records: readonly JournalRecord[]): Buffer {
  const json = Buffer.from(`${JSON.stringify(records)}\n`)
  const sum = crc32(json.subarray(0, -1)).toString(16).padStart(8, '0')
  return Buffer.concat([Buffer.from(`${sum} `), json])
}

/** The changes in a line (without its end), or undefined when it is damaged. */
function decodeLine(line: Buffer): readonly JournalRecord[] | undefined {
  const json = line.subarray(9)
  if (line.toString('latin1', 0, 9) !== `${crc32(json).toString(16).padStart(8, '0')} `) return undefined
  return JSON.parse(json.toString()) as JournalRecord[]
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    offset += (await file.write(bytes, offset, bytes.length - offset, position + offset)).bytesWritten
  }
}

async function writeSnapshot(
  file: FileHandle,
  records: Iterable<JournalRecord>,
): Promise<{ bytes: number; records: number }> {
  const written = { bytes: 0, records: 0 }
  let batch: JournalRecord[] = []
  const flush = async (): Promise<void> => {
    const line = encodeLine(batch)
    await writeAll(file, line, written.bytes)
    written.bytes += line.length
    written.records += batch.length
    batch = []
  }
  for (const record of records) {
    batch.push(record)
    if (batch.length === SNAPSHOT_RECORDS_PER_LINE) await flush()
  }
  if (batch.length > 0) await flush()
  return written
}

async function replay(
  file: FileHandle,
  path: string,
  apply: (record: JournalRecord) => void,
): Promise<{ durableBytes: number; records: number }> {
  let durableBytes = 0
  let records = 0
  let damagedAt: number | undefined
  for await (const line of lines(file)) {
    const batch = decodeLine(line)
    if (batch === undefined) {
      damagedAt ??= durableBytes
      continue
    }
    if (damagedAt !== undefined) throw new Error(`${path}: damaged at byte ${damagedAt}, with intact changes after it`)
    for (const record of batch) apply(record)
    durableBytes += line.length + 1
    records += batch.length
  }
  return { durableBytes, records }
}

/** The complete lines of the file, without their ends. */
async function* lines(file: FileHandle): AsyncGenerator<Buffer, void> {
  const chunks: Buffer[] = []
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, position)
    if (bytesRead === 0) return
    position += bytesRead
    let start = 0
    for (let end = buffer.indexOf(NEWLINE); end >= 0 && end < bytesRead; end = buffer.indexOf(NEWLINE, start)) {
      chunks.push(buffer.subarray(start, end))
      yield Buffer.concat(chunks)
      chunks.length = 0
      start = end + 1
    }
    if (start < bytesRead) chunks.push(buffer.subarray(start, bytesRead))
  }
}
