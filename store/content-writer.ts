import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Piece } from './records.ts'

/** Objects up to this size lie in the journal itself: one synced write instead of three. */
const MAX_INLINE_BYTES = 1024
const WRITE_BYTES = 256 * 1024

/** Where the files of content lie. */
export interface ContentPlace {
  /** A name that no other file has. */
  newName(): string
  temporaryPath(name: string): string
  /** Gives a completely written temporary file its place, durably; closes it. */
  publish(name: string, file: FileHandle): Promise<void>
}

/**
 * Takes the bytes of one object or part. Small content stays in memory, larger content goes to a temporary file as it
 * comes. Nothing of it can be seen before {@link ContentWriter.finish} and a journal entry that names the pieces.
 */
export class ContentWriter {
  readonly #place: ContentPlace
  readonly #name: string
  #file: FileHandle | undefined
  #pending: Buffer[] = []
  #pendingBytes = 0
  #length = 0
  #done = false

  constructor(place: ContentPlace) {
    this.#place = place
    this.#name = place.newName()
  }

  async write(chunk: Buffer): Promise<void> {
    this.#pending.push(chunk)
    this.#pendingBytes += chunk.length
    this.#length += chunk.length
    if (this.#pendingBytes >= WRITE_BYTES) await this.#flush()
  }

  /** Makes the content durable and gives the pieces to journal. */
  async finish(): Promise<readonly Piece[]> {
    this.#done = true
    if (this.#length === 0) return []
    if (this.#file === undefined && this.#length <= MAX_INLINE_BYTES) {
      return [{ inline: Buffer.concat(this.#pending).toString('base64'), length: this.#length }]
    }
    const file = await this.#flush()
    await this.#place.publish(this.#name, file)
    return [{ file: this.#name, offset: 0, length: this.#length }]
  }

  /** Removes what was written, unless it was finished. Safe to call at any time, more than once. */
  async abort(): Promise<void> {
    if (this.#done) return
    this.#done = true
    await this.#file?.close()
    if (this.#file !== undefined) await rm(this.#place.temporaryPath(this.#name), { force: true })
  }

  async #flush(): Promise<FileHandle> {
    this.#file ??= await open(this.#place.temporaryPath(this.#name), 'wx')
    let buffers = this.#pending
    this.#pending = []
    let left = this.#pendingBytes
    this.#pendingBytes = 0
    while (left > 0) {
      const { bytesWritten } = await this.#file.writev(buffers)
      left -= bytesWritten
      if (left > 0) buffers = [Buffer.concat(buffers).subarray(bytesWritten)]
    }
    return this.#file
  }
}
