import { PARTITIONS, splitArn } from './arn.ts'
import type { ContextReader } from './context.ts'
import type { PolicyVersion, ResourceClause } from './document.ts'
import { checkedTemplate } from './template.ts'
import { compileTextPattern, matchesText, textPatternHead, type TextPattern } from './text-pattern.ts'
import { type Answer, negated, NO, UNKNOWN, YES } from './three-valued.ts'
import { compilePattern, matchesPattern } from './wildcard.ts'

/**
 * What a rule applies to: everything, resources of other services too (a bare `*`); what a pattern on the part after the
 * fifth colon matches; or all but some of these.
 */
export type ResourceSet =
  | { readonly kind: 'everything' }
  | TextPattern
  | { readonly kind: 'all-but'; readonly excluded: readonly ResourceSet[] }

const EVERYTHING: ResourceSet = { kind: 'everything' }

/**
 * Compiles a clause. A `Resource` matches when one of its sets does; each can be looked for by its literal beginning. A
 * `NotResource` is one set.
 */
export function compileResources(clause: ResourceClause, version: PolicyVersion): readonly ResourceSet[] {
  const sets = clause.patterns.flatMap((source) => compileResource(source, version) ?? [])
  return clause.kind === 'Resource' ? sets : [{ kind: 'all-but', excluded: sets }]
}

/** Whether the set holds the S3 resource with that part after the fifth colon; undefined is one of another service. */
export function includesResource(set: ResourceSet, part: string | undefined, context: ContextReader): Answer {
  switch (set.kind) {
    case 'everything':
      return YES
    case 'all-but':
      return negated(isExcluded(set.excluded, part, context))
    default:
      return part === undefined ? NO : matchesText(set, part, context)
  }
}

/** Variables without a value exclude nothing. */
function isExcluded(excluded: readonly ResourceSet[], part: string | undefined, context: ContextReader): Answer {
  let answer: Answer = NO
  for (const set of excluded) {
    const one = includesResource(set, part, context)
    if (one === YES) return YES
    if (one === UNKNOWN) answer = UNKNOWN
  }
  return answer
}

/** The text with which the part after the fifth colon of every S3 resource in the set begins. */
export function resourceHead(set: ResourceSet): string {
  return set.kind === 'everything' || set.kind === 'all-but' ? '' : textPatternHead(set)
}

/** Whether an ARN pattern can match any S3 bucket or object. Those have neither region nor account. */
export function canMatchS3(source: string): boolean {
  if (source === '*') return true
  const arn = splitArn(source)
  if (arn === undefined) return false
  const fits = (part: string, text: string): boolean => matchesPattern(compilePattern(part), text)
  if (!PARTITIONS.some((partition) => fits(arn.partition, partition))) return false
  return fits(arn.service, 's3') && fits(arn.region, '') && fits(arn.account, '')
}

/** Undefined for patterns that match no S3 bucket or object. Wildcards stay inside the part they stand in. */
function compileResource(source: string, version: PolicyVersion): ResourceSet | undefined {
  if (source === '*') return EVERYTHING
  const arn = splitArn(source)
  if (arn === undefined || !canMatchS3(source)) return undefined
  return compileTextPattern(checkedTemplate(arn.resource, version))
}
