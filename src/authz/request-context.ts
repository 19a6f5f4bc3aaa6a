import type { ConditionContext, ContextValue } from '../policy/context.ts'
import { parseInstant } from '../policy/instant.ts'
import { setsTags } from '../s3/amz-headers.ts'
import { acceptedBody } from '../s3/bodies/read-body.ts'
import { parseTaggingHeader, type Tag } from '../s3/bodies/tagging.ts'
import type { S3Operation, S3OperationName } from '../s3/operation.ts'
import { operationNamed } from '../s3/operations.ts'
import { aclValue } from './acl-values.ts'
import type { BodyFacts } from './body-facts.ts'
import type { Caller } from './circumstances.ts'
import { listOf, requestedRegion, tagValues } from './context.ts'
import { headerText } from './header-text.ts'
import { type KnownTags, type ObjectReference, tagsName } from './object-reference.ts'

/** What the keys of one check are read from. */
export interface RequestFacts extends Caller {
  readonly operation: S3Operation
  /** Undefined while the body is unread. */
  readonly facts?: BodyFacts
  readonly knownTags?: KnownTags
}

/** The keys that depend on the request, for a check that is about `object` (undefined: about a bucket or the account). */
export function requestContext(facts: RequestFacts, object: ObjectReference | undefined): ConditionContext {
  return (key) => {
    if (isWaived(key, facts.operation.name)) return 'waived'
    if (key === 's3:versionid') return listOf(object?.versionId)
    const slash = key.indexOf('/')
    if (slash < 0) return (READERS.get(key) ?? headerKey)(facts, key)
    const tag = key.slice(slash + 1)
    if (key.startsWith('s3:existingobjecttag/')) return existingTag(facts.knownTags, object, tag)
    const tags = key.startsWith('aws:requesttag/') ? bucketTags(facts) : objectTags(facts)
    return typeof tags === 'string' ? tags : tagValues(tags ?? [], tag)
  }
}

/** The values of a tag of an object that is there; unknown until the backend was asked. */
export function existingTag(
  known: KnownTags | undefined,
  object: ObjectReference | undefined,
  lowerKey: string,
): ContextValue {
  if (object === undefined) return undefined
  const tags = known?.get(tagsName(object))
  return tags === undefined ? 'unknown' : tagValues(tags, lowerKey)
}

/** These come later than the headers of the upload, which say how its object is stored, and never carry them. */
const LATER_STEPS: ReadonlySet<S3OperationName> = new Set<S3OperationName>([
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
])
const UPLOAD_KEYS = /^s3:(?:x-amz-(?:server-side-encryption|storage-class|acl|grant-)|requestobjecttag|object-lock-)/

function isWaived(key: string, operation: S3OperationName): boolean {
  return LATER_STEPS.has(operation) && UPLOAD_KEYS.test(key)
}

type KeyReader = (facts: RequestFacts, key: string) => ContextValue

const READERS: ReadonlyMap<string, KeyReader> = new Map<string, KeyReader>([
  // Uploads under way are judged one by one, not by what the client asks for.
  [
    's3:prefix',
    (facts) => listOf(facts.operation.name === 'ListMultipartUploads' ? undefined : parameter(facts, 'prefix')),
  ],
  ['s3:delimiter', (facts) => listOf(parameter(facts, 'delimiter'))],
  ['s3:max-keys', (facts) => listOf(parameter(facts, 'max-keys') ?? defaultOf(facts, 'max-keys'))],
  ['s3:annotation-prefix', (facts) => listOf(parameter(facts, 'annotation-prefix'))],
  ['s3:max-annotation-results', (facts) => listOf(parameter(facts, 'max-annotation-results'))],
  ['s3:locationconstraint', ({ facts }) => fromBody(facts, (body) => body.createBucket?.locationConstraint)],
  ['s3:x-amz-copy-source', ({ request: { copySource: source } }) => listOf(source && `${source.bucket}/${source.key}`)],
  ['s3:if-match', (facts) => listOf(carriedHeader(facts, 'if-match'))],
  ['s3:if-none-match', (facts) => listOf(carriedHeader(facts, 'if-none-match'))],
  ['s3:objectcreationoperation', ({ operation }) => [String(CREATING.has(operation.name))]],
  ['s3:object-lock-mode', (facts) => lockValue(facts, 'mode')],
  ['s3:object-lock-retain-until-date', (facts) => lockValue(facts, 'date')],
  ['s3:object-lock-remaining-retention-days', remainingDays],
  ['s3:object-lock-legal-hold', legalHold],
  ['s3:x-amz-acl', aclKey],
  ['s3:x-amz-grant-full-control', aclKey],
  ['s3:x-amz-grant-read', aclKey],
  ['s3:x-amz-grant-read-acp', aclKey],
  ['s3:x-amz-grant-write', aclKey],
  ['s3:x-amz-grant-write-acp', aclKey],
  ['s3:x-amz-server-side-encryption', encryption],
  ['s3:x-amz-server-side-encryption-aws-kms-key-id', encryptionKey],
  ['s3:requestobjecttagkeys', (facts) => keysOf(objectTags(facts))],
  ['aws:tagkeys', (facts) => keysOf(bucketTags(facts))],
  ['s3:inventoryaccessibleoptionalfields', ({ facts }) => (facts === undefined ? 'unknown' : facts.inventoryFields)],
])

