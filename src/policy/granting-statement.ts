import { SERVICE_RESOURCE } from './arn.ts'
import type { ConditionTest, Statement } from './document.ts'

/** An access that a statement is wanted for. */
export interface WantedAccess {
  readonly action: string
  /** An ARN, taken literally. */
  readonly resource: string
  /** Where one resource is not what is wanted: a pattern, which stands in its place as it is. */
  readonly pattern?: string
  /** Whether the statement is one of a bucket policy, for callers without a key. */
  readonly caller?: 'identity' | 'anonymous'
  readonly conditions?: readonly ConditionTest[]
}

/** The smallest statement (of version 2012-10-17) that allows exactly this access. */
export function grantingStatement({ action, resource, pattern, caller, conditions = [] }: WantedAccess): Statement {
  return {
    sid: undefined,
    effect: 'Allow',
    ...(caller === 'anonymous' ? { principal: { kind: 'Principal', members: [{ type: '*', value: '*' }] } } : {}),
    action: { kind: 'Action', patterns: [action] },
    resource: { kind: 'Resource', patterns: [pattern ?? literalPattern(resource)] },
    ...(conditions.length === 0 ? {} : { conditions }),
  }
}

/**
 * The pattern that matches this text alone: what has a meaning in patterns is written as AWS wants it, `${*}`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function literalPattern(text: string): string {
  return text === SERVICE_RESOURCE ? text : text.replace(/[*?$]/g, (special) => `\${${special}}`)
}
