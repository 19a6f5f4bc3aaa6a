import {
  parseLegalHold,
  parseRetention,
  type Retention,
  writeLegalHold,
  writeRetention,
} from '../src/s3/bodies/object-lock.ts'
import { acceptedBody } from '../src/s3/bodies/read-body.ts'
import { S3Error } from '../src/s3/errors.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { type Call, findAddressedObject, findBucket } from './call.ts'
import { updateObject } from './new-version.ts'
import { futureMs, isRetained, requireLockBucket } from './object-lock.ts'
import { receiveDocument } from './receive-body.ts'
import type { ObjectLock, StoredRetention } from './records.ts'

/** GetObjectRetention. */
export function getObjectRetention(call: Call): Answer {
  const { retention } = lockOfAddressed(call)
  if (retention === undefined) throw new S3Error('NoSuchObjectLockConfiguration')
  const retainUntilDate = new Date(retention.untilMs).toISOString()
  return xmlAnswer(writeRetention({ mode: retention.mode, retainUntilDate }))
}

/**
 * PutObjectRetention. A retention in force may only be prolonged; governance yields to a bypass.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
 */
export async function putObjectRetention(call: Call): Promise<Answer> {
  lockOfAddressed(call)
  const wanted = storedRetention(acceptedBody(parseRetention(await receiveDocument(call))), call.now)
  await updateObject(call, ({ retention }) => {
    if (isRetained(retention, call) && !prolongs(retention, wanted)) throw protectedByLock()
    return { retention: wanted }
  })
  return emptyAnswer(200)
}

/** GetObjectLegalHold. */
export function getObjectLegalHold(call: Call): Answer {
  const { legalHold } = lockOfAddressed(call)
  if (legalHold === undefined) throw new S3Error('NoSuchObjectLockConfiguration')
  return xmlAnswer(writeLegalHold({ status: legalHold }))
}

/** PutObjectLegalHold. */
export async function putObjectLegalHold(call: Call): Promise<Answer> {
  lockOfAddressed(call)
  const { status } = acceptedBody(parseLegalHold(await receiveDocument(call)))
  await updateObject(call, () => ({ legalHold: status }))
  return emptyAnswer(200)
}

/** 403, as every request that a lock stands against is answered. */
export function protectedByLock(): S3Error {
  return new S3Error('AccessDenied', { message: 'Access Denied because object protected by object lock.' })
}

function lockOfAddressed(call: Call): ObjectLock {
  requireLockBucket(findBucket(call))
  return findAddressedObject(call)
}

function storedRetention({ mode, retainUntilDate }: Retention, now: Date): StoredRetention | undefined {
  if (mode === undefined || retainUntilDate === undefined) return undefined
  return { mode, untilMs: futureMs(retainUntilDate, now) }
}

function prolongs(present: StoredRetention | undefined, wanted: StoredRetention | undefined): boolean {
  return wanted !== undefined && wanted.mode === present?.mode && wanted.untilMs >= present.untilMs
}
