import { admitBody } from '../authz/authorize.ts'
import { bodyFactsOf, hasBodyFacts } from '../authz/body-facts.ts'
import type { Answer } from '../listen/respond.ts'
import type { PayloadPlan } from '../payload/payload-plan.ts'
import { planPayload } from '../payload/plan.ts'
import type { Authorized } from '../proof/stages.ts'
import { acceptedBody } from '../s3/bodies/read-body.ts'
import { parseCreateBucket } from '../s3/bodies/create-bucket.ts'
import type { S3OperationName } from '../s3/operation.ts'
import { BACKEND_PROFILES } from '../upstream/profiles.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from './bucket-cors.ts'
import { deleteBucketPolicy, getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from './bucket-policy.ts'
import type { SettingCall } from './bucket-settings.ts'
import { type AuthorizedCall, authorizeCall } from './authorize-call.ts'
import type { Call } from './call.ts'
import { questionOf } from './caller.ts'
import { completeMultipart } from './complete-multipart.ts'
import { createBucket } from './create-bucket.ts'
import { deleteBucket } from './delete-bucket.ts'
import { deleteObjects } from './delete-objects.ts'
import { forwardDocument, forwardOperation } from './forward-operation.ts'
import { getLocation } from './get-location.ts'
import { listBuckets } from './list-buckets.ts'
import { listUploads, uploadListAccess } from './list-uploads.ts'
import { postObject } from './post-object.ts'
import { deletePublicAccessBlock, getPublicAccessBlock, putPublicAccessBlock } from './public-access-block.ts'
import { refuseAcl } from './refuse-acl.ts'
import { refuseUnsendable } from './refuse-unsendable.ts'
import { readDocument } from './request-payload.ts'
import { beginUpload, noteUploadEnd, refuseForeignUpload } from './upload-owner.ts'

/**
 * Authorises a request and does what it asks: authorise, refuse what this backend cannot be told, plan the body, and
 * answer here or forward. Where the body has a say in the decision it is read first, once the caller could be allowed at
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
    case 'ListMultipartUploads':
      return listUploadsAsAllowed(call)
    default:
      if (hasBodyFacts(call.operation.name)) return documentAsAsked(call)
      return afterAuthorization(await authorizeCall(call))
  }
}

async function afterAuthorization({ call, authorized: proof }: AuthorizedCall): Promise<Answer> {
  refuseUnsendable(call)
  if (SETTINGS.has(call.operation.name)) return bucketSetting(call, proof)
  refuseAcl(call)
  refuseForeignUpload(call)
  const plan = planned(call)
  switch (call.operation.name) {
    case 'GetBucketLocation':
      return getLocation(call, proof)
    case 'DeleteBucket':
      return deleteBucket(call, proof, plan)
    case 'CompleteMultipartUpload':
      return noteUploadEnd(call, await completeMultipart(call, proof, await readDocument(call, plan)))
    case 'AbortMultipartUpload':
      return noteUploadEnd(call, await forwardOperation(call, proof, plan))
    case 'CreateMultipartUpload':
      return beginUpload(call, proof, plan)
    default:
      return forwardOperation(call, proof, plan)
  }
}

/** Who may not see all uploads is shown those that it may. */
function listUploadsAsAllowed(call: Call): Promise<Answer> {
  const access = uploadListAccess(call)
  refuseUnsendable(call)
  return listUploads(call, access, planned(call))
}

/** Changes that cannot be are refused before their document is read. */
function bucketSetting(call: Call, proof: Authorized): Promise<Answer> {
  const answerTo = SETTINGS.get(call.operation.name)
  if (answerTo === undefined) throw new Error(`${call.operation.name} is no setting of a bucket`)
  return answerTo({ call, proof, readDocument: () => readDocument(call, planned(call)) })
}

/** What the proxy itself keeps for buckets. None of it reaches the backend. */
const SETTINGS: ReadonlyMap<S3OperationName, (setting: SettingCall) => Promise<Answer>> = new Map([
  ['GetBucketPolicy', getBucketPolicy],
  ['PutBucketPolicy', putBucketPolicy],
  ['DeleteBucketPolicy', deleteBucketPolicy],
  ['GetBucketPolicyStatus', getBucketPolicyStatus],
  ['GetPublicAccessBlock', getPublicAccessBlock],
  ['PutPublicAccessBlock', putPublicAccessBlock],
  ['DeletePublicAccessBlock', deletePublicAccessBlock],
  ['GetBucketCors', getBucketCors],
  ['PutBucketCors', putBucketCors],
  ['DeleteBucketCors', deleteBucketCors],
])

async function createBucketAsAsked(call: Call): Promise<Answer> {
  const facts = acceptedBody(parseCreateBucket(await admittedDocument(call)))
  const { authorized } = await authorizeCall(call, { createBucket: facts })
  refuseAcl(call)
  return createBucket(call, authorized, facts)
}

/** Conditions may ask what the document says. */
async function documentAsAsked(received: Call): Promise<Answer> {
  const document = await admittedDocument(received)
  const facts = bodyFactsOf(received.operation.name, document, received.request)
  const { call, authorized } = await authorizeCall(received, facts)
  refuseAcl(call, facts.acl)
  return forwardDocument(call, authorized, document)
}

/** The body of an operation that it decides, read once the caller could be allowed. */
function admittedDocument(call: Call): Promise<Buffer> {
  admitBody(questionOf(call))
  refuseUnsendable(call)
  return readDocument(call, planned(call))
}

function planned({ request, operation, authenticated, services, record }: Call): PayloadPlan {
  record.enter('plan')
  const plan = planPayload(request, operation, authenticated.seed, BACKEND_PROFILES[services.backend.profile])
  record.enter('forward')
  return plan
}
