import type { AuditReceived } from '../audit/event.ts'

/** What an audit event says of a request whose signature was wrong, taken apart. Texts are latin1. */
export interface ReceivedLines {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: ReadonlyMap<string, string>
  readonly signedHeaders: string
  readonly payloadHash: string
  /** Amz date. */
  readonly timestamp: string
  /** `DATE/REGION/SERVICE/aws4_request` */
  readonly scope: string
  /** Whether that path, or that value of a header, would have been taken in place of the one above. */
  readonly hasTried: (line: string) => boolean
  /** `cut`: parameters or headers are missing because there were too many. */
  readonly extent: 'whole' | 'cut'
}

/** Reads the field `received` of an event. Undefined where it is none: the file may have been written by anybody. */
export function receivedLines(received: AuditReceived | null | undefined): ReceivedLines | undefined {
  if (!isRecording(received)) return undefined
  const request = received.canonical_request.split('\n')
  const toSign = received.string_to_sign.split('\n')
  // Three before the headers; an empty line, names and hash behind them.
  if (request.length < 6 || toSign.length < 4) return undefined
  const part = (at: number): string => request.at(at) ?? ''
  const alsoTried = new Set<unknown>(received.also_tried)
  return {
    method: part(0),
    path: part(1),
    query: part(2),
    headers: new Map(request.slice(3, -2).flatMap(nameAndValue)),
    signedHeaders: part(-2),
    payloadHash: part(-1),
    timestamp: toSign[1] ?? '',
    scope: toSign[2] ?? '',
    hasTried: (line) => alsoTried.has(line),
    extent: received.cut ? 'cut' : 'whole',
  }
}

function isRecording(received: AuditReceived | null | undefined): received is AuditReceived {
  const { canonical_request: request, string_to_sign: toSign, also_tried: tried } = received ?? {}
  return typeof request === 'string' && typeof toSign === 'string' && Array.isArray(tried)
}

function nameAndValue(line: string): [string, string][] {
  const colon = line.indexOf(':')
  return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]]
}
