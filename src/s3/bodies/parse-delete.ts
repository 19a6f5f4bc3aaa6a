import { element, optionalElement, xmlDocument } from '../xml.ts'
import type { XmlElement } from '../xml-reader.ts'
import { type FieldKind, readBoolean, readFields } from './fields.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'

/** One object that a DeleteObjects request names. */
export interface DeleteTarget {
  readonly key: string
  readonly versionId: string | undefined
}

/** Body of DeleteObjects. */
export interface DeleteRequest {
  /** 1 to 1000, in the order of the request, repetitions kept. */
  readonly objects: readonly DeleteTarget[]
  /** Whether successes stay out of the answer. */
  readonly quiet: boolean
}

const MAX_OBJECTS = 1000

const DELETE: ReadonlyMap<string, FieldKind> = new Map([
  ['Quiet', 'text?'],
  ['Object', 'elements'],
])

const OBJECT: ReadonlyMap<string, FieldKind> = new Map([
  ['Key', 'text'],
  ['VersionId', 'text?'],
  ['ETag', 'text?'],
  ['LastModifiedTime', 'text?'],
  ['Size', 'text?'],
])

/**
 * Reads the body of DeleteObjects. Conditional deletes (ETag, LastModifiedTime, Size) are refused as NotImplemented:
 * a backend that overlooks the condition would delete what the client wanted kept.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export function parseDelete(bytes: Uint8Array): DeleteRequest | BodyProblem {
  return readBody(bytes, 'Delete', (root) => {
    const fields = readFields(root, DELETE)
    const objects = fields.elements('Object').map(readTarget)
    if (objects.length === 0) throw new BodyRefusal('no-objects')
    if (objects.length > MAX_OBJECTS) throw new BodyRefusal('too-many-objects')
    return { objects, quiet: readBoolean(fields.optionalText('Quiet')) }
  })
}

/** The body of DeleteObjects for the backend, written anew from what was authorised. */
export function writeDelete({ objects, quiet }: DeleteRequest): Buffer {
  const items = objects.map(({ key, versionId }) =>
    element('Object', element('Key', key), optionalElement('VersionId', versionId)),
  )
  return Buffer.from(xmlDocument('Delete', element('Quiet', String(quiet)), items))
}

function readTarget(item: XmlElement): DeleteTarget {
  const fields = readFields(item, OBJECT)
  for (const condition of ['ETag', 'LastModifiedTime', 'Size']) {
    if (fields.optionalText(condition) !== undefined) throw new BodyRefusal('conditional-delete', 'NotImplemented')
  }
  const key = fields.text('Key')
  if (key === '') throw new BodyRefusal('empty-key', 'UserKeyMustBeSpecified')
  const versionId = fields.optionalText('VersionId')
  if (versionId === '') throw new BodyRefusal('empty-version-id', 'InvalidArgument')
  return { key, versionId }
}
