/**
 * What backends do differently from S3, by name: the embedded store can imitate each of them, so that one meets them
 * without having such a backend.
 */
const BACKEND_QUIRKS = {
  'no-trailers': 'Refuses bodies with a trailer: 400 XAmzContentSHA256Mismatch, as Ceph 16.',
  'needs-content-length': 'Refuses uploads without Content-Length: 411 MissingContentLength.',
  'needs-content-md5':
    'Refuses multi-object deletes and other documents that need it without Content-MD5, as MinIO once did.',
  'ignores-checksums': 'Neither verifies nor keeps x-amz-checksum-*, as Ceph before 19.',
  'refuses-checksums': 'Refuses requests with x-amz-checksum-* or x-amz-sdk-checksum-algorithm: 501, as R2 and B2.',
  'refuses-dot-segments': 'Refuses keys with a segment "." or "..": 400 XMinioInvalidResourceName, as MinIO.',
  'empty-messages': 'Leaves the message of every error empty, as Ceph.',
  'html-errors': 'Writes errors of status 500 and above as HTML, as a load balancer does.',
  'always-busy': 'Answers every request whose signature is right with 503 SlowDown.',
  'late-errors': 'Answers 200 with an <Error> where CompleteMultipartUpload, CopyObject or UploadPartCopy fails.',
  'keep-alive-blanks': 'Answers those three 200 at once, and sends blanks until the result or the <Error> is there.',
} as const

/** The name of a quirk. */
export type BackendQuirk = keyof typeof BACKEND_QUIRKS

/** The names, in the order of the table. */
export const BACKEND_QUIRK_NAMES = Object.keys(BACKEND_QUIRKS) as BackendQuirk[]
