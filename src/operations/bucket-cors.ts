import type { Answer } from '../listen/respond.ts'
import type { Authorized } from '../proof/stages.ts'
import { writeCorsConfiguration } from '../s3/bodies/cors.ts'
import { S3Error } from '../s3/errors.ts'
import { passIfSuccess } from './backend-answer.ts'
import { bucketOf, type Call } from './call.ts'
import { headBucket } from './get-location.ts'

/** GetBucketCors: the rules by which the proxy answers browsers, once the backend said that the bucket is there. */
export async function getBucketCors(call: Call, authorized: Authorized): Promise<Answer> {
  await passIfSuccess(call, await headBucket(call, authorized))
  const rules = call.services.cors.get(bucketOf(call))
  if (rules === undefined) throw new S3Error('NoSuchCORSConfiguration')
  return { status: 200, headers: [['content-type', 'application/xml']], body: writeCorsConfiguration(rules) }
}

/** PutBucketCors and DeleteBucketCors: there is no place yet to keep rules in beside the configuration file. */
export function refuseCorsChange(call: Call): never {
  if (!call.services.cors.has(bucketOf(call))) {
    throw new S3Error('NotImplemented', { message: 'CORS rules are kept in the configuration file of the proxy only.' })
  }
  throw new S3Error('MethodNotAllowed', {
    message: 'The CORS rules of this bucket are governed by the configuration file of the proxy.',
    headers: [['Allow', 'GET']],
  })
}
