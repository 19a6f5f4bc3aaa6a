import { admitBody, type AuthorizationInput, authorize } from '../authz/authorize.ts'
import type { Answer } from '../listen/respond.ts'
import type { PayloadPlan } from '../payload/payload-plan.ts'
import { planPayload } from '../payload/plan.ts'
import type { Authorized } from '../proof/stages.ts'
import { acceptedBody } from '../s3/bodies/read-body.ts'
import { parseCreateBucket } from '../s3/bodies/create-bucket.ts'
import { BACKEND_PROFILES } from '../upstream/profiles.ts'
import { getBucketCors, refuseCorsChange } from './bucket-cors.ts'
import type { Call } from './call.ts'
import { completeMultipart } from './complete-multipart.ts'
import { createBucket } from './create-bucket.ts'
import { deleteObjects } from './delete-objects.ts'
import { forwardOperation } from './forward-operation.ts'
import { getLocation } from './get-location.ts'
import { listBuckets } from './list-buckets.ts'
import { postObject } from './post-object.ts'
import { refuseUnsendable } from './refuse-unsendable.ts'
import { readDocument } from './request-payload.ts'
import { sourceTags } from './source-tags.ts'

/**
 * Authorises a request and does what it asks: authorise, refuse what this backend cannot be told, plan the body, and
 * answer here or forward. Two operations are decided by their body: it is read only once the caller could be allowed at
 * all.
 * @throws S3Error for every refusal, AccessDenied among them
 */
export async function carryOut(call: Call): Promise<Answer> {
  switch (call.operation.name) {
    case 'ListBuckets':
      return listBuckets(call)
    case 'DeleteObjects':
      return deleteObjects(call, await admittedDocument(call))
    case 'CreateBucket':
      return createBucketAsAsked(call)
    case 'PostObject':
      return postObject(call)
    default:
      return afterAuthorization(call, await authorized(call))
  }
}

async function afterAuthorization(call: Call, proof: Authorized): Promise<Answer> {
  refuseUnsendable(call)
  if (call.operation.selector.subresource === 'cors') return bucketCors(call, proof)
  const plan = planned(call)
  switch (call.operation.name) {
    case 'GetBucketLocation':
      return getLocation(call, proof)
    case 'CompleteMultipartUpload':
      return completeMultipart(call, proof, await readDocument(call, plan))
    default:
      return forwardOperation(call, proof, plan)
  }
}

/** Changes are refused before their document is read. */
function bucketCors(call: Call, proof: Authorized): Promise<Answer> {
  return call.operation.name === 'GetBucketCors' ? getBucketCors(call, proof) : refuseCorsChange(call)
}

async function createBucketAsAsked(call: Call): Promise<Answer> {
  const facts = acceptedBody(parseCreateBucket(await admittedDocument(call)))
  const decided = authorize({ ...question(call), facts: { createBucket: facts } })
  if (decided.kind !== 'authorized') throw new Error('CreateBucket copies no tags')
  call.record.checks = decided.authorized.checks
  return createBucket(call, decided.authorized, facts)
}

/** The body of an operation that it decides, read once the caller could be allowed. */
function admittedDocument(call: Call): Promise<Buffer> {
  admitBody(question(call))
  refuseUnsendable(call)
  return readDocument(call, planned(call))
}

async function authorized(call: Call): Promise<Authorized> {
  const decided = authorize(question(call))
  if (decided.kind === 'source-tags-decide') {
    call.record.checks = decided.mayReadSource.checks
    const proof = decided.settle(await sourceTags(call, decided.mayReadSource))
    call.record.checks = proof.checks
    return proof
  }
  call.record.checks = decided.authorized.checks
  return decided.authorized
}

function question({ authenticated, request, operation, services }: Call): AuthorizationInput {
  return { authenticated, request, operation, source: services.policies }
}

/** Stage `plan` ends here: whatever follows reads the body and asks the backend. */
function planned({ request, operation, authenticated, services, record }: Call): PayloadPlan {
  record.enter('plan')
  const plan = planPayload(request, operation, authenticated.seed, BACKEND_PROFILES[services.backend.profile])
  record.enter('forward')
  return plan
}
