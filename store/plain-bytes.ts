import { AwsChunkedDecoder, type AwsChunkedEvent, type AwsChunkedFailure } from '../src/codec/aws-chunked.ts'
import { S3Error } from '../src/s3/errors.ts'
import { ChunkSignatures } from '../src/sigv4/chunk-signatures.ts'
import type { SeedSignature } from '../src/sigv4/seed-signature.ts'

/** Trailers of an aws-chunked body by lower-case name, filled as they come. */
export type Trailers = Map<string, string>

/**
 * The object's bytes out of an aws-chunked body, as they come: they are not to be trusted before the end was reached.
 * @throws S3Error when framing, a chunk's signature or the trailer's signature is wrong.
 */
export async function* unchunked(
  source: AsyncIterable<Buffer>,
  seed: SeedSignature,
  decodedLength: number,
  trailers: Trailers,
): AsyncGenerator<Buffer, void> {
  if (seed.payloadHash.kind !== 'streaming') throw new Error('the body is not aws-chunked')
  const { signed, trailer } = seed.payloadHash
  const decoder = new AwsChunkedDecoder({ signed, trailer, decodedLength })
  const verifier = new EventVerifier(signed ? new ChunkSignatures(seed) : undefined, trailers)
  for await (const piece of source) {
    for (const event of decoder.push(piece)) {
      verifier.verify(event)
      if (event.kind === 'data') yield event.bytes
    }
  }
  const failure = decoder.finish()
  if (failure !== undefined) throw framingError(failure)
}

/** Checks the signatures among the decoder's events and collects the trailers. */
class EventVerifier {
  readonly #signatures: ChunkSignatures | undefined
  readonly #trailers: Trailers
  #signature = ''

  constructor(signatures: ChunkSignatures | undefined, trailers: Trailers) {
    this.#signatures = signatures
    this.#trailers = trailers
  }

  verify(event: AwsChunkedEvent): void {
    switch (event.kind) {
      case 'chunk':
        this.#signature = event.signature
        return
      case 'data':
        this.#signatures?.update(event.bytes)
        return
      case 'chunk-end':
        this.#endChunk(this.#signature)
        return
      case 'last-chunk':
        this.#endChunk(event.signature)
        return
      case 'trailer':
        this.#addTrailer(event.name, event.value)
        return
      case 'trailer-signature':
        this.#require(this.#signatures?.verifyTrailers([...this.#trailers], event.signature))
        return
      case 'failure':
        throw framingError(event.failure)
      case 'end':
        return
    }
  }

  #endChunk(signature: string): void {
    this.#require(this.#signatures?.verifyChunk(signature))
  }

  #addTrailer(name: string, value: string): void {
    if (this.#trailers.has(name)) throw new S3Error('MalformedTrailerError')
    this.#trailers.set(name, value)
  }

  /** Undefined where chunks are not signed. */
  #require(isGenuine: boolean | undefined): void {
    if (isGenuine === false) throw new S3Error('SignatureDoesNotMatch')
  }
}

function framingError(failure: AwsChunkedFailure): S3Error {
  switch (failure.kind) {
    case 'incomplete':
    case 'framing':
      return new S3Error('IncompleteBody', { detail: failure.detail })
    case 'trailer':
      return new S3Error('MalformedTrailerError', { detail: failure.detail })
    case 'chunk-too-small':
      return new S3Error('InvalidChunkSizeError', {
        extras: [
          ['Chunk', String(failure.chunk)],
          ['BadChunkSize', String(failure.size)],
        ],
      })
  }
}
