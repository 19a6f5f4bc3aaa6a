import { decideKeys, type KeyDecision } from '../authz/decide-keys.ts'
import type { Answer } from '../listen/respond.ts'
import type { Authorized } from '../proof/stages.ts'
import { hasDotSegment } from '../s3/address.ts'
import {
  type DeleteOutcome,
  deniedDelete,
  type FailedDelete,
  mergeDeleteOutcomes,
  parseDeleteResult,
  writeDeleteResult,
} from '../s3/bodies/delete-result.ts'
import { type DeleteRequest, type DeleteTarget, parseDelete, writeDelete } from '../s3/bodies/parse-delete.ts'
import { acceptedBody, isBodyProblem } from '../s3/bodies/read-body.ts'
import { S3_ERRORS, S3Error } from '../s3/errors.ts'
import { BACKEND_PROFILES } from '../upstream/profiles.ts'
import { askBackend, wholeBody } from './ask-backend.ts'
import { passIfSuccess } from './backend-answer.ts'
import type { Call } from './call.ts'
import { questionOf } from './caller.ts'
import { outgoingHead } from './forward-operation.ts'
import { contentMd5, documentPayload } from './request-payload.ts'

const MAX_RESULT_BYTES = 8 * 1024 * 1024

/**
 * DeleteObjects: each key is decided on by itself, only the allowed ones are sent on (in a body written anew), and the
 * answer names every key that was not deleted.
 */
export async function deleteObjects(call: Call, document: Buffer): Promise<Answer> {
  const wanted = acceptedBody(parseDelete(document))
  const decisions = decideKeys(questionOf(call), wanted.objects)
  call.record.checks = decisions.keys.flatMap((key) => key.checks)
  const refused = refusedKeys(call, decisions.keys)
  const left = wanted.objects.filter((_, place) => !refused.has(place))
  const backend =
    left.length === 0 || decisions.authorized === undefined
      ? []
      : await deleteAtBackend(call, decisions.authorized, { objects: left, quiet: wanted.quiet })
  const outcomes = mergeDeleteOutcomes(wanted.objects, { denied: refused, backend, quiet: wanted.quiet })
  const body = writeDeleteResult({ outcomes, quiet: wanted.quiet })
  return { status: 200, headers: [['content-type', 'application/xml']], body }
}

/** Denied keys, and those that the backend cannot be told without meaning another one. */
function refusedKeys(call: Call, keys: readonly KeyDecision[]): ReadonlyMap<number, FailedDelete> {
  const { dotSegments } = BACKEND_PROFILES[call.services.backend.profile]
  const refused = new Map<number, FailedDelete>()
  for (const [place, { target, outcome }] of keys.entries()) {
    if (outcome === 'denied') refused.set(place, deniedDelete(target))
    else if (dotSegments === 'refuse' && hasDotSegment(target.key)) refused.set(place, unsendable(target))
  }
  return refused
}

function unsendable(target: DeleteTarget): FailedDelete {
  return { ...target, deleted: false, code: 'InvalidURI', message: S3_ERRORS.InvalidURI.message }
}

async function deleteAtBackend(
  call: Call,
  authorized: Authorized,
  wanted: DeleteRequest,
): Promise<readonly DeleteOutcome[]> {
  const document = writeDelete(wanted)
  const head = outgoingHead(call)
  const headers = head.headers.filter(([name]) => !name.startsWith('x-amz-checksum-'))
  const response = await askBackend(call, authorized, {
    ...head,
    headers: [...headers, contentMd5(document)],
    body: documentPayload(document),
  })
  await passIfSuccess(call, response)
  const result = parseDeleteResult((await wholeBody(response, MAX_RESULT_BYTES)) ?? Buffer.alloc(0))
  if (isBodyProblem(result)) throw new S3Error('InternalError', { detail: `backend: delete result: ${result.problem}` })
  return result.outcomes
}
