import type { Answer } from '../listen/respond.ts'
import type { Authorized } from '../proof/stages.ts'
import {
  type CreateBucketFacts,
  isAcceptedLocation,
  locationConstraintFor,
  writeCreateBucket,
} from '../s3/bodies/create-bucket.ts'
import { S3Error } from '../s3/errors.ts'
import { BACKEND_PROFILES } from '../upstream/profiles.ts'
import { askBackend } from './ask-backend.ts'
import { backendAnswer, passIfSuccess } from './backend-answer.ts'
import { bucketOf, type Call } from './call.ts'
import { forgetSettings } from './delete-bucket.ts'
import { outgoingHead } from './forward-operation.ts'
import { headBucket } from './get-location.ts'
import { contentMd5, documentPayload } from './request-payload.ts'

/**
 * CreateBucket. A bucket that is there already is left alone, whoever it belongs to: some backends would
 * take the request for a change of the bucket.
 */
export async function createBucket(call: Call, authorized: Authorized, facts: CreateBucketFacts): Promise<Answer> {
  const profile = BACKEND_PROFILES[call.services.backend.profile]
  if (!isAcceptedLocation(facts.locationConstraint, call.services.regions)) {
    throw new S3Error('InvalidLocationConstraint', { extras: [['LocationConstraint', facts.locationConstraint ?? '']] })
  }
  if (facts.tags.length > 0 && profile.tagsOnCreateBucket === 'refuse') {
    throw new S3Error('NotImplemented', { message: 'This backend takes no tags when it creates a bucket.' })
  }
  const location = `/${bucketOf(call)}`
  if (await isThere(call, authorized)) {
    if (profile.existingBucket === 409) throw new S3Error('BucketAlreadyOwnedByYou')
    return { status: 200, headers: [['location', location]], body: undefined }
  }
  const locationConstraint = locationConstraintFor(profile.locationConstraint, call.services.backend.credential.region)
  const document = writeCreateBucket({ locationConstraint, tags: facts.tags })
  const head = outgoingHead(call)
  const response = await askBackend(call, authorized, {
    ...head,
    headers: document === undefined ? head.headers : [...head.headers, contentMd5(document)],
    body: document === undefined ? undefined : documentPayload(document),
  })
  const answer = await backendAnswer(call, response)
  // HEAD said that there was none: what is kept under the name was for another bucket.
  forgetSettings(call)
  return { ...answer, headers: [...answer.headers.filter(([name]) => name !== 'location'), ['location', location]] }
}

async function isThere(call: Call, authorized: Authorized): Promise<boolean> {
  const response = await headBucket(call, authorized)
  if (response.status === 404) {
    response.discard()
    return false
  }
  if (response.status === 403) {
    response.discard()
    throw new S3Error('BucketAlreadyExists')
  }
  await passIfSuccess(call, response)
  response.discard()
  return true
}
