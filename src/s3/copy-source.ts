import { percentDecode } from '../http/target.ts'
import { uriEncode, uriEncodePath } from '../sigv4/uri-encode.ts'

/** The object that CopyObject or UploadPartCopy reads, decoded once. */
export interface CopySource {
  readonly bucket: string
  readonly key: string
  /** Never empty; undefined for the current version. */
  readonly versionId: string | undefined
}

const VERSION_MARK = '?versionId='

/**
 * Reads the value of `x-amz-copy-source`: `bucket/key` or `/bucket/key`, percent-encoded or not, the first slash
 * too, with an optional `?versionId=`. ARNs, keyless sources and what cannot be decoded give undefined.
 * @param value latin1 header text: characters above 0x7f stand for raw UTF-8 bytes
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export function parseCopySource(value: string): CopySource | undefined {
  const mark = value.indexOf('?')
  const path = percentDecode(mark < 0 ? value : value.slice(0, mark))
  if (path === undefined || path.startsWith('arn:')) return undefined
  let versionId: string | undefined
  if (mark >= 0) {
    if (!value.startsWith(VERSION_MARK, mark)) return undefined
    versionId = percentDecode(value.slice(mark + VERSION_MARK.length))
    if (versionId === undefined || versionId === '' || /[?&]/.test(versionId)) return undefined
  }
  const start = path.startsWith('/') ? 1 : 0
  const slash = path.indexOf('/', start)
  if (slash <= start || slash === path.length - 1) return undefined
  return { bucket: path.slice(start, slash), key: path.slice(slash + 1), versionId }
}

/** The one spelling in which a copy source leaves: `bucket/key[?versionId=…]`, strictly encoded, no leading slash. */
export function canonicalCopySource(source: CopySource): string {
  const path = `${uriEncode(source.bucket)}/${uriEncodePath(source.key)}`
  return source.versionId === undefined ? path : `${path}${VERSION_MARK}${uriEncode(source.versionId)}`
}
