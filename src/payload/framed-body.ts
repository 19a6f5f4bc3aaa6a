import type { ChecksumAlgorithm } from '../codec/checksum.ts'
import { frameHead, frameTail } from '../codec/trailer-frame.ts'
import type { VerifiedBody } from './verified-body.ts'

/** What the framing says of a body. */
export interface TrailerFraming {
  readonly decodedLength: number
  /** The checksum that the client gave, and that the plan sends on as a trailer. */
  readonly algorithm: ChecksumAlgorithm
}

/**
 * A verified body in our own framing, for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`; its length is `framedLength` of the codec.
 * The closing chunk with the checksum follows only when all has been verified. An empty body is verified before one byte
 * comes out.
 */
export async function* framedBody(body: VerifiedBody, framing: TrailerFraming): AsyncGenerator<Buffer> {
  const { decodedLength, algorithm } = framing
  if (decodedLength > 0) yield Buffer.from(frameHead(decodedLength), 'latin1')
  yield* body
  const verified = body.report.checksum
  if (!body.report.complete || verified?.algorithm !== algorithm) throw new Error('the body was not verified')
  yield Buffer.from(frameTail(decodedLength, algorithm, verified.base64), 'latin1')
}
