import { PARTITIONS, splitArn } from './arn.ts'
import type { ActionClause, ResourceClause } from './document.ts'
import { didYouMean } from './nearest-name.ts'
import { entriesOf, fieldOf, type PlainRecord, type PolicyPath, type Problems } from './problems.ts'
import { canMatchS3 } from './resource-set.ts'
import { S3_ACTIONS, S3_ACTIONS_LOWER } from './s3-actions.ts'
import type { StatementPlace } from './statement-place.ts'
import { checkTemplate } from './check-template.ts'
import { compilePattern, matchesPattern } from './wildcard.ts'

/** Reads `Action` or `NotAction`, of which a statement has exactly one. Undefined when there were problems. */
export function parseActions(item: PlainRecord, place: StatementPlace): ActionClause | undefined {
  const found = oneOf(item, ['Action', 'NotAction'], place)
  if (found === undefined) return undefined
  for (const { text, at } of found.patterns) checkAction(text, at, place)
  return { kind: found.field, patterns: found.patterns.map(({ text }) => text) }
}

/** Reads `Resource` or `NotResource`, of which a statement has exactly one. Undefined when there were problems. */
export function parseResources(item: PlainRecord, place: StatementPlace): ResourceClause | undefined {
  const found = oneOf(item, ['Resource', 'NotResource'], place)
  if (found === undefined) return undefined
  for (const { text, at } of found.patterns) checkResource(text, at, place)
  return { kind: found.field, patterns: found.patterns.map(({ text }) => text) }
}

/**
 * `service:Name`, or `*`. S3's must match an action that exists; those of other services are none of our business, and
 * have none in the policy of a bucket.
 */
function checkAction(text: string, at: PolicyPath, { kind, problems }: StatementPlace): void {
  if (text === '*') return
  const colon = text.indexOf(':')
  const service = text.slice(0, Math.max(colon, 0)).toLowerCase()
  const name = text.slice(colon + 1)
  if (!/^[a-z0-9-]+$/.test(service) || !/^[A-Za-z0-9*?]+$/.test(name)) {
    problems.add(at, 'must be "*" or SERVICE:NAME, where only NAME may hold wildcards')
    return
  }
  if (service !== 's3') {
    if (kind.type === 'bucket') problems.add(at, 'is an action of another service')
    else problems.warn(at, 'is an action of another service and matches no S3 request')
    return
  }
  const pattern = compilePattern(text.toLowerCase())
  if (!S3_ACTIONS_LOWER.some((action) => matchesPattern(pattern, action))) {
    problems.add(at, `matches no S3 action${didYouMean(text, S3_ACTIONS)}`)
  }
}

/** `*`, or an ARN of six parts, in the policy of a bucket one of that bucket or its objects. */
function checkResource(text: string, at: PolicyPath, place: StatementPlace): void {
  const { kind, problems } = place
  if (text === '*' && kind.type === 'identity') return
  const arn = splitArn(text)
  if (arn === undefined || arn.service === '' || arn.resource === '') {
    problems.add(at, `must be ${kind.type === 'bucket' ? '' : '"*" or '}an ARN such as arn:aws:s3:::BUCKET/*`)
    return
  }
  if ([arn.partition, arn.service, arn.region, arn.account].some((part) => part.includes('${'))) {
    problems.add(at, 'may hold variables only after the fifth colon')
    return
  }
  const partition = compilePattern(arn.partition)
  if (!PARTITIONS.some((known) => matchesPattern(partition, known))) {
    problems.add(at, `the partition must be one of ${PARTITIONS.join(', ')}`)
    return
  }
  checkTemplate(arn.resource, at, place)
  if (kind.type === 'bucket') checkInBucket(text, kind.bucket, at, problems)
  else if (!canMatchS3(text)) {
    problems.warn(at, 'matches no S3 resource: those have the service s3, no region, no account')
  }
}

function checkInBucket(text: string, bucket: string, at: PolicyPath, problems: Problems): void {
  const part = splitArn(text)?.resource
  if (canMatchS3(text) && (part === bucket || part?.startsWith(`${bucket}/`) === true)) return
  problems.add(at, `must be arn:aws:s3:::${bucket} or begin with arn:aws:s3:::${bucket}/`)
}

interface Clause<Field extends string> {
  readonly field: Field
  readonly patterns: readonly { readonly text: string; readonly at: PolicyPath }[]
}

/** The one of two fields that is there, as a list of strings. */
function oneOf<Field extends string>(
  item: PlainRecord,
  [positive, negative]: readonly [Field, Field],
  { path, problems }: StatementPlace,
): Clause<Field> | undefined {
  const present = [positive, negative].filter((field) => fieldOf(item, field) !== undefined)
  const [field] = present
  if (field === undefined || present.length > 1) {
    problems.add(path, `must have ${positive} or ${negative}, and not both`)
    return undefined
  }
  const patterns = entriesOf(fieldOf(item, field), [...path, field], problems).flatMap(({ value, at }) => {
    if (typeof value === 'string') return [{ text: value, at }]
    problems.add(at, 'must be a string')
    return []
  })
  return patterns.length === 0 ? undefined : { field, patterns }
}
