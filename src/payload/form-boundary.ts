import { S3Error } from '../s3/errors.ts'

/** RFC 2046 §5.1.1: what a boundary is made of; a blank may not end it. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/

/**
 * The boundary that a form's parts are separated by.
 * @param contentType value of the header; its type is `multipart/form-data`
 * @throws S3Error MalformedPOSTRequest when there is none, or more than one
 */
export function formBoundary(contentType: string): string {
  const given = contentType
    .split(';')
    .slice(1)
    .map((part) => part.trim())
    .filter((part) => /^boundary\s*=/i.test(part))
  const text = given[0]?.slice(given[0].indexOf('=') + 1).trim() ?? ''
  const boundary = text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text
  if (given.length === 1 && BOUNDARY.test(boundary)) return boundary
  throw new S3Error('MalformedPOSTRequest', { message: 'The Content-Type of the form names no boundary.' })
}
