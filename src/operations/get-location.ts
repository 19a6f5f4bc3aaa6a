import type { Authorized } from '../proof/stages.ts'
import type { Answer } from '../listen/respond.ts'
import { writeLocation } from '../s3/bodies/location.ts'
import { passIfSuccess } from './backend-answer.ts'
import { askBackend } from './ask-backend.ts'
import { bucketOf, type Call } from './call.ts'

/** GetBucketLocation: the proxy's region, once the backend said that the bucket is there. */
export async function getLocation(call: Call, authorized: Authorized): Promise<Answer> {
  await passIfSuccess(call, await headBucket(call, authorized))
  const body = writeLocation(call.services.proxyRegion)
  return { status: 200, headers: [['content-type', 'application/xml']], body }
}

/** Asks the backend whether a bucket is there. */
export function headBucket(call: Call, authorized: Authorized): ReturnType<typeof askBackend> {
  const bucket = bucketOf(call)
  return askBackend(call, authorized, {
    method: 'HEAD',
    bucket,
    key: undefined,
    query: [],
    headers: [],
    body: undefined,
  })
}
