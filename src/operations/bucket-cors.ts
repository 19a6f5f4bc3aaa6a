import type { Answer } from '../listen/respond.ts'
import { parseCorsConfiguration, writeCorsConfiguration } from '../s3/bodies/cors.ts'
import { acceptedBody } from '../s3/bodies/read-body.ts'
import { S3Error } from '../s3/errors.ts'
import { bucketIsThere, documentOf, done, type Setting, type SettingCall, stateForChange } from './bucket-settings.ts'

const CORS: Setting = {
  name: 'CORS configuration',
  isGoverned: ({ services }, bucket) => services.governed.cors.has(bucket),
}

/** GetBucketCors: the rules by which the proxy answers browsers, once the backend said that the bucket is there. */
export async function getBucketCors(setting: SettingCall): Promise<Answer> {
  await setting.readDocument()
  const bucket = await bucketIsThere(setting)
  const rules = setting.call.services.cors.get(bucket)
  if (rules === undefined) throw new S3Error('NoSuchCORSConfiguration')
  return documentOf(writeCorsConfiguration(rules))
}

/**
 * PutBucketCors: the rules hold from the next request on. The backend is not told: it answers no browser.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
 */
export async function putBucketCors(setting: SettingCall): Promise<Answer> {
  const state = stateForChange(setting.call, CORS)
  const { rules } = acceptedBody(parseCorsConfiguration(await setting.readDocument()))
  state.setCors(await bucketIsThere(setting), rules)
  return done(200)
}

/** DeleteBucketCors: also where there are none. */
export async function deleteBucketCors(setting: SettingCall): Promise<Answer> {
  const state = stateForChange(setting.call, CORS)
  await setting.readDocument()
  const bucket = await bucketIsThere(setting)
  if (state.bucket(bucket)?.cors !== undefined) state.setCors(bucket, undefined)
  return done(204)
}
