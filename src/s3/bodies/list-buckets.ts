import { S3Error } from '../errors.ts'
import { element, optionalElement, xmlDocument } from '../xml.ts'
import { BACKEND_XML_LIMITS } from '../xml-reader.ts'
import { childText } from './fields.ts'
import { type BodyProblem, readBody } from './read-body.ts'

/** Who a listing says the buckets belong to. */
export interface Owner {
  readonly id: string
  readonly displayName: string
}

/** One bucket of a list. */
export interface ListedBucket {
  readonly name: string
  /** As the backend wrote it. */
  readonly creationDate: string
  readonly region: string | undefined
}

/** The backend's list of buckets. */
export interface BucketList {
  readonly buckets: readonly ListedBucket[]
  /** The backend's own owner, to recognise it elsewhere; never shown. */
  readonly owner: Owner
  /** Set when the backend gave one page of several. */
  readonly continuationToken: string | undefined
}

/** What a client asks of ListBuckets, as the query has it. */
export interface BucketPageRequest {
  readonly prefix?: string | undefined
  readonly maxBuckets?: string | undefined
  readonly continuationToken?: string | undefined
  readonly bucketRegion?: string | undefined
}

/** What one answer to ListBuckets shows; with a token when there is more. */
export interface BucketPage {
  readonly buckets: readonly ListedBucket[]
  readonly continuationToken: string | undefined
}

const MAX_BUCKETS = 10_000

/** Reads `ListAllMyBucketsResult`. */
export function parseBucketList(bytes: Uint8Array): BucketList | BodyProblem {
  return readBody(
    bytes,
    'ListAllMyBucketsResult',
    (root) => {
      const owner = root.children.find((child) => child.name === 'Owner')
      const buckets = root.children.find((child) => child.name === 'Buckets')?.children ?? []
      return {
        buckets: buckets.flatMap((bucket) => {
          const name = childText(bucket, 'Name')
          if (name === undefined) return []
          return [
            { name, creationDate: childText(bucket, 'CreationDate') ?? '', region: childText(bucket, 'BucketRegion') },
          ]
        }),
        owner: {
          id: (owner && childText(owner, 'ID')) ?? '',
          displayName: (owner && childText(owner, 'DisplayName')) ?? '',
        },
        continuationToken: childText(root, 'ContinuationToken') || undefined,
      }
    },
    BACKEND_XML_LIMITS,
  )
}

/**
 * The page that a client asked for out of the buckets it may see: sorted by name, all of them in the proxy's region.
 * Throws InvalidArgument for a bad `max-buckets` or token.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export function pageOfBuckets(
  buckets: readonly ListedBucket[],
  request: BucketPageRequest,
  region: string,
): BucketPage {
  const limit = readMaxBuckets(request.maxBuckets)
  const after = request.continuationToken === undefined ? undefined : readToken(request.continuationToken)
  if (request.bucketRegion !== undefined && request.bucketRegion !== region) {
    return { buckets: [], continuationToken: undefined }
  }
  const left = buckets
    .filter(({ name }) => name.startsWith(request.prefix ?? '') && (after === undefined || name > after))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const page = left.slice(0, limit)
  const last = page.at(-1)
  const more = left.length > page.length && last !== undefined
  return { buckets: page, continuationToken: more ? Buffer.from(last.name).toString('base64url') : undefined }
}

/** What the answer says beside the page. */
export interface BucketListContext {
  readonly owner: Owner
  readonly region: string
  readonly request: BucketPageRequest
}

/** The answer to ListBuckets. The region stands beside each bucket when the client used any parameter, as in S3. */
export function writeBucketList(page: BucketPage, { owner, region, request }: BucketListContext): Buffer {
  const asked = Object.values(request).some((value) => value !== undefined)
  const items = page.buckets.map((bucket) =>
    element(
      'Bucket',
      element('Name', bucket.name),
      element('CreationDate', bucket.creationDate),
      optionalElement('BucketRegion', asked ? region : undefined),
    ),
  )
  return Buffer.from(
    xmlDocument(
      'ListAllMyBucketsResult',
      element('Owner', element('ID', owner.id), element('DisplayName', owner.displayName)),
      element('Buckets', items),
      optionalElement('ContinuationToken', page.continuationToken),
      optionalElement('Prefix', request.prefix),
    ),
  )
}

function readMaxBuckets(text: string | undefined): number {
  if (text === undefined) return MAX_BUCKETS
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
  if (value >= 1 && value <= MAX_BUCKETS) return value
  throw new S3Error('InvalidArgument', {
    message: 'max-buckets must be a number from 1 to 10000.',
    extras: [['ArgumentName', 'max-buckets']],
  })
}

function readToken(token: string): string {
  const name = Buffer.from(token, 'base64url').toString()
  if (token !== '' && Buffer.from(name).toString('base64url') === token) return name
  throw new S3Error('InvalidArgument', {
    message: 'The continuation token is not valid.',
    extras: [['ArgumentName', 'continuation-token']],
  })
}
