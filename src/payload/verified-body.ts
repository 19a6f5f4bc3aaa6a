import { BodyVerifier, type Verification } from './body-verifier.ts'
import type { KnownChecksum } from './payload-plan.ts'

/** What is known of a body while and after it passes. */
export interface BodyReport {
  /** Bytes that the client sent, framing included. */
  readonly wireBytes: number
  /** Bytes of data found so far. */
  readonly decodedBytes: number
  /** The client's checksum of the data, once verified; undefined if it gave none. To be echoed in the answer. */
  readonly checksum: KnownChecksum | undefined
  /** Whether all has been verified. */
  readonly complete: boolean
}

/** Decoded data, and what is known of it. Can be walked once. */
export interface VerifiedBody extends AsyncIterable<Buffer> {
  readonly report: BodyReport
}

/**
 * The body as a backend may see it: decoded, and verified while it passes. The last slice comes out after everything has
 * been verified, and an empty body ends only then. Throws the S3Error of what is wrong: SignatureDoesNotMatch,
 * XAmzContentSHA256Mismatch, BadDigest, IncompleteBody, InvalidChunkSizeError, MalformedTrailerError, InvalidRequest.
 * Errors of the source pass as they are. The source's iterator is closed on every way out, so it must be one that leaves
 * the connection open then, as `Exchange.body()` does: the client is still to be answered.
 */
export function verifiedBody(source: AsyncIterable<Buffer>, plan: Verification): VerifiedBody {
  const report = new BodyVerifier(plan)
  const slices = verify(source, report)
  return { report, [Symbol.asyncIterator]: () => slices }
}

async function* verify(source: AsyncIterable<Buffer>, verifier: BodyVerifier): AsyncGenerator<Buffer> {
  for await (const bytes of source) {
    for (const slice of verifier.push(bytes)) yield slice
  }
  const end = verifier.finish()
  if (end !== undefined) yield end
}