/** Operations that make an object at once; the others only prepare one. */
const CREATING: ReadonlySet<S3OperationName> = new Set<S3OperationName>([
  'PutObject',
  'CopyObject',
  'PostObject',
  'CompleteMultipartUpload',
])

/** A parameter of an operation that does not take it means nothing. */
function parameter({ request, operation }: RequestFacts, name: string): string | undefined {
  return operation.params.includes(name) ? request.param(name) : undefined
}

/** How many keys a listing gives that does not say. */
function defaultOf({ operation }: RequestFacts, name: string): string | undefined {
  return operation.params.includes(name) ? '1000' : undefined
}

/** `s3:x-amz-storage-class` is the header `x-amz-storage-class`. */
function headerKey(facts: RequestFacts, key: string): ContextValue {
  return listOf(carriedHeader(facts, key.slice('s3:'.length)))
}

/** The text of a header that leaves for the backend: one that is dropped must not open anything. */
function carriedHeader(facts: RequestFacts, name: string): string | undefined {
  return headerText(carriedBytes(facts, name))
}

/** The same, one character a byte. */
function carriedBytes({ request, operation, facts }: RequestFacts, name: string): string | undefined {
  const { requestHeaders } = operation.name === 'PostObject' ? operationNamed('PutObject') : operation
  if (!requestHeaders.includes(name) || request.hopByHop.has(name)) return undefined
  const amz = facts?.form?.amz ?? request.amz
  return name.startsWith('x-amz-') ? amz.get(name) : request.headers.get(name)
}

function fromBody(body: BodyFacts | undefined, read: (body: BodyFacts) => string | undefined): ContextValue {
  return body === undefined ? 'unknown' : listOf(read(body))
}

function aclKey(facts: RequestFacts, key: string): ContextValue {
  const header = headerKey(facts, key)
  if (header !== undefined || facts.operation.selector.subresource !== 'acl') return header
  const { accountId } = facts.circumstances
  return fromBody(facts.facts, ({ acl }) => (acl === undefined ? undefined : aclValue(key, acl, accountId)))
}

function lockValue(facts: RequestFacts, part: 'mode' | 'date'): ContextValue {
  if (facts.operation.name === 'PutObjectRetention') {
    return fromBody(facts.facts, ({ retention }) => (part === 'mode' ? retention?.mode : retention?.retainUntilDate))
  }
  const header = part === 'mode' ? 'x-amz-object-lock-mode' : 'x-amz-object-lock-retain-until-date'
  return listOf(carriedHeader(facts, header))
}

const DAY_MS = 86_400_000

/** Whole days from now. A date that cannot be read stays as it is, for the operator to find. */
function remainingDays(facts: RequestFacts): ContextValue {
  const date = lockValue(facts, 'date')
  if (!Array.isArray(date)) return date
  const text = String(date[0])
  const until = parseInstant(text)
  return [until === undefined ? text : String(Math.floor((until - facts.circumstances.now.getTime()) / DAY_MS))]
}

function legalHold(facts: RequestFacts): ContextValue {
  if (facts.operation.name !== 'PutObjectLegalHold') return listOf(carriedHeader(facts, 'x-amz-object-lock-legal-hold'))
  return fromBody(facts.facts, (body) => body.legalHold?.status)
}

function encryption(facts: RequestFacts, key: string): ContextValue {
  if (facts.operation.name !== 'UpdateObjectEncryption') return headerKey(facts, key)
  return fromBody(facts.facts, (body) => body.encryption?.algorithm)
}

/** Ids and aliases count as the ARNs that they stand for. */
function encryptionKey(facts: RequestFacts, key: string): ContextValue {
  const named =
    facts.operation.name === 'UpdateObjectEncryption'
      ? fromBody(facts.facts, (body) => body.encryption?.keyId)
      : headerKey(facts, key)
  if (!Array.isArray(named)) return named
  const name = String(named[0])
  if (name.startsWith('arn:')) return [name]
  const resource = name.startsWith('alias/') ? name : `key/${name}`
  return [`arn:aws:kms:${requestedRegion(facts)}:${facts.circumstances.accountId}:${resource}`]
}

/** @throws S3Error for a header that cannot be read, once a policy asks what it says */
function objectTags(facts: RequestFacts): readonly Tag[] | 'unknown' | undefined {
  if (facts.operation.name === 'PutObjectTagging') return facts.facts === undefined ? 'unknown' : facts.facts.tags
  if (!setsTags(facts.operation.name, facts.request.amz)) return undefined
  const header = carriedBytes(facts, 'x-amz-tagging')
  return header === undefined ? undefined : acceptedBody(parseTaggingHeader(header)).tags
}

function bucketTags({ facts, operation }: RequestFacts): readonly Tag[] | 'unknown' | undefined {
  if (operation.name !== 'CreateBucket') return undefined
  return facts === undefined ? 'unknown' : facts.createBucket?.tags
}

function keysOf(tags: readonly Tag[] | 'unknown' | undefined): ContextValue {
  if (tags === undefined || tags === 'unknown') return tags
  return tags.length === 0 ? undefined : tags.map(({ key }) => key)
}
