/**
 * What a refused request may have made the backend see: reads that decide what the client is told, and nothing else.
 * Every other refusal leaves the backend alone, or cuts an upload short. This list is the only place for exceptions.
 */
export const ALLOWED_BACKEND_READS = {
  'the list of buckets, of which the caller may see none': /^GET \/$/,
  'whether the bucket to be created exists': /^HEAD \/[a-z0-9.-]+$/,
  'whether the bucket whose location is asked for exists': /^HEAD \/[a-z0-9.-]+$/,
  'whether the bucket whose CORS rules are asked for exists': /^HEAD \/[a-z0-9.-]+$/,
  'whether the bucket whose setting is asked for or set exists': /^HEAD \/[a-z0-9.-]+$/,
  'whether the source of a copy has tags that would be copied': /^HEAD \/[a-z0-9.-]+\/.+$/,
  'the sizes of the parts, which a promised object size is held against':
    /^GET \/[^?]+\?part-number-marker=\d+&uploadId=/,
  'the object itself, whose absence the caller may not learn of': /^(?:GET|HEAD) \/[a-z0-9.-]+\/.+$/,
} as const

export type AllowedBackendRead = keyof typeof ALLOWED_BACKEND_READS
