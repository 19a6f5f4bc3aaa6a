import type { Call } from './call.ts'
import type { ContentWriter } from './content-writer.ts'
import { filesOf, type Piece } from './records.ts'

/**
 * Writes new content and commits it; whatever fails on the way, no trace of it remains and nothing else changed.
 * @param fill receives the bytes
 * @param commit makes the journal entry that names the pieces
 */
export async function storeContent<T>(
  call: Call,
  fill: (writer: ContentWriter) => Promise<T>,
  commit: (pieces: readonly Piece[], filled: T) => Promise<void>,
): Promise<T> {
  const { files } = call.engine
  const writer = files.newContent()
  try {
    const filled = await fill(writer)
    const pieces = await writer.finish()
    await discardUnless(call, pieces, () => commit(pieces, filled))
    return filled
  } catch (error) {
    await writer.abort()
    throw error
  }
}

/** Commits pieces that nothing refers to yet, and removes their files when that fails. */
export async function discardUnless(call: Call, pieces: readonly Piece[], commit: () => Promise<void>): Promise<void> {
  try {
    await commit()
  } catch (error) {
    call.engine.files.discard(filesOf(pieces))
    throw error
  }
}
