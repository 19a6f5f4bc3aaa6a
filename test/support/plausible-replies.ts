import type { BackendRequest } from './recording-backend.ts'

/** What the backend holds in its answers about itself, none of which a client may see. */
export const BACKEND_OWNER = 'master-account-owner-id'
export const BACKEND_SERVER = 'secret-store/1.2.3'

export const OBJECT_TEXT = 'the bytes of an object'

/** An answer with a Content-Length, and what only the backend says. */
export function httpReply(
  status: number,
  body = '',
  headers: readonly (readonly [name: string, value: string])[] = [],
): string {
  const own = [
    `server: ${BACKEND_SERVER}`,
    'x-amz-request-id: tx-of-the-backend',
    'x-rgw-internal: zone-of-the-backend',
    'access-control-allow-origin: *',
  ]
  const lines = [...headers.map(([name, value]) => `${name}: ${value}`), ...own]
  const length = headers.some(([name]) => name === 'content-length')
    ? []
    : [`content-length: ${Buffer.byteLength(body)}`]
  return `HTTP/1.1 ${status} Some Words\r\n${[...lines, ...length].join('\r\n')}\r\n\r\n${body}`
}

/** An S3 error as the backend words it. */
export function errorReply(status: number, code: string, more = ''): string {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>words of the backend</Message>${more}</Error>`
  return httpReply(status, body, [['content-type', 'application/xml']])
}

export function xmlReply(xml: string, headers: readonly (readonly [string, string])[] = []): string {
  return httpReply(200, `<?xml version="1.0" encoding="UTF-8"?>${xml}`, [
    ['content-type', 'application/xml'],
    ...headers,
  ])
}

const OWNER = `<Owner><ID>${BACKEND_OWNER}</ID><DisplayName>master</DisplayName></Owner>`
const ETAG = ['etag', '"900150983cd24fb0d6963f7d28e17f72"'] as const

/** The answer that a store with the buckets a-bkt, b-bkt and v-bkt, and any key in them, would give. */
export function plausibleReply({ method, target, headers, body }: BackendRequest): string {
  const [path = '', query = ''] = target.split('?')
  const isBucket = !path.slice(1).includes('/')
  if (method === 'HEAD') return head(isBucket)
  if (method === 'DELETE') return httpReply(204).replace('content-length: 0\r\n', '')
  if (path === '/' && method === 'GET') return bucketList()
  if (method === 'POST') return posted(query, body.toString())
  if (method === 'PUT') return put(headers)
  if (isBucket || !/^(?:$|response-|versionId|partNumber|torrent|annotation)/.test(query)) return document(query)
  return httpReply(200, OBJECT_TEXT, [['content-type', 'text/plain'], ETAG])
}

function head(isBucket: boolean): string {
  if (isBucket) return httpReply(200)
  return httpReply(200, '', [ETAG, ['content-length', String(OBJECT_TEXT.length)]])
}

function bucketList(): string {
  const buckets = ['a-bkt', 'b-bkt', 'v-bkt'].map(
    (name) => `<Bucket><Name>${name}</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket>`,
  )
  return xmlReply(`<ListAllMyBucketsResult>${OWNER}<Buckets>${buckets.join('')}</Buckets></ListAllMyBucketsResult>`)
}

function posted(query: string, body: string): string {
  if (query.startsWith('delete')) {
    const keys = [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => `<Deleted><Key>${key}</Key></Deleted>`)
    return xmlReply(`<DeleteResult>${keys.join('')}</DeleteResult>`)
  }
  if (query.startsWith('uploads')) {
    return xmlReply(
      '<InitiateMultipartUploadResult><Bucket>x</Bucket><Key>k</Key><UploadId>up1</UploadId></InitiateMultipartUploadResult>',
    )
  }
  return xmlReply(
    '<CompleteMultipartUploadResult><Location>http://backend/x</Location><ETag>"e-1"</ETag></CompleteMultipartUploadResult>',
  )
}

function put(headers: ReadonlyMap<string, string>): string {
  if (!headers.has('x-amz-copy-source')) return httpReply(200, '', [ETAG])
  return xmlReply(
    '<CopyObjectResult><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"e"</ETag></CopyObjectResult>',
  )
}

function document(query: string): string {
  if (query.startsWith('acl')) {
    return xmlReply(`<AccessControlPolicy>${OWNER}<AccessControlList></AccessControlList></AccessControlPolicy>`)
  }
  return xmlReply(`<ListBucketResult><Name>x</Name><Contents><Key>k</Key>${OWNER}</Contents></ListBucketResult>`)
}
