import type { Answer } from '../listen/respond.ts'
import { parsePublicAccessBlock, writePublicAccessBlock } from '../s3/bodies/public-access.ts'
import { acceptedBody } from '../s3/bodies/read-body.ts'
import { S3Error } from '../s3/errors.ts'
import { combinedBlock, type PublicAccessBlock } from '../s3/public-access-block.ts'
import { bucketIsThere, documentOf, done, type Setting, type SettingCall, stateForChange } from './bucket-settings.ts'
import type { Call } from './call.ts'

/** The file says what holds for all buckets, never for one. */
const BLOCK: Setting = { name: 'public access block', isGoverned: () => false }

/** What is refused in a bucket: by the account or by the bucket itself. */
export function publicAccessBlockOf({ services }: Call, bucket: string): PublicAccessBlock {
  const account = services.governed.publicAccessBlock
  const own = services.state?.bucket(bucket)?.publicAccessBlock
  return own === undefined ? account : combinedBlock(account, own)
}

/**
 * GetPublicAccessBlock: the bucket's own.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html
 */
export async function getPublicAccessBlock(setting: SettingCall): Promise<Answer> {
  await setting.readDocument()
  const bucket = await bucketIsThere(setting)
  const block = setting.call.services.state?.bucket(bucket)?.publicAccessBlock
  if (block === undefined)
    throw new S3Error('NoSuchPublicAccessBlockConfiguration', { extras: [['BucketName', bucket]] })
  return documentOf(writePublicAccessBlock(block))
}

/** PutPublicAccessBlock: the whole block; what the document leaves out is off. */
export async function putPublicAccessBlock(setting: SettingCall): Promise<Answer> {
  const state = stateForChange(setting.call, BLOCK)
  const block = acceptedBody(parsePublicAccessBlock(await setting.readDocument()))
  state.setPublicAccessBlock(await bucketIsThere(setting), block)
  return done(200)
}

/** DeletePublicAccessBlock: also where there is none. */
export async function deletePublicAccessBlock(setting: SettingCall): Promise<Answer> {
  const state = stateForChange(setting.call, BLOCK)
  await setting.readDocument()
  const bucket = await bucketIsThere(setting)
  if (state.bucket(bucket)?.publicAccessBlock !== undefined) state.setPublicAccessBlock(bucket, undefined)
  return done(204)
}
