import { S3Error } from '../s3/errors.ts'
import type { Verification } from './body-verifier.ts'
import { verifiedBody } from './verified-body.ts'

const FIRST_ALLOCATION_BYTES = 16 * 1024

/**
 * Reads a document of at most `maxBytes` into memory, verified like any body. Refuses what is announced larger before it
 * reads, and what grows larger as soon as it does: MaxMessageLengthExceeded. Throws what {@link verifiedBody} throws.
 */
export async function readBoundedBody(
  source: AsyncIterable<Buffer>,
  plan: Verification,
  maxBytes: number,
): Promise<Buffer> {
  const announced = plan.decodedLength
  if (announced !== undefined && announced > maxBytes) throw tooLong(maxBytes)
  // Slices are copied, not collected: each may keep a whole read buffer alive, however short it is.
  // What is announced is not allocated before it comes.
  let document: Buffer = Buffer.allocUnsafe(Math.min(announced ?? maxBytes, FIRST_ALLOCATION_BYTES))
  let length = 0
  for await (const slice of verifiedBody(source, plan)) {
    const needed = length + slice.length
    if (needed > maxBytes) throw tooLong(maxBytes)
    if (needed > document.length) document = grown(document.subarray(0, length), needed, maxBytes)
    slice.copy(document, length)
    length = needed
  }
  return document.subarray(0, length)
}

function grown(document: Buffer, needed: number, maxBytes: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(Math.max(needed, document.length * 2), maxBytes))
  document.copy(larger)
  return larger
}

function tooLong(maxBytes: number): S3Error {
  return new S3Error('MaxMessageLengthExceeded', { extras: [['MaxMessageLengthBytes', String(maxBytes)]] })
}
