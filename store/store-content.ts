import type { Call } from './call.ts'
import type { ContentWriter } from './content-writer.ts'
import { filesOf, type Piece } from './records.ts'

/**
 * Writes new content and commits it; whatever fails on the way, no trace of it remains and nothing else changed.
 * @param fill receives the bytes
 * @param commit makes the journal entry that names the pieces
 * @returns what `commit` gives
 */
export async function storeContent<T, R>(
  call: Call,
  fill: (writer: ContentWriter) => Promise<T>,
  commit: (pieces: readonly Piece[], filled: T) => Promise<R>,
): Promise<R> {
  const { files } = call.engine
  const writer = files.newContent()
  try {
    const filled = await fill(writer)
    const pieces = await writer.finish()
    return await discardUnless(call, pieces, () => commit(pieces, filled))
  } catch (error) {
    await writer.abort()
    throw error
  }
}

/** Commits pieces that nothing refers to yet, and removes their files when that fails. */
export async function discardUnless<R>(call: Call, pieces: readonly Piece[], commit: () => Promise<R>): Promise<R> {
  try {
    return await commit()
  } catch (error) {
    call.engine.files.discard(filesOf(pieces))
    throw error
  }
}
