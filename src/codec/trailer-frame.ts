import { type ChecksumAlgorithm, checksumHeader, digestTextLength } from './checksum.ts'

/*
 * How the proxy itself frames a body that leaves with its checksum as a trailer: one unsigned chunk with all the data,
 * the last chunk, the trailer.
 * See https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */

/** What stands before the data. Nothing when there is none, for a chunk of size 0 is the last one. */
export function frameHead(decodedLength: number): string {
  return decodedLength === 0 ? '' : `${decodedLength.toString(16)}\r\n`
}

/** What stands after the data; with it the body is complete. `base64` is the checksum of the data. */
export function frameTail(decodedLength: number, algorithm: ChecksumAlgorithm, base64: string): string {
  return `${decodedLength === 0 ? '' : '\r\n'}0\r\n${checksumHeader(algorithm)}:${base64}\r\n\r\n`
}

/** Bytes of the framed body, which are known before its checksum is. */
export function framedLength(decodedLength: number, algorithm: ChecksumAlgorithm): number {
  const tail = frameTail(decodedLength, algorithm, '').length + digestTextLength(algorithm)
  return frameHead(decodedLength).length + decodedLength + tail
}
