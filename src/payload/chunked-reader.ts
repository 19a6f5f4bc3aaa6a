import { AwsChunkedDecoder, type AwsChunkedEvent } from '../codec/aws-chunked.ts'
import { type ChecksumAlgorithm, checksumHeader, parseChecksumValue } from '../codec/checksum.ts'
import { S3Error } from '../s3/errors.ts'
import { ChunkSignatures, type Trailer } from '../sigv4/chunk-signatures.ts'
import type { SeedSignature } from '../sigv4/seed-signature.ts'
import { framingRefusal, malformedTrailer } from './refusals.ts'

/** How a framed body is read. */
export interface ChunkedReading {
  /** What chunk signatures chain from; undefined where chunks carry none. */
  readonly seed: SeedSignature | undefined
  /** Whether the framing has room for trailers. */
  readonly trailer: boolean
  /** The one trailer that was announced. */
  readonly declared: ChecksumAlgorithm | undefined
  readonly decodedLength: number
}

/** Takes an aws-chunked body apart, checking the signatures of chunks and trailers and that the trailers are as announced. */
export class ChunkedReader {
  readonly #declared: ChecksumAlgorithm | undefined
  readonly #decoder: AwsChunkedDecoder
  readonly #signatures: ChunkSignatures | undefined
  readonly #trailers: Trailer[] = []
  #claimed = ''

  constructor({ seed, trailer, declared, decodedLength }: ChunkedReading) {
    this.#declared = declared
    this.#decoder = new AwsChunkedDecoder({ signed: seed !== undefined, trailer, decodedLength })
    this.#signatures = seed === undefined ? undefined : new ChunkSignatures(seed)
  }

  /** Takes the next piece of the body and gives the slices of data in it, not yet verified. Throws what makes them void. */
  push(bytes: Buffer): readonly Buffer[] {
    const data: Buffer[] = []
    for (const event of this.#decoder.push(bytes)) this.#take(event, data)
    return data
  }

  /** Ends the body, of which all data is verified now. Gives the announced trailer's value, undefined if none was. */
  finish(): string | undefined {
    const failure = this.#decoder.finish()
    if (failure !== undefined) throw framingRefusal(failure)
    const [trailer, second] = this.#trailers
    const declared = this.#declared
    if (trailer === undefined && declared === undefined) return undefined
    if (trailer === undefined || declared === undefined)
      throw malformedTrailer('a trailer without its announcement, or the reverse')
    const [name, value] = trailer
    if (second !== undefined || name !== checksumHeader(declared))
      throw malformedTrailer('other trailers than announced')
    if (parseChecksumValue(declared, value)?.kind !== 'whole') {
      throw new S3Error('InvalidRequest', { message: `The value of the trailer ${name} is not valid.` })
    }
    return value
  }

  #take(event: AwsChunkedEvent, data: Buffer[]): void {
    switch (event.kind) {
      case 'chunk':
        this.#claimed = event.signature
        return
      case 'data':
        this.#signatures?.update(event.bytes)
        data.push(event.bytes)
        return
      case 'chunk-end':
        return this.#endChunk(this.#claimed)
      case 'last-chunk':
        return this.#endChunk(event.signature)
      case 'trailer':
        this.#trailers.push([event.name, event.value])
        return
      case 'trailer-signature':
        if (this.#signatures?.verifyTrailers(this.#trailers, event.signature) === false) throw mismatch('the trailers')
        return
      case 'end':
        return
      case 'failure':
        throw framingRefusal(event.failure)
    }
  }

  #endChunk(signature: string): void {
    if (this.#signatures?.verifyChunk(signature) === false) throw mismatch('a chunk')
  }
}

function mismatch(what: string): S3Error {
  return new S3Error('SignatureDoesNotMatch', { detail: `the signature of ${what}` })
}
