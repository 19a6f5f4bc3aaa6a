import { type FieldKind, readFields } from '../src/s3/bodies/fields.ts'
import { type BodyProblem, BodyRefusal, acceptedBody, readBody } from '../src/s3/bodies/read-body.ts'
import { S3Error } from '../src/s3/errors.ts'
import { element, optionalElement, xmlDocument } from '../src/s3/xml.ts'
import type { XmlElement } from '../src/s3/xml-reader.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { changeSettings } from './bucket-settings.ts'
import { type Call, findBucket } from './call.ts'
import { receiveDocument } from './receive-body.ts'
import type { BucketSettings, DefaultRetention } from './records.ts'

type LockSettings = NonNullable<BucketSettings['objectLock']>

/** AWS's bounds. */
const MAX_DAYS = 36_500
const MAX_YEARS = 100

/** GetObjectLockConfiguration. @throws S3Error ObjectLockConfigurationNotFoundError */
export function getObjectLockConfiguration(call: Call): Answer {
  const { objectLock } = findBucket(call).settings
  if (objectLock === undefined) throw new S3Error('ObjectLockConfigurationNotFoundError')
  const rule = objectLock.defaultRetention
  return xmlAnswer(
    xmlDocument(
      'ObjectLockConfiguration',
      element('ObjectLockEnabled', 'Enabled'),
      rule &&
        element(
          'Rule',
          element(
            'DefaultRetention',
            element('Mode', rule.mode),
            optionalElement('Days', rule.days?.toString()),
            optionalElement('Years', rule.years?.toString()),
          ),
        ),
    ),
  )
}

/**
 * PutObjectLockConfiguration: sets or removes the default, and gives a versioned bucket object lock, for ever.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
 */
export async function putObjectLockConfiguration(call: Call): Promise<Answer> {
  findBucket(call)
  const objectLock = acceptedBody(parseLockConfiguration(await receiveDocument(call)))
  await changeSettings(call, ({ versioning }) => {
    if (versioning === 'Enabled') return { objectLock }
    throw new S3Error('InvalidBucketState', {
      message: "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    })
  })
  return emptyAnswer(200)
}

const CONFIGURATION: ReadonlyMap<string, FieldKind> = new Map([
  ['ObjectLockEnabled', 'text'],
  ['Rule', 'element?'],
])
const RULE: ReadonlyMap<string, FieldKind> = new Map([['DefaultRetention', 'element']])
const DEFAULT_RETENTION: ReadonlyMap<string, FieldKind> = new Map([
  ['Mode', 'text'],
  ['Days', 'text?'],
  ['Years', 'text?'],
])

function parseLockConfiguration(bytes: Buffer): LockSettings | BodyProblem {
  return readBody(bytes, 'ObjectLockConfiguration', (root): LockSettings => {
    const fields = readFields(root, CONFIGURATION)
    if (fields.text('ObjectLockEnabled') !== 'Enabled') throw new BodyRefusal('not-enabled')
    const rule = fields.optionalElement('Rule')
    const retention = rule && readFields(rule, RULE).optionalElement('DefaultRetention')
    return retention === undefined ? {} : { defaultRetention: readDefault(retention) }
  })
}

function readDefault(retention: XmlElement): DefaultRetention {
  const fields = readFields(retention, DEFAULT_RETENTION)
  const mode = fields.text('Mode')
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw new BodyRefusal('unknown-mode')
  const days = period(fields.optionalText('Days'), MAX_DAYS)
  const years = period(fields.optionalText('Years'), MAX_YEARS)
  if ((days === undefined) === (years === undefined)) throw new BodyRefusal('days-or-years')
  return { mode, days, years }
}

function period(text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined
  if (!/^-?\d{1,9}$/.test(text)) throw new BodyRefusal('not-a-number')
  const length = Number(text)
  if (length < 1 || length > max) throw new BodyRefusal('period', 'InvalidArgument')
  return length
}
