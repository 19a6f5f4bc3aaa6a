import { PARTITIONS, splitArn } from './arn.ts'
import type { ActionClause, PolicyVersion, ResourceClause } from './document.ts'
import type { PlainRecord, PolicyPath, Problems } from './problems.ts'
import { canMatchS3 } from './resource-set.ts'
import { S3_ACTIONS_LOWER } from './s3-actions.ts'
import { compilePattern, matchesPattern } from './wildcard.ts'

/** Reads `Action` or `NotAction`, of which a statement has exactly one. Undefined when there were problems. */
export function parseActions(item: PlainRecord, path: PolicyPath, problems: Problems): ActionClause | undefined {
  const found = oneOf(item, ['Action', 'NotAction'], path, problems)
  if (found === undefined) return undefined
  for (const { text, at } of found.patterns) checkAction(text, at, problems)
  return { kind: found.field, patterns: found.patterns.map(({ text }) => text) }
}

/** Reads `Resource` or `NotResource`, of which a statement has exactly one. Undefined when there were problems. */
export function parseResources(
  item: PlainRecord,
  version: PolicyVersion,
  path: PolicyPath,
  problems: Problems,
): ResourceClause | undefined {
  const found = oneOf(item, ['Resource', 'NotResource'], path, problems)
  if (found === undefined) return undefined
  for (const { text, at } of found.patterns) {
    if (version === '2012-10-17' && text.includes('${')) problems.add(at, 'policy variables are not supported yet')
    checkResource(text, at, problems)
  }
  return { kind: found.field, patterns: found.patterns.map(({ text }) => text) }
}

/** `service:Name`, or `*`. S3's must match an action that exists; those of other services are none of our business. */
function checkAction(text: string, at: PolicyPath, problems: Problems): void {
  if (text === '*') return
  const colon = text.indexOf(':')
  const service = text.slice(0, Math.max(colon, 0)).toLowerCase()
  const name = text.slice(colon + 1)
  if (!/^[a-z0-9-]+$/.test(service) || !/^[A-Za-z0-9*?]+$/.test(name)) {
    problems.add(at, 'must be "*" or SERVICE:NAME, where only NAME may hold wildcards')
    return
  }
  if (service !== 's3') {
    problems.warn(at, 'is an action of another service and matches no S3 request')
    return
  }
  const pattern = compilePattern(text.toLowerCase())
  if (!S3_ACTIONS_LOWER.some((action) => matchesPattern(pattern, action))) {
    problems.add(at, 'matches no S3 action')
  }
}

/** `*`, or an ARN of six parts. */
function checkResource(text: string, at: PolicyPath, problems: Problems): void {
  if (text === '*') return
  const arn = splitArn(text)
  if (arn === undefined || arn.service === '' || arn.resource === '') {
    problems.add(at, 'must be "*" or an ARN such as arn:aws:s3:::BUCKET/*')
    return
  }
  const partition = compilePattern(arn.partition)
  if (!PARTITIONS.some((known) => matchesPattern(partition, known))) {
    problems.add(at, `the partition must be one of ${PARTITIONS.join(', ')}`)
    return
  }
  if (!text.isWellFormed()) problems.add(at, 'is not well-formed Unicode')
  if (!canMatchS3(text)) problems.warn(at, 'matches no S3 resource: those have the service s3, no region, no account')
}

interface Clause<Field extends string> {
  readonly field: Field
  readonly patterns: readonly { readonly text: string; readonly at: PolicyPath }[]
}

/** The one of two fields that is there, as a list of strings. */
function oneOf<Field extends string>(
  item: PlainRecord,
  [positive, negative]: readonly [Field, Field],
  path: PolicyPath,
  problems: Problems,
): Clause<Field> | undefined {
  const present = [positive, negative].filter((field) => item[field] !== undefined)
  const [field] = present
  if (field === undefined || present.length > 1) {
    problems.add(path, `must have ${positive} or ${negative}, and not both`)
    return undefined
  }
  const value = item[field]
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) problems.add([...path, field], 'must not be empty')
  const patterns = list.flatMap((text, index) => {
    const at = Array.isArray(value) ? [...path, field, index] : [...path, field]
    if (typeof text === 'string') return [{ text, at }]
    problems.add(at, 'must be a string')
    return []
  })
  return patterns.length === 0 ? undefined : { field, patterns }
}
