import type { Authorized } from '../proof/stages.ts'
import { type BucketList, type ListedBucket, parseBucketList } from '../s3/bodies/list-buckets.ts'
import { isBodyProblem } from '../s3/bodies/read-body.ts'
import { S3Error } from '../s3/errors.ts'
import { askBackend, wholeBody } from './ask-backend.ts'
import { passIfSuccess } from './backend-answer.ts'
import type { Call } from './call.ts'

const MAX_LIST_BYTES = 16 * 1024 * 1024
const MAX_PAGES = 100

/** All buckets of the backend: it may give them in pages. */
export async function backendBuckets(call: Call, authorized: Authorized): Promise<readonly ListedBucket[]> {
  const found: ListedBucket[] = []
  let token: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const list = await pageOf(call, authorized, token)
    found.push(...list.buckets)
    token = list.continuationToken
    if (token === undefined) return found
  }
  throw new S3Error('InternalError', { detail: 'backend: the list of buckets does not end' })
}

/** The canonical id by which the backend knows the master account. Never shown to a client. */
export async function backendOwnerId(call: Call, authorized: Authorized): Promise<string> {
  return (await pageOf(call, authorized, undefined)).owner.id
}

async function pageOf(call: Call, authorized: Authorized, token: string | undefined): Promise<BucketList> {
  const response = await askBackend(call, authorized, {
    method: 'GET',
    bucket: undefined,
    key: undefined,
    query: token === undefined ? [] : [{ name: 'continuation-token', value: token }],
    headers: [],
    body: undefined,
  })
  await passIfSuccess(call, response)
  const list = parseBucketList((await wholeBody(response, MAX_LIST_BYTES)) ?? Buffer.alloc(0))
  if (isBodyProblem(list)) throw new S3Error('InternalError', { detail: `backend: list of buckets: ${list.problem}` })
  return list
}
