import { PARTITIONS, splitArn } from './arn.ts'
import type { ResourceClause } from './document.ts'
import { compilePattern, indexOfWildcard, matchesPattern, type Pattern } from './wildcard.ts'

/** A compiled `Resource` or `NotResource`, or the part of one that concerns a single bucket. */
export interface ResourceSet {
  readonly negated: boolean
  /** A bare `*` was among the patterns: it matches resources of other services, too. */
  readonly everything: boolean
  /** Patterns on the part after the fifth colon of an S3 ARN. */
  readonly patterns: readonly Pattern[]
}

/** A pattern on the part after the fifth colon, with the bucket when it can match inside one bucket only. */
interface S3ResourcePattern {
  readonly pattern: Pattern
  readonly bucket: string | undefined
}

/**
 * Compiles a clause into sets by bucket; the key undefined holds what may match in any bucket. A `Resource` matches
 * when one of its sets does. A `NotResource` cannot be split and stands whole under undefined.
 */
export function compileResources(clause: ResourceClause): ReadonlyMap<string | undefined, ResourceSet> {
  const compiled = clause.patterns.flatMap((source) => compileS3Pattern(source) ?? [])
  const everything = clause.patterns.includes('*')
  if (clause.kind === 'NotResource') {
    return new Map([[undefined, { negated: true, everything, patterns: compiled.map((each) => each.pattern) }]])
  }
  const patternsByBucket = new Map<string | undefined, Pattern[]>(everything ? [[undefined, []]] : [])
  for (const { pattern, bucket } of compiled) {
    const siblings = patternsByBucket.get(bucket)
    if (siblings === undefined) patternsByBucket.set(bucket, [pattern])
    else siblings.push(pattern)
  }
  const sets = new Map<string | undefined, ResourceSet>()
  for (const [bucket, patterns] of patternsByBucket) {
    sets.set(bucket, { negated: false, everything: everything && bucket === undefined, patterns })
  }
  return sets
}

/** Whether the set holds the S3 resource with that part after the fifth colon; undefined is a resource of another service. */
export function includesResource(set: ResourceSet, part: string | undefined): boolean {
  return (set.everything || (part !== undefined && matchesAny(set.patterns, part))) !== set.negated
}

/** The bucket of `bucket` or `bucket/key`. */
export function bucketOf(part: string): string {
  const slash = part.indexOf('/')
  return slash < 0 ? part : part.slice(0, slash)
}

/** Whether an ARN pattern can match any S3 bucket or object. Those have neither region nor account. */
export function canMatchS3(source: string): boolean {
  return source === '*' || compileS3Pattern(source) !== undefined
}

/** Undefined for a bare `*` and for patterns that match no S3 bucket or object. Wildcards stay inside the part they stand in. */
function compileS3Pattern(source: string): S3ResourcePattern | undefined {
  const arn = splitArn(source)
  if (arn === undefined) return undefined
  const fits = (part: string, text: string): boolean => matchesPattern(compilePattern(part), text)
  if (!PARTITIONS.some((partition) => fits(arn.partition, partition))) return undefined
  if (!fits(arn.service, 's3') || !fits(arn.region, '') || !fits(arn.account, '')) return undefined
  const bucket = bucketOf(arn.resource)
  return { pattern: compilePattern(arn.resource), bucket: indexOfWildcard(bucket) < 0 ? bucket : undefined }
}

function matchesAny(patterns: readonly Pattern[], text: string): boolean {
  for (const pattern of patterns) if (matchesPattern(pattern, text)) return true
  return false
}
