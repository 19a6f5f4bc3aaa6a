import { collapseBlanks } from '../sigv4/canonical-request.ts'
import type { ClientRequest } from './client-request.ts'
import type { UnfoldedLine } from './debug-text.ts'
import { type PrintedHead, sentRequest } from './sent-request.ts'

type Lines = readonly UnfoldedLine[]

const METHODS = 'GET|PUT|POST|HEAD|DELETE'
/** `GET /path HTTP/1.1` as rclone, mc and curl print it. */
const REQUEST_LINE = new RegExp(`(?:^|[\\s>])(${METHODS}) (\\/\\S*) HTTP\\/[\\d.]+$`)
/** `REQUEST: GET /path` as minio-js does. */
const TRACED_LINE = new RegExp(`^REQUEST: (${METHODS}) (\\/\\S*)$`)
const HEADER = /^(?:> )?([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?(.*)$/s
/** `Sending http request: <AWSPreparedRequest …>`, all that botocore prints when it signs by the Common Runtime. */
const PREPARED = new RegExp(
  `<AWSPreparedRequest .*?method=(${METHODS}), url=(https?):\\/\\/([^/\\s,]+)(\\/\\S*), headers=\\{(.*)\\}>$`,
)
const PREPARED_HEADER = /'((?:[^'\\]|\\.)*)': b?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g
const MAX_HEADERS = 200

/**
 * Every request head in those lines that says it is signed. What the client signed is inferred from what it says it sends:
 * programs that print heads print no canonical request.
 */
export function requestHeads(lines: Lines): readonly ClientRequest[] {
  return lines.flatMap((_, at) => {
    const head = headAt(lines, at) ?? preparedAt(lines, at)
    return head === undefined ? [] : (sentRequest(head) ?? [])
  })
}

function headAt(lines: Lines, at: number): PrintedHead | undefined {
  const text = lines[at]?.text.trimEnd() ?? ''
  const [, method, target] = REQUEST_LINE.exec(text) ?? TRACED_LINE.exec(text) ?? []
  if (method === undefined || target === undefined) return undefined
  return { line: lines[at]?.line ?? 1, method, target, headers: joined(headersFrom(lines, at + 1)) }
}

type Pair = readonly [name: string, value: string]

function headersFrom(lines: Lines, at: number): Pair[] {
  const pairs: Pair[] = []
  for (const { text } of lines.slice(at, at + MAX_HEADERS)) {
    const [, name, value] = HEADER.exec(text) ?? []
    if (name === undefined || value === undefined) break
    pairs.push([name, value])
  }
  return pairs
}

function preparedAt(lines: Lines, at: number): PrintedHead | undefined {
  const [, method, scheme, host, target, text] = PREPARED.exec(lines[at]?.text.trimEnd() ?? '') ?? []
  if (method === undefined || host === undefined || target === undefined || text === undefined) return undefined
  const pairs = Array.from(text.matchAll(PREPARED_HEADER), ([, name = '', single, double]): Pair => {
    return [name, unescaped(single ?? double ?? '')]
  })
  const headers = joined(pairs)
  const shortHost = host.replace(scheme === 'https' ? /:443$/ : /:80$/, '')
  const all = headers.has('host') ? headers : new Map([...headers, ['host', shortHost]])
  return { line: lines[at]?.line ?? 1, method, target, headers: all }
}

/** As Python writes bytes down. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_, code?: string, character = '') => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
    return character === 't' ? '\t' : character
  })
}

function joined(pairs: readonly Pair[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase()
    const before = headers.get(lower)
    headers.set(lower, before === undefined ? collapseBlanks(value) : `${before},${collapseBlanks(value)}`)
  }
  return headers
}
