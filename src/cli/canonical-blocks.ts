import { hash } from 'node:crypto'
import type { ClientRequest, ClientStringToSign } from './client-request.ts'
import type { UnfoldedLine } from './debug-text.ts'

type Lines = readonly UnfoldedLine[]

/** A label of any kind may stand before the method. */
const ENDS_WITH_METHOD = /(?:^|[^A-Za-z0-9_-])(GET|PUT|POST|HEAD|DELETE|OPTIONS)$/
const HEADER = /^([!#$%&'*+.^_`|~0-9a-z-]+):(.*)$/s
const NAMES = /^[!#$%&'*+.^_`|~0-9a-z-]+(?:;[!#$%&'*+.^_`|~0-9a-z-]+)*$/
const PAYLOAD_HASH = /^[A-Za-z0-9-]+/
const MAX_HEADERS = 200

/**
 * Every canonical request that stands in those lines, whichever program printed it and whatever it wrote around it:
 * method, path, query, headers, an empty line, their names, the payload hash.
 */
export function canonicalBlocks(lines: Lines): readonly ClientRequest[] {
  const found = lines.flatMap((_, at) => blockAt(lines, at) ?? [])
  const texts = stringsToSign(lines)
  const byDigest = new Map(texts.map((text) => [text.requestHash, text]))
  const behind = nextBehind(found, texts)
  return found.map(({ at, text, request }, index) => ({
    ...request,
    // The one that names the block's digest, wherever it stands; else the next one behind the block.
    stringToSign: byDigest.get(hash('sha256', Buffer.from(text, 'latin1'), 'hex')) ?? behind[index],
    accessKey: accessKeyIn(lines.slice(at, found[index + 1]?.at)),
  }))
}

/** For each block the first text between it and the next block. */
function nextBehind(
  found: readonly Block[],
  texts: readonly FoundStringToSign[],
): readonly (FoundStringToSign | undefined)[] {
  let next = 0
  return found.map(({ end }, index) => {
    while ((texts[next]?.at ?? end) < end) next++
    const text = texts[next]
    return text !== undefined && text.at < (found[index + 1]?.at ?? Number.POSITIVE_INFINITY) ? text : undefined
  })
}

interface Block {
  readonly at: number
  readonly end: number
  readonly text: string
  readonly request: Omit<ClientRequest, 'stringToSign' | 'accessKey'>
}

function blockAt(lines: Lines, at: number): Block | undefined {
  const text = (offset: number): string => lines[at + offset]?.text ?? ''
  const method = ENDS_WITH_METHOD.exec(text(0).trimEnd())?.[1]
  const path = text(1)
  if (method === undefined || !path.startsWith('/') || path.includes(' ')) return undefined
  const headers = headersFrom(lines, at + 3)
  if (headers.size === 0) return undefined
  const namesAt = 3 + headers.size + 1
  const payloadHash = PAYLOAD_HASH.exec(text(namesAt + 1))?.[0]
  if (text(namesAt - 1) !== '' || !NAMES.test(text(namesAt)) || payloadHash === undefined) return undefined
  const between = Array.from({ length: namesAt }, (_, offset) => text(offset + 1))
  return {
    at,
    end: at + namesAt + 1,
    text: [method, ...between, payloadHash].join('\n'),
    request: {
      line: lines[at]?.line ?? 1,
      told: 'signed',
      method,
      path,
      query: text(2),
      headers,
      signedHeaders: text(namesAt),
      payloadHash,
    },
  }
}

function headersFrom(lines: Lines, at: number): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const { text } of lines.slice(at, at + MAX_HEADERS)) {
    const [, name, value] = HEADER.exec(text) ?? []
    if (name === undefined || value === undefined || headers.has(name)) break
    headers.set(name, value)
  }
  return headers
}

interface FoundStringToSign extends ClientStringToSign {
  readonly at: number
  readonly requestHash: string
}

function stringsToSign(lines: Lines): readonly FoundStringToSign[] {
  return lines.flatMap(({ text }, at) => {
    if (!/(?:^|[^A-Za-z0-9-])AWS4-HMAC-SHA256$/.test(text.trimEnd())) return []
    const [timestamp = '', scope = '', last = ''] = [1, 2, 3].map((offset) => lines[at + offset]?.text.trimEnd() ?? '')
    const requestHash = /^[0-9a-f]{64}/.exec(last)?.[0]
    const isOne = /^\d{8}T\d{6}Z$/.test(timestamp) && /^\d{8}\/[^/]*\/[^/]*\/aws4_request$/.test(scope)
    return isOne && requestHash !== undefined ? [{ at, timestamp, scope, requestHash }] : []
  })
}

const CREDENTIAL = /Credential=([A-Za-z0-9._-]{3,128})(?:\/|%2F)\d{8}(?:\/|%2F)/i

/** The first key id that those lines name; programs print it with the request that they then send. */
export function accessKeyIn(lines: Lines): string | undefined {
  for (const { text } of lines) {
    const accessKey = CREDENTIAL.exec(text)?.[1]
    if (accessKey !== undefined) return accessKey
  }
  return undefined
}
