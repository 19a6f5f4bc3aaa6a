import { isUtf8 } from 'node:buffer'
import type { Answer } from '../listen/respond.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { readJson } from '../policy/json.ts'
import { parseBucketPolicy } from '../policy/parse.ts'
import type { PolicyPath } from '../policy/problems.ts'
import { isPublicPolicy } from '../policy/public-policy.ts'
import { writePolicyStatus } from '../s3/bodies/public-access.ts'
import { S3Error } from '../s3/errors.ts'
import {
  bucketIsThere,
  changeBy,
  documentOf,
  done,
  type Setting,
  type SettingCall,
  stateForChange,
} from './bucket-settings.ts'
import { bucketOf, type Call } from './call.ts'
import { publicAccessBlockOf } from './public-access-block.ts'

const POLICY: Setting = { name: 'policy', isGoverned: ({ services }, bucket) => services.governed.policies.has(bucket) }

/**
 * Policies of buckets are the business of the account's own users, as in S3: no policy can let everybody write, read or
 * remove it, `s3:*` for `"*"` among them.
 * @throws S3Error MethodNotAllowed
 */
function refuseStrangers({ authenticated }: Call): void {
  if (authenticated.principal.type === 'Anonymous') throw new S3Error('MethodNotAllowed')
}

/**
 * GetBucketPolicy: the policy as it was sent.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
 */
export async function getBucketPolicy(setting: SettingCall): Promise<Answer> {
  refuseStrangers(setting.call)
  await setting.readDocument()
  const text = policyText(setting.call, await bucketIsThere(setting))
  return documentOf(Buffer.from(text), 'application/json')
}

/** GetBucketPolicyStatus: whether the policy lets everybody in. */
export async function getBucketPolicyStatus(setting: SettingCall): Promise<Answer> {
  refuseStrangers(setting.call)
  await setting.readDocument()
  const bucket = await bucketIsThere(setting)
  const document = acceptedPolicy(policyText(setting.call, bucket), bucket, () => true)
  return documentOf(writePolicyStatus(isPublicPolicy(document) ? 'public' : 'not-public'))
}

/**
 * PutBucketPolicy: in force from the next request on, here and in every process on the same state.
 * @throws S3Error MalformedPolicy for whatever S3 refuses and for what could not be enforced; AccessDenied for a public
 * policy where those are blocked
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
export async function putBucketPolicy(setting: SettingCall): Promise<Answer> {
  const { call } = setting
  refuseStrangers(call)
  const state = stateForChange(call, POLICY)
  const text = textOf(await setting.readDocument())
  const document = acceptedPolicy(text, bucketOf(call), call.services.governed.knowsPrincipal)
  const bucket = await bucketIsThere(setting)
  if (publicAccessBlockOf(call, bucket).blockPublicPolicy && isPublicPolicy(document)) {
    throw new S3Error('AccessDenied', { detail: 'public policies are blocked' })
  }
  state.setPolicy(bucket, text, changeBy(call))
  return done(204)
}

/** DeleteBucketPolicy: also where there is none. */
export async function deleteBucketPolicy(setting: SettingCall): Promise<Answer> {
  const { call } = setting
  refuseStrangers(call)
  const state = stateForChange(call, POLICY)
  await setting.readDocument()
  const bucket = await bucketIsThere(setting)
  if (state.bucket(bucket)?.policy !== undefined) state.setPolicy(bucket, undefined, changeBy(call))
  return done(204)
}

function policyText({ services }: Call, bucket: string): string {
  const text = services.governed.policies.get(bucket) ?? services.state?.bucket(bucket)?.policy?.text
  if (text === undefined) throw new S3Error('NoSuchBucketPolicy', { extras: [['BucketName', bucket]] })
  return text
}

function textOf(document: Buffer): string {
  if (document.length === 0) throw new S3Error('MissingRequestBodyError')
  if (document[0] !== 0x7b || !isUtf8(document)) {
    throw malformed('The policy must be valid JSON in UTF-8, and its first byte "{".')
  }
  return document.toString('utf8')
}

function acceptedPolicy(text: string, bucket: string, knowsPrincipal: (arn: string) => boolean): PolicyDocument {
  const read = readJson(text)
  if ('problem' in read) {
    const { line, column } = read.position
    throw malformed(`The policy is not valid JSON: ${read.problem} (line ${line}, column ${column}).`)
  }
  const parsed = parseBucketPolicy(read.value, bucket, { knowsPrincipal })
  if ('document' in parsed) return parsed.document
  const [first] = parsed.problems
  throw malformed(first === undefined ? undefined : `${pathText(first.path)}: ${first.problem}`)
}

function malformed(message: string | undefined): S3Error {
  return new S3Error('MalformedPolicy', message === undefined ? {} : { message })
}

function pathText(path: PolicyPath): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  return text === '' ? 'The policy' : text.replace(/^\./, '').slice(0, 256)
}
