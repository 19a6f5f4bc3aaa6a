import type { HeaderPair } from '../http/headers.ts'
import type { Answer } from '../listen/respond.ts'
import { operationNamed } from '../s3/operations.ts'
import { type FormFields, successRedirect, successStatus } from '../s3/post-form.ts'
import { element, plainXmlDocument } from '../s3/xml.ts'
import { filterResponseHeaders } from '../upstream/response-filter.ts'
import { bucketOf, type Call } from './call.ts'
import { objectLocation } from './document-answer.ts'
import type { StoredFile } from './store-file.ts'

/**
 * What a browser gets for its form: a redirect or a status, as the form asks.
 * @param call that of the upload, with the object's key in its address
 */
export function formAnswer(call: Call, fields: FormFields, file: StoredFile): Answer {
  const bucket = bucketOf(call)
  const key = call.request.address.key ?? ''
  const { etag } = file
  const headers = uploadHeaders(call, file)
  // Whoever signed the form vouches for where it leads; nobody does for one that is not signed.
  const isSigned = call.authenticated.authType === 'POST'
  const redirect = isSigned ? successRedirect(fields, { bucket, key, etag }) : undefined
  if (redirect !== undefined) return { status: 303, headers: [...headers, ['location', redirect]], body: undefined }
  const location = objectLocation(call)
  headers.push(['location', location])
  const status = successStatus(fields)
  if (status !== 201) return { status, headers, body: undefined }
  const document = element(
    'PostResponse',
    element('Location', location),
    element('Bucket', bucket),
    element('Key', key),
    element('ETag', etag),
  )
  return {
    status,
    headers: [...headers, ['content-type', 'application/xml']],
    body: Buffer.from(plainXmlDocument(document)),
  }
}

/** What an upload's answer says of the object; the rest of the backend's head speaks of a body that nobody gets. */
function uploadHeaders({ exchange, services }: Call, { etag, checksum, response }: StoredFile): HeaderPair[] {
  const passed = filterResponseHeaders(response.headers, {
    operation: operationNamed('PutObject'),
    requestId: exchange.id,
    region: services.proxyRegion,
    rights: { tagging: false, retention: false, legalHold: false },
    body: 'rewritten',
  }).filter(([name]) => name.startsWith('x-'))
  const echo: HeaderPair[] = checksum === undefined ? [] : [[`x-amz-checksum-${checksum.algorithm}`, checksum.base64]]
  return [...passed, ...echo, ['etag', etag]]
}
