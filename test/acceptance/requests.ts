import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { AcceptanceCase, Sent } from './acceptance-case.ts'

// Requests and values that many operations' cases need.

export const MIB = 1024 * 1024

/** The smallest part that may be followed by another. */
export const FULL_PART = Buffer.alloc(5 * MIB, 'part of an object. ')

/** base64, as in Content-MD5. */
export function md5(body: string | Buffer): string {
  return createHash('md5').update(body).digest('base64')
}

/** base64, as in x-amz-checksum-sha256. */
export function sha256(body: string | Buffer): string {
  return createHash('sha256').update(body).digest('base64')
}

/** base64, as in x-amz-checksum-crc32. */
export function crc32Of(body: string | Buffer): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(body))
  return bytes.toString('base64')
}

type More = Omit<Sent, 'method' | 'key' | 'body'>

export function put(key: string, body: string | Buffer, more: More = {}): Sent {
  return { method: 'PUT', key, body, ...more }
}

export function get(key: string, more: More = {}): Sent {
  return { method: 'GET', key, ...more }
}

export function list(query = 'list-type=2'): Sent {
  return { method: 'GET', query }
}

/** Begins an upload whose id is `{upload}`. */
export function begin(key: string, more: More = {}): Sent {
  return { method: 'POST', key, query: 'uploads', keep: { upload: 'UploadId' }, ...more }
}

/** Uploads a part, whose ETag becomes `{etagN}`. */
export function part(key: string, number: number, body: string | Buffer): Sent {
  const query = `partNumber=${number}&uploadId={upload}`
  return { method: 'PUT', key, query, body, keep: { [`etag${number}`]: 'header etag' } }
}

/** The body that completes an upload of these parts. */
export function completion(...numbers: readonly number[]): string {
  const parts = numbers.map((number) => `<Part><PartNumber>${number}</PartNumber><ETag>{etag${number}}</ETag></Part>`)
  return `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
}

export function complete(key: string, ...numbers: readonly number[]): Sent {
  return { method: 'POST', key, query: 'uploadId={upload}', body: completion(...numbers) }
}

export function enableVersioning(status: 'Enabled' | 'Suspended'): Sent {
  const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
  return { method: 'PUT', query: 'versioning', headers: { 'content-md5': '{md5}' }, body }
}

export function tagging(...tags: readonly (readonly [key: string, value: string])[]): string {
  const items = tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`)
  return `<Tagging><TagSet>${items.join('')}</TagSet></Tagging>`
}

/** An ID of an upload that no backend made. */
export const UNKNOWN_UPLOAD = '2~0123456789abcdefghijklmnopqrstu'

/** The case of a bucket that is not there. */
export function missingBucket(send: Sent, more: Partial<AcceptanceCase> = {}): AcceptanceCase {
  return { name: 'a bucket that is not there', kind: 'bad', bucket: 'absent', send, after: [], ...more }
}

/** The case of an object that is not there. */
export function missingKey(send: Sent, more: Partial<AcceptanceCase> = {}): AcceptanceCase {
  return { name: 'a key that is not there', kind: 'bad', send, after: [], ...more }
}
