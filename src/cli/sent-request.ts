import { parseQuery, percentDecode } from '../http/target.ts'
import { canonicalQuery } from '../sigv4/canonical-request.ts'
import { UNSIGNED_PAYLOAD } from '../sigv4/payload-hash.ts'
import { uriEncodePath } from '../sigv4/uri-encode.ts'
import { accessKeyIn } from './canonical-blocks.ts'
import type { ClientRequest, ClientStringToSign } from './client-request.ts'

/** A request head as a client prints it. */
export interface PrintedHead {
  /** Of the file, from 1 on. */
  readonly line: number
  readonly method: string
  /** As on the request line. */
  readonly target: string
  /** Trimmed values by lower-case name; those of one name joined by `,`. */
  readonly headers: ReadonlyMap<string, string>
}

/** What the sender of that head must have signed. Undefined for one that does not say that it is signed. */
export function sentRequest({ line, method, target, headers }: PrintedHead): ClientRequest | undefined {
  const authorization = headers.get('authorization') ?? ''
  const mark = target.indexOf('?')
  const rawPath = mark < 0 ? target : target.slice(0, mark)
  const rawQuery = mark < 0 ? '' : target.slice(mark + 1)
  const pairs = parseQuery(rawQuery)
  const inQuery = (name: string): string | undefined => pairs?.find((pair) => pair.name === name)?.value
  if (authorization === '' && inQuery('X-Amz-Credential') === undefined) return undefined
  const path = percentDecode(rawPath)
  return {
    line,
    told: 'sent',
    method,
    path: path === undefined ? rawPath : uriEncodePath(path),
    query: pairs === undefined ? rawQuery : canonicalQuery(pairs.filter(({ name }) => name !== 'X-Amz-Signature')),
    headers,
    signedHeaders: /SignedHeaders=([^,\s]+)/.exec(authorization)?.[1] ?? inQuery('X-Amz-SignedHeaders'),
    payloadHash: headers.get('x-amz-content-sha256') ?? (authorization === '' ? UNSIGNED_PAYLOAD : undefined),
    stringToSign: stringToSignOf(authorization, headers.get('x-amz-date')),
    accessKey: accessKeyIn([{ text: `${target} ${authorization}`, line }]),
  }
}

function stringToSignOf(authorization: string, timestamp: string | undefined): ClientStringToSign | undefined {
  const scope = /Credential=[^\s,]*?\/(\d{8}\/[^/\s,]+\/[^/\s,]+\/aws4_request)/.exec(authorization)?.[1]
  return scope === undefined || timestamp === undefined ? undefined : { timestamp, scope, requestHash: undefined }
}
