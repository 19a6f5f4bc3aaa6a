import { type BodyProblem, BodyRefusal, acceptedBody, readBody } from '../src/s3/bodies/read-body.ts'
import { type FieldKind, readFields } from '../src/s3/bodies/fields.ts'
import { MAX_BUCKET_TAGS, parseTagging, writeTagging } from '../src/s3/bodies/tagging.ts'
import { S3Error } from '../src/s3/errors.ts'
import { optionalElement, xmlDocument } from '../src/s3/xml.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { bucketName, type Call, commit, findBucket } from './call.ts'
import { receiveDocument } from './receive-body.ts'
import type { BucketSettings } from './records.ts'

/** Changes some of a bucket's settings; `decide` sees the present ones and may refuse by throwing. */
export function changeSettings(call: Call, decide: (present: BucketSettings) => BucketSettings): Promise<void> {
  const bucket = bucketName(call)
  return commit(call, { bucket }, () => {
    const { settings } = findBucket(call)
    return [{ op: 'bucket-settings', bucket, settings: { ...settings, ...decide(settings) } }]
  })
}

/** GetBucketVersioning: a bucket that was never versioned has an empty configuration. */
export function getBucketVersioning(call: Call): Answer {
  const { versioning } = findBucket(call).settings
  return xmlAnswer(xmlDocument('VersioningConfiguration', optionalElement('Status', versioning)))
}

/** PutBucketVersioning. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export async function putBucketVersioning(call: Call): Promise<Answer> {
  findBucket(call)
  const versioning = acceptedBody(parseVersioning(await receiveDocument(call))).status
  await changeSettings(call, ({ objectLock }) => {
    if (objectLock === undefined || versioning === 'Enabled') return { versioning }
    throw new S3Error('InvalidBucketState', {
      message: 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    })
  })
  return emptyAnswer(200)
}

const VERSIONING: ReadonlyMap<string, FieldKind> = new Map([
  ['Status', 'text'],
  ['MfaDelete', 'text?'],
])

function parseVersioning(bytes: Buffer): { readonly status: 'Enabled' | 'Suspended' } | BodyProblem {
  return readBody(bytes, 'VersioningConfiguration', (root) => {
    const fields = readFields(root, VERSIONING)
    const status = fields.text('Status')
    if ((fields.optionalText('MfaDelete') ?? 'Disabled') !== 'Disabled')
      throw new BodyRefusal('mfa-delete', 'NotImplemented')
    if (status === 'Enabled' || status === 'Suspended') return { status }
    throw new BodyRefusal('unknown-status')
  })
}

/** GetBucketTagging. @throws S3Error NoSuchTagSet */
export function getBucketTagging(call: Call): Answer {
  const { tags } = findBucket(call).settings
  if (tags === undefined) throw new S3Error('NoSuchTagSet')
  return xmlAnswer(writeTagging({ tags }))
}

/** PutBucketTagging: replaces all tags. */
export async function putBucketTagging(call: Call): Promise<Answer> {
  findBucket(call)
  const { tags } = acceptedBody(parseTagging(await receiveDocument(call), MAX_BUCKET_TAGS))
  await changeSettings(call, () => ({ tags }))
  return emptyAnswer(204)
}

/** DeleteBucketTagging. */
export async function deleteBucketTagging(call: Call): Promise<Answer> {
  await changeSettings(call, () => ({ tags: undefined }))
  return emptyAnswer(204)
}
