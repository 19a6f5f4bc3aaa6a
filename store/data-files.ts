import { randomBytes } from 'node:crypto'
import { copyFile, type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ContentPlace, ContentWriter } from './content-writer.ts'
import { type FsyncMode, syncDirectory } from './durability.ts'
import { filesOf, type Piece } from './records.ts'

const READ_BYTES = 256 * 1024
/** Filesystems without hard links answer with one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EMLINK', 'ENOSYS'])

interface Stretch {
  readonly piece: Piece
  /** Within the piece. */
  readonly from: number
  readonly to: number
}

/**
 * The files that hold object bytes: `data/XX/NAME`, where NAME is random and XX its first two letters. A file is written
 * once under `tmp/` and never changed after it got its name. Which object it belongs to, only the journal knows.
 */
export class DataFiles implements ContentPlace {
  readonly #root: string
  readonly #fsync: FsyncMode
  readonly #shards = new Set<string>()
  /** Files that a running answer still reads, by the number of readers. */
  readonly #pins = new Map<string, number>()
  /** Files to remove as soon as their last reader is done. */
  readonly #doomed = new Set<string>()

  private constructor(root: string, fsync: FsyncMode) {
    this.#root = root
    this.#fsync = fsync
  }

  /** Opens the folder and removes what a crash left behind: all temporary files, and data files that nothing refers to. */
  static async open(root: string, fsync: FsyncMode, referenced: ReadonlySet<string>): Promise<DataFiles> {
    const files = new DataFiles(root, fsync)
    await rm(join(root, 'tmp'), { recursive: true, force: true })
    await mkdir(join(root, 'tmp'), { recursive: true })
    await mkdir(join(root, 'data'), { recursive: true })
    await syncDirectory(root, fsync)
    for (const shard of await readdir(join(root, 'data'))) {
      files.#shards.add(shard)
      for (const name of await readdir(join(root, 'data', shard))) {
        if (!referenced.has(name)) await rm(join(root, 'data', shard, name))
      }
    }
    return files
  }

  newName(): string {
    return randomBytes(16).toString('hex')
  }

  temporaryPath(name: string): string {
    return join(this.#root, 'tmp', name)
  }

  newContent(): ContentWriter {
    return new ContentWriter(this)
  }

  /** Gives a completely written temporary file its place, durably; closes it. */
  async publish(name: string, file: FileHandle): Promise<void> {
    await this.#syncAndClose(file)
    await this.#placeFile(name, (path) => rename(this.temporaryPath(name), path))
  }

  /** The same bytes under files of their own: by hard link, else by copying. The source must be pinned. */
  async duplicate(pieces: readonly Piece[]): Promise<readonly Piece[]> {
    const names = new Map<string, string>()
    for (const file of new Set(filesOf(pieces))) {
      const name = this.newName()
      await this.#placeFile(name, (path) => this.#linkOrCopy(file, path))
      names.set(file, name)
    }
    return pieces.map((piece) => ('file' in piece ? { ...piece, file: names.get(piece.file) ?? piece.file } : piece))
  }

  /** Keeps the files of these pieces until the returned function is called, even when the object is replaced or deleted. */
  pin(pieces: readonly Piece[]): () => void {
    const names = filesOf(pieces)
    for (const name of names) this.#pins.set(name, (this.#pins.get(name) ?? 0) + 1)
    return () => {
      for (const name of names.splice(0)) this.#unpin(name)
    }
  }

  /** Removes files that nothing refers to any more: at once, or after their last reader. Failures are left to the next start. */
  discard(names: Iterable<string>): void {
    for (const name of names) {
      if (this.#pins.has(name)) this.#doomed.add(name)
      else rm(this.#path(name), { force: true }).catch(() => undefined)
    }
  }

  /** The bytes `start` (inclusive) to `end` (exclusive) of the pieces taken as one. The pieces must be pinned. */
  async *read(pieces: readonly Piece[], start: number, end: number): AsyncGenerator<Buffer, void> {
    for (const { piece, from, to } of stretches(pieces, start, end)) {
      if ('inline' in piece) yield Buffer.from(piece.inline, 'base64').subarray(from, to)
      else yield* this.#readFile(piece.file, piece.offset + from, piece.offset + to)
    }
  }

  /** Looks whether {@link read} will find its bytes. @throws Error when a file is missing or too short. */
  async check(pieces: readonly Piece[], start: number, end: number): Promise<void> {
    for (const { piece, to } of stretches(pieces, start, end)) {
      if ('inline' in piece) continue
      const { size } = await stat(this.#path(piece.file))
      if (size < piece.offset + to) throw shorterThanJournal(piece.file)
    }
  }

  async *#readFile(name: string, start: number, end: number): AsyncGenerator<Buffer, void> {
    const file = await open(this.#path(name), 'r')
    try {
      for (let position = start; position < end; ) {
        const wanted = Math.min(READ_BYTES, end - position)
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, position)
        if (bytesRead === 0) throw shorterThanJournal(name)
        position += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
  }

  async #placeFile(name: string, place: (path: string) => Promise<void>): Promise<void> {
    const shard = name.slice(0, 2)
    const folder = join(this.#root, 'data', shard)
    if (!this.#shards.has(shard)) {
      await mkdir(folder, { recursive: true })
      await syncDirectory(join(this.#root, 'data'), this.#fsync)
      this.#shards.add(shard)
    }
    await place(this.#path(name))
    await syncDirectory(folder, this.#fsync)
  }

  async #linkOrCopy(name: string, path: string): Promise<void> {
    try {
      await link(this.#path(name), path)
    } catch (error) {
      if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      const temporary = this.newName()
      await copyFile(this.#path(name), this.temporaryPath(temporary))
      const file = await open(this.temporaryPath(temporary), 'r+')
      await this.#syncAndClose(file)
      await rename(this.temporaryPath(temporary), path)
    }
  }

  async #syncAndClose(file: FileHandle): Promise<void> {
    try {
      if (this.#fsync === 'always') await file.sync()
    } finally {
      await file.close()
    }
  }

  #path(name: string): string {
    return join(this.#root, 'data', name.slice(0, 2), name)
  }

  #unpin(name: string): void {
    const readers = (this.#pins.get(name) ?? 1) - 1
    if (readers > 0) {
      this.#pins.set(name, readers)
      return
    }
    this.#pins.delete(name)
    if (this.#doomed.delete(name)) this.discard([name])
  }
}

/** The pieces that hold bytes of the stretch, each with the part of it that belongs to the stretch. */
function* stretches(pieces: readonly Piece[], start: number, end: number): Generator<Stretch, void> {
  let pieceStart = 0
  for (const piece of pieces) {
    const from = Math.max(start - pieceStart, 0)
    const to = Math.min(end - pieceStart, piece.length)
    pieceStart += piece.length
    if (from < to) yield { piece, from, to }
  }
}

function shorterThanJournal(name: string): Error {
  return new Error(`data file ${name} is shorter than the journal says`)
}
