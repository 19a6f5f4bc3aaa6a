import { randomUUID } from 'node:crypto'
import { type BodyProblem, BodyRefusal, acceptedBody, readBody } from '../src/s3/bodies/read-body.ts'
import { S3Error } from '../src/s3/errors.ts'
import { element, type XmlFragment, xmlDocument } from '../src/s3/xml.ts'
import type { XmlElement } from '../src/s3/xml-reader.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { changeSettings } from './bucket-settings.ts'
import { type Call, findBucket } from './call.ts'
import { receiveDocument } from './receive-body.ts'

const MINIMUM_SIZE = 'x-amz-transition-default-minimum-object-size'
const MINIMUM_SIZES: ReadonlySet<string> = new Set(['all_storage_classes_128K', 'varies_by_storage_class'])
const MAX_RULES = 1000
const MAX_ID_LENGTH = 255

/** What a rule does, each with the elements of which it needs one. */
const RULE_ACTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Expiration', ['Days', 'Date', 'ExpiredObjectDeleteMarker']],
  ['NoncurrentVersionExpiration', ['NoncurrentDays', 'NewerNoncurrentVersions']],
  ['Transition', ['Days', 'Date']],
  ['NoncurrentVersionTransition', ['NoncurrentDays', 'NewerNoncurrentVersions']],
  ['AbortIncompleteMultipartUpload', ['DaysAfterInitiation']],
])
const RULE_PARTS: ReadonlySet<string> = new Set(['ID', 'Status', 'Filter', 'Prefix', ...RULE_ACTIONS.keys()])
/** A number of days or of versions, within 32 bits; 0 only where something is moved at once. */
const COUNTS: ReadonlySet<string> = new Set([
  'Days',
  'NoncurrentDays',
  'NewerNoncurrentVersions',
  'DaysAfterInitiation',
])

/** GetBucketLifecycleConfiguration. @throws S3Error NoSuchLifecycleConfiguration */
export function getBucketLifecycle(call: Call): Answer {
  const { lifecycle } = findBucket(call).settings
  if (lifecycle === undefined) throw new S3Error('NoSuchLifecycleConfiguration')
  return xmlAnswer(lifecycle.document, [[MINIMUM_SIZE, lifecycle.minimumSize]])
}

/**
 * PutBucketLifecycleConfiguration: kept and given back; the store does not act on it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export async function putBucketLifecycle(call: Call): Promise<Answer> {
  findBucket(call)
  const minimumSize = call.request.amz.get(MINIMUM_SIZE) ?? 'all_storage_classes_128K'
  if (!MINIMUM_SIZES.has(minimumSize))
    throw new S3Error('InvalidArgument', { extras: [['ArgumentName', MINIMUM_SIZE]] })
  const { document } = acceptedBody(parseLifecycle(await receiveDocument(call)))
  await changeSettings(call, () => ({ lifecycle: { document, minimumSize } }))
  return emptyAnswer(200, [[MINIMUM_SIZE, minimumSize]])
}

/** DeleteBucketLifecycle. */
export async function deleteBucketLifecycle(call: Call): Promise<Answer> {
  await changeSettings(call, () => ({ lifecycle: undefined }))
  return emptyAnswer(204)
}

function parseLifecycle(bytes: Buffer): { readonly document: string } | BodyProblem {
  return readBody(bytes, 'LifecycleConfiguration', (root) => {
    const rules = root.children
    if (rules.length === 0 || rules.length > MAX_RULES) throw new BodyRefusal('number-of-rules')
    const ids = new Set<string>()
    for (const rule of rules) {
      checkRule(rule)
      const id = childOf(rule, 'ID')?.text
      if (id !== undefined && ids.has(id)) throw new BodyRefusal('duplicate-id', 'InvalidArgument')
      if (id !== undefined) ids.add(id)
    }
    return { document: xmlDocument('LifecycleConfiguration', rules.map(writeRule)) }
  })
}

function checkRule(rule: XmlElement): void {
  if (rule.name !== 'Rule') throw new BodyRefusal('unknown-element')
  const [status, id] = [childOf(rule, 'Status')?.text, childOf(rule, 'ID')?.text ?? '']
  if (status !== 'Enabled' && status !== 'Disabled') throw new BodyRefusal('status')
  if (id.length > MAX_ID_LENGTH) throw new BodyRefusal('id-length', 'InvalidArgument')
  if ((childOf(rule, 'Filter') === undefined) === (childOf(rule, 'Prefix') === undefined))
    throw new BodyRefusal('filter-or-prefix')
  checkActions(rule)
}

function checkActions(rule: XmlElement): void {
  let count = 0
  for (const part of rule.children) {
    if (!RULE_PARTS.has(part.name)) throw new BodyRefusal('unknown-element')
    const needed = RULE_ACTIONS.get(part.name)
    if (needed === undefined) continue
    checkAction(part, needed)
    count += 1
  }
  if (count === 0) throw new BodyRefusal('no-action', 'InvalidRequest')
}

function checkAction(action: XmlElement, needed: readonly string[]): void {
  if (!action.children.some(({ name }) => needed.includes(name))) throw new BodyRefusal('empty-action')
  const smallest = action.name.endsWith('Transition') ? 0 : 1
  for (const { name, text } of action.children) {
    if (COUNTS.has(name) && !/^-?\d{1,9}$/.test(text)) throw new BodyRefusal('not-a-number')
    if (COUNTS.has(name) && Number(text) < smallest) throw new BodyRefusal('too-small', 'InvalidArgument')
    if (name === 'Date' && !/^\d{4}-\d\d-\d\d(?:T00:00:00(?:\.0+)?(?:Z|\+00:00)?)?$/.test(text))
      throw new BodyRefusal('not-midnight', 'InvalidArgument')
  }
}

/** As sent, with a name for a rule that has none. */
function writeRule(rule: XmlElement): XmlFragment {
  const named = childOf(rule, 'ID') === undefined ? element('ID', randomUUID()) : undefined
  return element('Rule', named, rule.children.map(writeElement))
}

function writeElement({ name, children, text }: XmlElement): XmlFragment {
  return children.length > 0 ? element(name, children.map(writeElement)) : element(name, text)
}

function childOf(parent: XmlElement, name: string): XmlElement | undefined {
  const found = parent.children.filter((child) => child.name === name)
  if (found.length > 1) throw new BodyRefusal('duplicate-element')
  return found[0]
}
