import { HoldBack } from '../codec/hold-back.ts'
import { ChunkedReader } from './chunked-reader.ts'
import { BodyDigests } from './digests.ts'
import type { BodyChecks, BodyDecoder, KnownChecksum } from './payload-plan.ts'
import { incompleteBody } from './refusals.ts'

/** What of a plan says how a body is verified. */
export interface Verification {
  readonly decoder: BodyDecoder
  readonly checks: BodyChecks
  /** Bytes without framing; undefined when any number will do. */
  readonly decodedLength: number | undefined
}

/**
 * Verifies a body as it arrives: framing, chunk and trailer signatures, SHA-256, MD5, checksum, length. The end of the data
 * stays here until all of it has been verified, so what has come out before never looks complete. Nothing is copied; what
 * comes out are views into what went in.
 */
export class BodyVerifier {
  readonly #decodedLength: number | undefined
  readonly #reader: ChunkedReader | undefined
  readonly #digests: BodyDigests
  readonly #holdBack = new HoldBack()
  #wireBytes = 0
  #decodedBytes = 0
  #checksum: KnownChecksum | undefined
  #complete = false

  constructor({ decoder, checks, decodedLength }: Verification) {
    this.#decodedLength = decodedLength
    this.#digests = new BodyDigests(checks)
    this.#reader =
      decoder.kind === 'plain'
        ? undefined
        : new ChunkedReader({ ...decoder, declared: checks.trailer, decodedLength: decodedLength ?? 0 })
  }

  /** Bytes taken in, framing included. */
  get wireBytes(): number {
    return this.#wireBytes
  }

  /** Bytes of data found so far. */
  get decodedBytes(): number {
    return this.#decodedBytes
  }

  /** The client's checksum of the data, once it has been verified; undefined if it gave none. */
  get checksum(): KnownChecksum | undefined {
    return this.#checksum
  }

  /** Whether all has been verified. */
  get complete(): boolean {
    return this.#complete
  }

  /** Takes the next piece and gives what may go on. Throws the S3Error of what is wrong; the verifier is spent then. */
  push(bytes: Buffer): readonly Buffer[] {
    this.#wireBytes += bytes.length
    const released: Buffer[] = []
    if (this.#reader === undefined) this.#takeData(bytes, released)
    else for (const slice of this.#reader.push(bytes)) this.#takeData(slice, released)
    return released
  }

  /** Ends the body. Gives what was held back, undefined if the data is empty. Throws the S3Error of what is wrong. */
  finish(): Buffer | undefined {
    const trailer = this.#reader?.finish()
    if (this.#decodedLength !== undefined && this.#decodedBytes !== this.#decodedLength) {
      throw incompleteBody('the body is shorter than announced')
    }
    this.#checksum = this.#digests.verify(trailer)
    this.#complete = true
    return this.#holdBack.release()
  }

  #takeData(slice: Buffer, released: Buffer[]): void {
    this.#decodedBytes += slice.length
    if (this.#decodedLength !== undefined && this.#decodedBytes > this.#decodedLength) {
      throw incompleteBody('the body is longer than announced')
    }
    this.#digests.update(slice)
    const before = this.#holdBack.push(slice)
    if (before !== undefined) released.push(before)
  }
}
