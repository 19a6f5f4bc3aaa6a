import type { ChecksumAlgorithm } from '../codec/checksum.ts'
import type { SeedSignature } from '../sigv4/seed-signature.ts'

/** A checksum and its value as base64. */
export interface KnownChecksum {
  readonly algorithm: ChecksumAlgorithm
  readonly base64: string
}

/** How the object's bytes are found in what the client sends. */
export type BodyDecoder =
  | { readonly kind: 'plain' }
  /** `seed` is what the chunk signatures chain from; undefined where chunks carry none. */
  | { readonly kind: 'aws-chunked'; readonly seed: SeedSignature | undefined; readonly trailer: boolean }

/** What the decoded bytes are held against. Absent is what the client did not claim. */
export interface BodyChecks {
  /** 64 lower-case hex digits. */
  readonly sha256: string | undefined
  /** Content-MD5, base64. */
  readonly md5: string | undefined
  /** The checksum of a header. */
  readonly checksum: KnownChecksum | undefined
  /** The checksum whose value will come as a trailer. */
  readonly trailer: ChecksumAlgorithm | undefined
}

/** A checksum that leaves with the body. As a header its value is known; as a trailer it is known when all is verified. */
export type OutgoingChecksum =
  | ({ readonly as: 'header' } & KnownChecksum)
  | { readonly as: 'trailer'; readonly algorithm: ChecksumAlgorithm }

/** How the body leaves when it is sent on as it is, not written anew. */
export interface OutgoingBody {
  /** For `x-amz-content-sha256`. */
  readonly payloadHash: string
  /** The client's checksum, where the backend stores it. */
  readonly checksum: OutgoingChecksum | undefined
  /** Bytes on the wire with the framing, if any; undefined when that is known only after reading. */
  readonly contentLength: number | undefined
}

interface AnyPlan {
  readonly decoder: BodyDecoder
  readonly checks: BodyChecks
  readonly outgoing: OutgoingBody
}

/**
 * How a request's body is read, verified and sent on. `decodedLength` counts the bytes of the object or document, without
 * framing; it is undefined only for a document that comes with HTTP chunking.
 */
export type PayloadPlan = NoPayload | ObjectPayload | DocumentPayload

/** The operation takes no body. */
export interface NoPayload extends AnyPlan {
  readonly body: 'none'
  readonly decodedLength: 0
}

/** Object data, of any size, to be streamed. */
export interface ObjectPayload extends AnyPlan {
  readonly body: 'stream'
  readonly decodedLength: number
}

/** A bounded document. */
export interface DocumentPayload extends AnyPlan {
  readonly body: 'xml'
  readonly decodedLength: number | undefined
}
