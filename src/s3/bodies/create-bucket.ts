import { element, optionalElement, xmlDocument } from '../xml.ts'
import { type FieldKind, readFields } from './fields.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'
import { checkTags, MAX_BUCKET_TAGS, type Tag, tagElement, tagOf } from './tagging.ts'

/** What the body of CreateBucket asks for. */
export interface CreateBucketFacts {
  /** Undefined when absent or empty, which S3 takes for us-east-1. */
  readonly locationConstraint: string | undefined
  /** Tags ask for s3:TagResource beside s3:CreateBucket. */
  readonly tags: readonly Tag[]
}

/** What a kind of backend wants to read as LocationConstraint. */
export type LocationConstraintRule = 'none' | 'master-region' | 'master-region-unless-us-east-1'

const CONFIGURATION: ReadonlyMap<string, FieldKind> = new Map([
  ['LocationConstraint', 'text?'],
  ['Location', 'element?'],
  ['Bucket', 'element?'],
  ['Tags', 'element?'],
])

const TAGS: ReadonlyMap<string, FieldKind> = new Map([['Tag', 'elements']])

/**
 * Reads the body of CreateBucket; no body at all is allowed. Location and Bucket, which make directory buckets, are
 * refused as NotImplemented.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function parseCreateBucket(bytes: Uint8Array): CreateBucketFacts | BodyProblem {
  if (bytes.byteLength === 0) return { locationConstraint: undefined, tags: [] }
  return readBody(bytes, 'CreateBucketConfiguration', (root) => {
    const fields = readFields(root, CONFIGURATION)
    for (const part of ['Location', 'Bucket']) {
      if (fields.optionalElement(part) !== undefined) throw new BodyRefusal('directory-bucket', 'NotImplemented')
    }
    const tags = fields.optionalElement('Tags')
    return {
      locationConstraint: fields.optionalText('LocationConstraint') || undefined,
      tags: tags === undefined ? [] : checkTags(readFields(tags, TAGS).elements('Tag').map(tagOf), MAX_BUCKET_TAGS),
    }
  })
}

/** Whether the constraint names a region that the proxy accepts; none given is always accepted. */
export function isAcceptedLocation(constraint: string | undefined, regions: readonly string[] | '*'): boolean {
  return constraint === undefined || regions === '*' || regions.includes(constraint)
}

/** The LocationConstraint that goes to the backend, whatever accepted region the client named. */
export function locationConstraintFor(rule: LocationConstraintRule, masterRegion: string): string | undefined {
  if (rule === 'none' || (rule === 'master-region-unless-us-east-1' && masterRegion === 'us-east-1')) return undefined
  return masterRegion
}

/** The body for the backend; undefined when there is nothing to say, which every backend takes. */
export function writeCreateBucket({ locationConstraint, tags }: CreateBucketFacts): Buffer | undefined {
  if (locationConstraint === undefined && tags.length === 0) return undefined
  return Buffer.from(
    xmlDocument(
      'CreateBucketConfiguration',
      optionalElement('LocationConstraint', locationConstraint),
      tags.length === 0 ? undefined : element('Tags', tags.map(tagElement)),
    ),
  )
}
