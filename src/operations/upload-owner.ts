import type { Answer } from '../listen/respond.ts'
import type { Authorized } from '../proof/stages.ts'
import type { PayloadPlan } from '../payload/payload-plan.ts'
import { childText } from '../s3/bodies/fields.ts'
import { S3Error } from '../s3/errors.ts'
import type { S3OperationName } from '../s3/operation.ts'
import { BACKEND_XML_LIMITS, isXmlProblem, readXml } from '../s3/xml-reader.ts'
import type { UploadReference } from '../state/state-store.ts'
import { changeBy } from './bucket-settings.ts'
import { bucketOf, type Call } from './call.ts'
import { forwardOperation } from './forward-operation.ts'

const ON_UPLOADS: ReadonlySet<S3OperationName> = new Set<S3OperationName>([
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'ListParts',
])

/** Where only who began an upload may go on with it: refuses others, and uploads of which that is not known. */
export function refuseForeignUpload(call: Call): void {
  const { state, multipartOwnerOnly } = call.services
  if (!multipartOwnerOnly || !ON_UPLOADS.has(call.operation.name)) return
  const owner = state?.uploadOwner(uploadOf(call, call.request.param('uploadId')))
  if (owner === changeBy(call).by) return
  throw new S3Error('AccessDenied', { detail: `the upload belongs to ${owner ?? 'nobody'}` })
}

/** CreateMultipartUpload: notes who begins it, where that matters, before the client learns its id. */
export async function beginUpload(call: Call, authorized: Authorized, plan: PayloadPlan): Promise<Answer> {
  const answer = await forwardOperation(call, authorized, plan)
  const { state, multipartOwnerOnly } = call.services
  if (!multipartOwnerOnly || state === undefined) return answer
  const root = Buffer.isBuffer(answer.body) ? readXml(answer.body, BACKEND_XML_LIMITS) : undefined
  const uploadId = root === undefined || isXmlProblem(root) ? undefined : childText(root, 'UploadId')
  if (uploadId === undefined) throw new S3Error('InternalError', { detail: 'backend: a new upload has no id' })
  const { by, at } = changeBy(call)
  state.noteUpload(uploadOf(call, uploadId), by, at)
  return answer
}

/** Once an upload is complete or aborted, it is soon forgotten who began it: not at once, for clients ask again. */
export function noteUploadEnd(call: Call, answer: Answer): Answer {
  const { state, multipartOwnerOnly, now } = call.services
  if (multipartOwnerOnly) state?.endUpload(uploadOf(call, call.request.param('uploadId')), now())
  return answer
}

function uploadOf(call: Call, uploadId: string | undefined): UploadReference {
  return { bucket: bucketOf(call), key: call.request.address.key ?? '', uploadId: uploadId ?? '' }
}
