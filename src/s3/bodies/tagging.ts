import { percentDecode } from '../../http/target.ts'
import { element, type XmlFragment, xmlDocument } from '../xml.ts'
import type { XmlElement } from '../xml-reader.ts'
import { type FieldKind, readFields } from './fields.ts'
import { type BodyProblem, BodyRefusal, readBody, refusalsAsProblems } from './read-body.ts'

/** One tag, text as decoded. */
export interface Tag {
  readonly key: string
  readonly value: string
}

/** Tags in the order of the request, keys unique. */
export interface TagSet {
  readonly tags: readonly Tag[]
}

/** How many tags S3 lets an object have. */
export const MAX_OBJECT_TAGS = 10

/** How many tags S3 lets a bucket have. */
export const MAX_BUCKET_TAGS = 50

const MAX_KEY_LENGTH = 128
const MAX_VALUE_LENGTH = 256

const TAGGING: ReadonlyMap<string, FieldKind> = new Map([['TagSet', 'element']])
const TAG_SET: ReadonlyMap<string, FieldKind> = new Map([['Tag', 'elements']])
const TAG: ReadonlyMap<string, FieldKind> = new Map([
  ['Key', 'text'],
  ['Value', 'text'],
])

/**
 * Reads a `Tagging` document.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 */
export function parseTagging(bytes: Uint8Array, maxTags: number): TagSet | BodyProblem {
  return readBody(bytes, 'Tagging', (root) => {
    const set = readFields(root, TAGGING).optionalElement('TagSet')
    const items = set === undefined ? [] : readFields(set, TAG_SET).elements('Tag')
    return { tags: checkTags(items.map(tagOf), maxTags) }
  })
}

/**
 * Reads the header `x-amz-tagging`: an object's tags as a URL query. A `+` is a space; a name without `=` has the empty
 * value, as S3 reads it.
 */
export function parseTaggingHeader(value: string): TagSet | BodyProblem {
  return refusalsAsProblems(() => {
    const tags = value
      .split('&')
      .filter((piece) => piece !== '')
      .map((piece) => {
        const equals = piece.indexOf('=')
        return {
          key: decode(equals < 0 ? piece : piece.slice(0, equals)),
          value: equals < 0 ? '' : decode(piece.slice(equals + 1)),
        }
      })
    return { tags: checkTags(tags, MAX_OBJECT_TAGS) }
  })
}

/** The header `x-amz-tagging` in the one form that every backend reads alike. */
export function writeTaggingHeader({ tags }: TagSet): string {
  return tags.map(({ key, value }) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&')
}

/** A `Tagging` document. */
export function writeTagging({ tags }: TagSet): Buffer {
  return Buffer.from(xmlDocument('Tagging', element('TagSet', tags.map(tagElement))))
}

/** Reads one `Tag` element. Throws `BodyRefusal`. */
export function tagOf(item: XmlElement): Tag {
  const fields = readFields(item, TAG)
  return { key: fields.text('Key'), value: fields.text('Value') }
}

/** One `Tag` element. */
export function tagElement({ key, value }: Tag): XmlFragment {
  return element('Tag', element('Key', key), element('Value', value))
}

/** The tags, if S3's rules for them hold. Throws `BodyRefusal`. */
export function checkTags(tags: readonly Tag[], maxTags: number): readonly Tag[] {
  if (tags.length > maxTags) throw new BodyRefusal('too-many-tags', 'BadRequest')
  const keys = new Set<string>()
  for (const { key, value } of tags) {
    if (keys.has(key)) throw new BodyRefusal('duplicate-tag', 'InvalidTag')
    keys.add(key)
    // Key and value are counted in characters, not in UTF-16 units.
    if (key === '' || Array.from(key).length > MAX_KEY_LENGTH) throw new BodyRefusal('tag-key-length', 'InvalidTag')
    if (Array.from(value).length > MAX_VALUE_LENGTH) throw new BodyRefusal('tag-value-length', 'InvalidTag')
    if (key.toLowerCase().startsWith('aws:')) throw new BodyRefusal('reserved-tag', 'InvalidTag')
  }
  return tags
}

function decode(text: string): string {
  const decoded = percentDecode(text.replaceAll('+', ' '))
  if (decoded === undefined) throw new BodyRefusal('undecodable-tag', 'InvalidArgument')
  return decoded
}
