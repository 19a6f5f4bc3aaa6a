import { type AccessControlPolicy, parseAcl } from '../s3/bodies/acl.ts'
import type { CreateBucketFacts } from '../s3/bodies/create-bucket.ts'
import { parseInventoryFields } from '../s3/bodies/inventory.ts'
import { type ObjectEncryption, parseObjectEncryption } from '../s3/bodies/object-encryption.ts'
import { type LegalHold, parseLegalHold, parseRetention, type Retention } from '../s3/bodies/object-lock.ts'
import { acceptedBody } from '../s3/bodies/read-body.ts'
import { MAX_OBJECT_TAGS, parseTagging, type Tag } from '../s3/bodies/tagging.ts'
import { S3Error } from '../s3/errors.ts'
import type { S3OperationName } from '../s3/operation.ts'
import type { S3Request } from '../s3/request.ts'
import type { AmzHeaders } from './header-demands.ts'

/** What a body that was read before the decision says. */
export interface BodyFacts {
  readonly createBucket?: CreateBucketFacts
  /** Of a browser form: the final key, and its fields as the headers that they stand for. */
  readonly form?: { readonly key: string; readonly amz: AmzHeaders }
  readonly tags?: readonly Tag[]
  readonly retention?: Retention
  readonly legalHold?: LegalHold
  readonly acl?: AccessControlPolicy
  readonly encryption?: ObjectEncryption
  readonly inventoryFields?: readonly string[]
}

type FactsReader = (document: Buffer, request: S3Request) => BodyFacts

/** Operations whose document conditions may ask about, with how it is read. */
const READERS: ReadonlyMap<S3OperationName, FactsReader> = new Map<S3OperationName, FactsReader>([
  ['PutObjectTagging', (document) => ({ tags: acceptedBody(parseTagging(document, MAX_OBJECT_TAGS)).tags })],
  ['PutObjectRetention', (document) => ({ retention: acceptedBody(parseRetention(document)) })],
  ['PutObjectLegalHold', (document) => ({ legalHold: acceptedBody(parseLegalHold(document)) })],
  ['PutObjectAcl', aclFacts],
  ['PutBucketAcl', aclFacts],
  ['UpdateObjectEncryption', (document) => ({ encryption: acceptedBody(parseObjectEncryption(document)) })],
  [
    'PutBucketInventoryConfiguration',
    (document) => ({ inventoryFields: acceptedBody(parseInventoryFields(document)).fields }),
  ],
])

/** Whether conditions may ask about the document of an operation, so that it is read before the decision. */
export function hasBodyFacts(operation: S3OperationName): boolean {
  return READERS.has(operation)
}

/**
 * What the document of such an operation says.
 * @throws S3Error for a document that is not valid
 */
export function bodyFactsOf(operation: S3OperationName, document: Buffer, request: S3Request): BodyFacts {
  if (document.length === 0) {
    if (operation === 'PutObjectAcl' || operation === 'PutBucketAcl') return {}
    throw new S3Error('MissingRequestBodyError')
  }
  return READERS.get(operation)?.(document, request) ?? {}
}

/** A list in two places would be decided on in one and might be taken from the other. */
function aclFacts(document: Buffer, { amz }: S3Request): BodyFacts {
  if ([...amz.keys()].some((name) => name === 'x-amz-acl' || name.startsWith('x-amz-grant-'))) {
    throw new S3Error('UnexpectedContent', { detail: 'an ACL in headers and body' })
  }
  return { acl: acceptedBody(parseAcl(document)) }
}
