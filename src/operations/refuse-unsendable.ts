import { hasDotSegment } from '../s3/address.ts'
import { expectedBucketOwners } from '../s3/amz-headers.ts'
import { S3Error } from '../s3/errors.ts'
import { handlingFor } from '../s3/handling.ts'
import { valueRefusal } from '../s3/header-values.ts'
import { operationNamed } from '../s3/operations.ts'
import { BACKEND_PROFILES, type BackendProfile } from '../upstream/profiles.ts'
import type { Call } from './call.ts'

/**
 * Refuses what this backend does not have, or could take for something else than was authorised: before anything is
 * sent, and only to callers who would have been allowed.
 */
export function refuseUnsendable(call: Call): void {
  const { operation, services } = call
  const { backend } = services
  if (handlingFor(operation, backend.profile, backend.extraOperations) === 'refuse') {
    throw new S3Error('NotImplemented', { message: `This backend does not have ${operation.name}.` })
  }
  refuseOtherOwner(call)
  refuseAmbiguousValues(call)
  refuseUnsignedKms(call)
  refuseAmbiguousKeys(call, BACKEND_PROFILES[backend.profile])
}

/** The proxy stands for one account: a client that wants to be sure of another one is at the wrong place. */
function refuseOtherOwner({ request, services }: Call): void {
  if (expectedBucketOwners(request.amz).every((id) => id === services.owner.id)) return
  throw new S3Error('AccessDenied', { detail: 'x-amz-expected-bucket-owner names another account' })
}

/** A form is sent as the upload that it asks for. */
function refuseAmbiguousValues({ request, operation }: Call): void {
  const refusal = valueRefusal(operation.name === 'PostObject' ? operationNamed('PutObject') : operation, request)
  if (refusal !== undefined) throw refusal
}

const SSE = 'x-amz-server-side-encryption'

/**
 * As S3 does: keys of a key service are for callers who sign. A policy that is pinned to such a key counts as not public,
 * and must not let in whoever names it.
 */
function refuseUnsignedKms({ request: { amz }, authenticated }: Call): void {
  if (authenticated.principal.type !== 'Anonymous') return
  if (amz.get(SSE)?.startsWith('aws:') !== true && !amz.has(`${SSE}-aws-kms-key-id`)) return
  throw new S3Error('InvalidArgument', {
    message: 'Requests that ask for encryption by a key service must be signed.',
    extras: [['ArgumentName', SSE]],
  })
}

function refuseAmbiguousKeys({ request, operation }: Call, profile: BackendProfile): void {
  const { copySource } = request
  const keys = [request.address.key, copySource?.key].filter((key) => key !== undefined)
  if (profile.dotSegments === 'refuse' && keys.some(hasDotSegment)) {
    throw new S3Error('InvalidURI', { message: 'This backend takes no key with a "." or ".." segment.' })
  }
  const isPartCopy = operation.name === 'UploadPartCopy' && copySource !== undefined
  if (isPartCopy && profile.escapesInPartCopySource === 'refuse' && /[%?]/.test(copySource.key)) {
    throw new S3Error('NotImplemented', { message: 'This backend cannot copy a part from a key that holds % or ?.' })
  }
}
