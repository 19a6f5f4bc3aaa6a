import type { AwsChunkedFailure } from '../codec/aws-chunked.ts'
import { S3Error } from '../s3/errors.ts'

/** The body has another SHA-256 than the client signed. Both in hex. */
export function contentHashMismatch(claimed: string, computed: string): S3Error {
  const extras = [
    ['ClientComputedContentSHA256', claimed],
    ['S3ComputedContentSHA256', computed],
  ] as const
  return new S3Error('XAmzContentSHA256Mismatch', { extras })
}

/** The body has another checksum or MD5 than the client said. Both in base64; `what` is the algorithm, for the message. */
export function badDigest(what: string, claimed: string, computed: string): S3Error {
  const extras = [
    ['ExpectedDigest', claimed],
    ['CalculatedDigest', computed],
  ] as const
  return new S3Error('BadDigest', {
    message: `The ${what.toUpperCase()} that was given does not match the body.`,
    extras,
  })
}

/** The body is shorter or longer than announced, or its framing is garbled. */
export function incompleteBody(detail: string): S3Error {
  return new S3Error('IncompleteBody', { detail })
}

/** The trailers are not those that were announced, or cannot be read. */
export function malformedTrailer(detail: string): S3Error {
  return new S3Error('MalformedTrailerError', { detail })
}

/** What the client is told of framing that cannot be decoded. */
export function framingRefusal(failure: AwsChunkedFailure): S3Error {
  switch (failure.kind) {
    case 'incomplete':
    case 'framing':
      return incompleteBody(failure.detail)
    case 'trailer':
      return malformedTrailer(failure.detail)
    case 'chunk-too-small': {
      const extras = [
        ['Chunk', String(failure.chunk)],
        ['BadChunkSize', String(failure.size)],
      ] as const
      return new S3Error('InvalidChunkSizeError', { extras })
    }
  }
}
