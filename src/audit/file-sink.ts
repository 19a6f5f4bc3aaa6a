import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { printableJson } from '../http/printable-json.ts'
import type { AuditEvent } from './event.ts'
import type { AuditSink } from './sink.ts'

/** A file sink, with what had to be repaired when it was opened. */
export interface OpenedFileSink {
  readonly sink: AuditSink
  /** Length of an incomplete last line that an earlier process left behind and that was cut off. */
  readonly cutBytes: number
}

interface Waiting {
  readonly line: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const SCAN_BYTES = 65_536
/** So many characters go into one write at most; the rest goes into the next. */
const MAX_BATCH_CHARACTERS = 1_048_576

/** Opens (or creates, mode 0600) a file that events are appended to, one JSON object a line. */
export async function openFileSink(path: string): Promise<OpenedFileSink> {
  await makeFolder(dirname(path))
  // Reading is for the repair; every write goes to the end, whatever else has the file open.
  const handle = await open(path, 'a+', 0o600)
  try {
    const cutBytes = await cutIncompleteLine(handle)
    return { sink: new FileSink(handle), cutBytes }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Makes a folder and those above it. Node's own `recursive` goes round in circles where the system makes none (`/proc`). */
async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return
  if (path !== dirname(path)) await makeFolder(dirname(path))
  await mkdir(path).catch(async (error: unknown) => {
    // Another process may have been faster.
    if (!(await isFolder(path))) throw error
  })
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ?? false
}

/**
 * Appends events. Those that come while a write is under way go out together with the next one, so that many requests
 * share one system call. A finished write survives the end of this process, however it ends.
 */
class FileSink implements AuditSink {
  readonly #handle: FileHandle
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #inBatch = 0
  #isClosed = false
  /** After a failed write part of a line may stand in the file: the next one begins on a line of its own. */
  #isLineOpen = false

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  get pending(): number {
    return this.#waiting.length + this.#inBatch
  }

  write(event: AuditEvent): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('the audit file is closed'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: `${printableJson(JSON.stringify(event))}\n`, resolve, reject })
      this.#writing ??= this.#writeAll()
    })
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#writing
    await this.#handle.close()
  }

  async #writeAll(): Promise<void> {
    // Events of the same turn of the event loop share the first write too.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#writeBatch(this.#takeBatch())
    this.#writing = undefined
  }

  #takeBatch(): Waiting[] {
    let characters = 0
    let count = 0
    for (const { line } of this.#waiting) {
      if (count > 0 && characters + line.length > MAX_BATCH_CHARACTERS) break
      characters += line.length
      count += 1
    }
    return this.#waiting.splice(0, count)
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    this.#inBatch = batch.length
    const text = batch.map(({ line }) => line).join('')
    try {
      await this.#append(Buffer.from(this.#isLineOpen ? `\n${text}` : text))
      this.#isLineOpen = false
      for (const { resolve } of batch) resolve()
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      this.#inBatch = 0
    }
  }

  async #append(bytes: Buffer): Promise<void> {
    let offset = 0
    while (offset < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, offset, bytes.length - offset)
      offset += bytesWritten
      this.#isLineOpen = true
    }
  }
}

async function cutIncompleteLine(handle: FileHandle): Promise<number> {
  const status = await handle.stat()
  if (!status.isFile() || status.size === 0) return 0
  const end = await endOfLastLine(handle, status.size)
  if (end < status.size) await handle.truncate(end)
  return status.size - end
}

async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(Math.min(SCAN_BYTES, size))
  for (let end = size; end > 0; end -= block.length) {
    const start = Math.max(0, end - block.length)
    const { bytesRead } = await handle.read(block, 0, end - start, start)
    const lineFeed = block.subarray(0, bytesRead).lastIndexOf(0x0a)
    if (lineFeed >= 0) return start + lineFeed + 1
  }
  return 0
}
