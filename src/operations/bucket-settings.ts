import type { HeaderPair } from '../http/headers.ts'
import type { Answer } from '../listen/respond.ts'
import type { Authorized } from '../proof/stages.ts'
import { S3Error } from '../s3/errors.ts'
import type { Change, StateStore } from '../state/state-store.ts'
import { passIfSuccess } from './backend-answer.ts'
import { bucketOf, type Call } from './call.ts'
import { headBucket } from './get-location.ts'

/** A call on a setting that the proxy itself keeps, with the way to the document that the client sends. */
export interface SettingCall {
  readonly call: Call
  readonly proof: Authorized
  /** Lets the client send its document; one without a body is checked to have none. */
  readonly readDocument: () => Promise<Buffer>
}

/** What a setting is called in messages, and whether the configuration file says it for a bucket. */
export interface Setting {
  readonly name: string
  readonly isGoverned: (call: Call, bucket: string) => boolean
}

/**
 * The state, for a change of a setting.
 * @throws S3Error MethodNotAllowed when the configuration file governs the bucket, NotImplemented without a state that
 * can be changed
 */
export function stateForChange(call: Call, { name, isGoverned }: Setting): StateStore {
  const bucket = bucketOf(call)
  if (isGoverned(call, bucket)) {
    throw new S3Error('MethodNotAllowed', {
      message: `The ${name} of this bucket is governed by the configuration file of the proxy.`,
      headers: [['Allow', 'GET']],
    })
  }
  const { state } = call.services
  if (state?.access === 'read-write') return state
  throw new S3Error('NotImplemented', { message: 'This proxy keeps no state that could be changed.' })
}

/** Asks the backend whether the bucket is there, and passes on what it says when not. */
export async function bucketIsThere({ call, proof }: Pick<SettingCall, 'call' | 'proof'>): Promise<string> {
  await passIfSuccess(call, await headBucket(call, proof))
  return bucketOf(call)
}

/** Who changes something, and when. */
export function changeBy({ authenticated, services }: Call): Change {
  const { principal } = authenticated
  return { by: principal.type === 'User' ? principal.arn : principal.type, at: services.now() }
}

/** A document of ours. */
export function documentOf(body: Buffer, type = 'application/xml'): Answer {
  const headers: HeaderPair[] = [['content-type', type]]
  return { status: 200, headers, body }
}

/** Done, and nothing to say. */
export function done(status: 200 | 204): Answer {
  return { status, headers: [], body: undefined }
}
