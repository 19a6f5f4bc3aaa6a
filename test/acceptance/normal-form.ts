import { createHash } from 'node:crypto'
import type { Answer } from '../support/exchange.ts'
import { parseXml, textOf, type XmlElement } from './xml-tree.ts'

/** An answer without what differs from run to run, as lines that can be compared one by one. */
export interface NormalAnswer {
  /** `200`, `404 NoSuchKey`, or `no answer`. */
  readonly outcome: string
  readonly lines: readonly string[]
}

/** What stands for the names of one side's run. */
export interface Placeholders {
  /** Text of this run, and what stands for it. */
  readonly names: ReadonlyMap<string, string>
}

/** Headers that are compared; beside them `x-amz-*`. */
const COMPARED: ReadonlySet<string> = new Set([
  'accept-ranges',
  'allow',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
])

/** Own to each server, or, from MinIO, on answers to which S3 gives no such header. */
const NEVER_COMPARED: ReadonlySet<string> = new Set(['x-amz-request-id', 'x-amz-id-2', 'x-amz-bucket-region'])

/** Speak of the bytes of an object; on a document they mean nothing. */
const OF_BYTES = /^(?:accept-ranges|content-length|x-amz-checksum-(?!algorithm$).*)$/

const DATES: ReadonlySet<string> = new Set(['LastModified', 'CreationDate', 'Initiated', 'last-modified'])

/** Whose children are names of accounts, which the proxy replaces. */
const ACCOUNTS: ReadonlySet<string> = new Set(['Owner', 'Initiator', 'Grantee'])

/** Brings an answer to its normal form. Ids that a server makes up are numbered in the order of their appearance. */
export function normalForm(answer: Answer, method: string, { names }: Placeholders): NormalAnswer {
  if (answer.status === 0) return { outcome: 'no answer', lines: [] }
  const ids = new Map<string, string>()
  const known = (text: string): string => {
    // MinIO adds the number of a cache to its markers.
    let result = text.replace(/\[minio_cache:[^\]]*\]/g, '')
    for (const [name, placeholder] of names) result = result.replaceAll(name, placeholder)
    return result
  }
  const numbered = (kind: string, id: string): string => {
    if (id === '' || id === 'null') return id
    const kept = known(id)
    if (kept !== id) return kept
    const placeholder = ids.get(id) ?? `{${kind} ${ids.size + 1}}`
    ids.set(id, placeholder)
    return placeholder
  }
  const body = method === 'HEAD' ? undefined : parseXml(answer.body.toString('utf8'))
  if (answer.status >= 400) {
    return { outcome: answer.code === '' ? String(answer.status) : `${answer.status} ${answer.code}`, lines: [] }
  }
  const isRead = method === 'GET' || method === 'HEAD'
  const text: Spell = (name, value) => spelled(name, value, { known, numbered })
  return {
    outcome: String(answer.status),
    lines: [
      ...headerLines(answer, { text, hasBytes: body === undefined, isRead }),
      ...(body === undefined ? bytesLines(answer, known) : elementLines(body, text, [])),
    ],
  }
}

type Spell = (name: string, value: string) => string

interface Spelling {
  readonly known: (text: string) => string
  readonly numbered: (kind: string, id: string) => string
}

function spelled(name: string, value: string, { known, numbered }: Spelling): string {
  if (DATES.has(name)) return '{date}'
  // Uploads of one key stand in the order of their ids, which is that of chance.
  if (/^(?:UploadId|UploadIdMarker|NextUploadIdMarker)$/.test(name)) return value === '' ? '' : '{upload id}'
  if (/version-?id(?:-?marker)?$/i.test(name)) return numbered('version', value)
  if (name.endsWith('ContinuationToken')) return '{token}'
  // Host and bucket stand before it in one of two ways.
  if (/^location$/i.test(name)) return known(value).replace(/^(?:https?:\/\/)?[^/]*\/(?:\{bucket\}\/)?/, '…/')
  return known(value)
}

function headerLines(
  answer: Answer,
  { text, hasBytes, isRead }: { text: Spell; hasBytes: boolean; isRead: boolean },
): string[] {
  return (
    [...answer.headers]
      .filter(([name]) => (COMPARED.has(name) || name.startsWith('x-amz-')) && !NEVER_COMPARED.has(name))
      .filter(([name]) => hasBytes || !OF_BYTES.test(name))
      // A 204 has no length; a MinIO writes one all the same, which the proxy does not pass.
      .filter(([name]) => name !== 'content-length' || answer.status !== 204)
      .filter(([name]) => name !== 'accept-ranges' || (isRead && answer.headers.has('etag')))
      .map(([name, value]) => `header ${name}: ${text(name, value)}`)
      .sort()
  )
}

function bytesLines({ body }: Answer, known: (text: string) => string): string[] {
  if (body.length === 0) return []
  // A policy names its bucket.
  const isText = body.length <= 1_000 && /^[\x20-\x7e\n]*$/.test(body.toString('latin1'))
  const content = isText ? known(body.toString('latin1')) : body
  if (typeof content === 'string' && content.length <= 100) return [`body: ${JSON.stringify(content)}`]
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16)
  return [`body: ${content.length} bytes, SHA-256 ${digest}…`]
}

/** One line for each leaf, with its path; equal siblings stand in their order. */
function elementLines(element: XmlElement, text: Spell, path: readonly string[]): string[] {
  const here = [...path, element.name]
  if (ACCOUNTS.has(element.name) && !element.children.some(({ name }) => name === 'URI'))
    return [`body ${here.join('/')}: {account}`]
  if (element.children.length === 0) return [`body ${here.join('/')}: ${text(element.name, element.text.trim())}`]
  const lines = inDocumentOrder(element)
    .filter((child) => !isForeignBucket(child, text))
    .map((child) => elementLines(child, text, here))
  return isUnordered(element) ? lines.toSorted(byFirstLine).flat() : lines.flat()
}

/** Deletions may be told in any order; they are brought into one before ids are numbered. */
function inDocumentOrder({ name, children }: XmlElement): readonly XmlElement[] {
  if (name !== 'DeleteResult') return children
  return children.toSorted((a, b) => byFirstLine([textOf(a, 'Key') ?? ''], [textOf(b, 'Key') ?? '']))
}

/** The fields of a record, and tags: their order means nothing. */
function isUnordered({ name, children }: XmlElement): boolean {
  return name === 'TagSet' || new Set(children.map((child) => child.name)).size === children.length
}

function byFirstLine([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : Number(a > b)
}

/** Other cases make buckets meanwhile. */
function isForeignBucket(element: XmlElement, text: Spell): boolean {
  const name = textOf(element, 'Name')
  return element.name === 'Bucket' && name !== undefined && text('Name', name) === name
}
