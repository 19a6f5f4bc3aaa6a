import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { AuditEvent } from './event.ts'

const LINE_FEED = 0x0a
const BLOCK_BYTES = 1_048_576

/**
 * The files that hold the events of a file sink: the file itself, then older ones that stand beside it, the newest name
 * first. Those that are not there are left out.
 */
export async function auditFiles(path: string): Promise<readonly string[]> {
  const name = basename(path)
  const names = await readdir(dirname(path)).catch(() => [])
  const older = names.filter((each) => each.startsWith(`${name}.`) && !each.endsWith('.gz'))
  return [...names.filter((each) => each === name), ...older.sort().reverse()].map((each) => join(dirname(path), each))
}

/**
 * The events of a file, one after the other; the file may be larger than the memory. Lines that are no event are passed
 * over: the last one may be half written.
 * @param needle text that a line must hold to be looked at; it is searched for without reading the JSON
 * @throws the system's error when the file cannot be read
 */
export async function* readEvents(path: string, needle?: string): AsyncGenerator<AuditEvent> {
  const wanted = needle === undefined ? undefined : Buffer.from(needle)
  for await (const line of linesWith(path, wanted)) {
    const event = asEvent(line)
    if (event !== undefined) yield event
  }
}

/** The event of one request, or undefined. */
export async function findEvent(path: string, requestId: string): Promise<AuditEvent | undefined> {
  for await (const event of readEvents(path, JSON.stringify(requestId))) {
    if (event.request_id === requestId) return event
  }
  return undefined
}

async function* linesWith(path: string, needle: Buffer | undefined): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  for await (const block of createReadStream(path, { highWaterMark: BLOCK_BYTES }) as AsyncIterable<Buffer>) {
    const end = block.lastIndexOf(LINE_FEED)
    if (end < 0) {
      begun.push(block)
      continue
    }
    yield* linesIn(Buffer.concat([...begun, block.subarray(0, end + 1)]), needle)
    begun = [block.subarray(end + 1)]
  }
}

/** Of whole lines those with the needle in them. */
function* linesIn(text: Buffer, needle: Buffer | undefined): Generator<Buffer> {
  let at = 0
  while (at < text.length) {
    const found = needle === undefined ? at : text.indexOf(needle, at)
    if (found < 0) return
    const start = found === at ? at : text.lastIndexOf(LINE_FEED, found) + 1
    const end = text.indexOf(LINE_FEED, found)
    yield text.subarray(start, end)
    at = end + 1
  }
}

function asEvent(line: Buffer): AuditEvent | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    const isEvent = typeof value === 'object' && value !== null && 'request_id' in value && 'checks' in value
    return isEvent && Array.isArray(value.checks) ? (value as AuditEvent) : undefined
  } catch {
    return undefined
  }
}
