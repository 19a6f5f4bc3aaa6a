import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { uriEncodePath } from '../src/sigv4/uri-encode.ts'

const MAX_PAGE = 1000

/** How many things a page may hold: the parameter, at most and by default 1000. @throws S3Error InvalidArgument */
export function pageLimit(request: S3Request, name: 'max-keys' | 'max-uploads' | 'max-parts' | 'max-buckets'): number {
  const text = request.param(name)
  if (text === undefined || text === '') return MAX_PAGE
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0x7fffffff) {
    throw new S3Error('InvalidArgument', {
      message: `${name} must be an integer between 0 and 2147483647.`,
      extras: [
        ['ArgumentName', name],
        ['ArgumentValue', text],
      ],
    })
  }
  return Math.min(Number(text), MAX_PAGE)
}

/** How keys are written in a listing: as they are, or percent-encoded. @throws S3Error InvalidArgument */
export function keyEncoder(request: S3Request): (text: string) => string {
  const type = request.param('encoding-type')
  if (type === undefined || type === '') return (text) => text
  if (type.toLowerCase() === 'url') return uriEncodePath
  throw new S3Error('InvalidArgument', {
    message: 'The encoding-type must be url.',
    extras: [
      ['ArgumentName', 'encoding-type'],
      ['ArgumentValue', type],
    ],
  })
}

/** Hides a marker, so that nobody comes to rely on what it looks like. */
export function encodeToken(marker: string): string {
  return Buffer.from(marker).toString('base64url')
}

/** The marker in a continuation token. @throws S3Error InvalidArgument */
export function decodeToken(token: string): string {
  const marker = Buffer.from(token, 'base64url').toString()
  if (marker === '' || encodeToken(marker) !== token) {
    throw new S3Error('InvalidArgument', {
      message: 'The continuation token provided is incorrect.',
      extras: [['ArgumentName', 'continuation-token']],
    })
  }
  return marker
}
