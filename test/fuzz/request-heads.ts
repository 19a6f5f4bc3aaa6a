import { readFileSync } from 'node:fs'
import { S3_OPERATIONS } from '../../src/s3/operations.ts'
import type { RawRequest } from '../../src/s3/request.ts'
import { wordsOf } from './mutate.ts'

// Request heads as one text, a part on each line: method, target, HTTP version, forwarded host, then the header lines.

/** A request of a real client. */
export interface Capture {
  readonly auth: 'header-v4' | 'presigned-v4' | 'header-v2'
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export const CAPTURES: readonly Capture[] = readFileSync(new URL('../fixtures/captures.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => JSON.parse(line) as Capture)

const NONE = '-'

/** A head as a text. */
export function headText({ method, target, headers }: Omit<Capture, 'auth'>, forwardedHost = NONE): string {
  const lines = headers.map(([name, value]) => `${name}: ${value.trim()}`)
  return Buffer.from([method, target, '1.1', forwardedHost, ...lines].join('\n'), 'utf8').toString('latin1')
}

/** The head as the HTTP server hands it over: values without the blanks around them, a line without colon as a bare name. */
export function rawOf(text: string): RawRequest {
  const [method = '', url = '', httpVersion = '', forwarded = NONE, ...lines] = text.split('\n')
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(':')
    return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
  })
  return { method, url, httpVersion, rawHeaders, forwardedHost: forwarded === NONE ? undefined : forwarded }
}

/** One bare head for each row of the table, path-style and virtual-hosted. */
export const ROW_HEADS: readonly string[] = S3_OPERATIONS.flatMap(({ method, level, selector, requestHeaders }) => {
  const { subresource, demands } = selector
  const query = [
    ...(subresource === undefined ? [] : [subresource === 'uploadId' ? 'uploadId=u1' : subresource]),
    ...[...demands].map(([name, value]) => `${name}=${value ?? '1'}`),
  ].join('&')
  const ask = query === '' ? '' : `?${query}`
  const source =
    selector.copySource === 'present' ? [['x-amz-copy-source', '/src-bkt/a%20b/c?versionId=v1'] as const] : []
  const own = requestHeaders.slice(0, 3).map((name) => [name, 'x'] as const)
  const headers = [...source, ...own.filter(([name]) => name !== 'x-amz-copy-source')]
  const path = level === 'service' ? '/' : level === 'bucket' ? '/a-bkt' : '/a-bkt/dir/k%C3%A9y'
  const hosted = level === 'object' ? '/dir/k%C3%A9y' : '/'
  return [
    headText({ method, target: path + ask, headers: [['Host', 'proxy:9000'], ...headers] }),
    ...(level === 'service'
      ? []
      : [headText({ method, target: hosted + ask, headers: [['Host', 'a-bkt.s3.local'], ...headers] })]),
  ]
})

/** What is put into heads at random. */
export const HEAD_WORDS: readonly string[] = [
  ...new Set([
    ...S3_OPERATIONS.flatMap((row) => [row.selector.subresource ?? 'x-id', ...row.params]).map((name) => `&${name}=1`),
    ...S3_OPERATIONS.flatMap((row) => row.requestHeaders).map((name) => `\n${name}: 1`),
    ...wordsOf(
      'GET ◊ PUT ◊ POST ◊ HEAD ◊ DELETE ◊ OPTIONS ◊ PATCH ◊ ? ◊ & ◊ /../ ◊ /./ ◊ %2e%2e ◊ %2F ◊ %252F',
      '/v-bkt/k ◊ v-bkt ◊ // ◊ /a-bkt// ◊ \nHost: v-bkt.s3.local ◊ \nx-amz-copy-source: v-bkt/k ◊ ?acl ◊ &acl',
      '&X-Amz-Signature=0 ◊ &X-Amz-Expires=60 ◊ &x-amz-acl=public-read ◊ &X-AMZ-ACL=private ◊ &VersionID=1',
      '\nTransfer-Encoding: chunked ◊ \nContent-Length: 5 ◊ \nConnection: x-amz-date ◊ \nx_amz_acl: public-read',
      '\nx-amz-object-attributes: ETag ◊ \nx-amz-object-attributes: ObjectSize ◊ &Content-Type=a/b',
      '\nx-amz-meta-a: b ◊ \nx-minio-force-delete: true ◊ \nx-amz-write-offset-bytes: 0 ◊ &x-amz-meta-a=%0d%0a',
      'Credential= ◊ SignedHeaders= ◊ ;x-amz-acl ◊ Signature= ◊ /us-east-1/ ◊ /s3/ ◊ .s3.local ◊ :443 ◊ [::1]',
    ),
  ]),
]
