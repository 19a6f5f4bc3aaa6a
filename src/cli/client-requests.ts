import { canonicalBlocks } from './canonical-blocks.ts'
import type { ClientRequest } from './client-request.ts'
import { debugLines, unfolded } from './debug-text.ts'
import { requestHeads } from './request-heads.ts'

/**
 * The requests that a client's debug output tells of, in its order. Canonical requests are what was signed, so that heads
 * count only where there are none.
 */
export function clientRequests(file: Buffer): readonly ClientRequest[] {
  const plain = debugLines(file).map((text, index) => ({ text, line: index + 1 }))
  const blocks = canonicalBlocks(plain)
  if (blocks.length > 0) return blocks
  const folded = unfolded(plain.map(({ text }) => text))
  const foldedBlocks = canonicalBlocks(folded)
  if (foldedBlocks.length > 0) return foldedBlocks
  const heads = requestHeads(plain)
  return heads.length > 0 ? heads : requestHeads(folded)
}
