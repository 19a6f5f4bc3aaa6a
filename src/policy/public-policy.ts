import type { ConditionTest, PolicyDocument, Statement } from './document.ts'
import { parseIpNetwork } from './ip-address.ts'
import { type OperatorFamily, parseOperator } from './operators.ts'

/** Keys whose fixed values pin a grant to somebody, in lower case. */
const PINNING: ReadonlySet<string> = new Set([
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:userid',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:dataaccesspointarn',
])

const EQUATING: ReadonlySet<OperatorFamily> = new Set<OperatorFamily>([
  'String',
  'StringIgnoreCase',
  'StringLike',
  'Arn',
])

/** A network of more addresses than that pins nothing. */
const MIN_BITS_V4 = 8
const MIN_BITS_V6 = 32

/**
 * Whether a bucket's policy is public: some Allow is for everybody, and no condition pins it to fixed sources.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function isPublicPolicy({ statements }: PolicyDocument): boolean {
  return statements.some(isPublicStatement)
}

function isPublicStatement({ effect, principal, conditions = [] }: Statement): boolean {
  if (effect !== 'Allow' || principal === undefined) return false
  const isForEverybody = principal.kind === 'NotPrincipal' || principal.members.some(({ value }) => value === '*')
  return isForEverybody && !conditions.some(isPinned)
}

function isPinned({ operator, key, values }: ConditionTest): boolean {
  const use = parseOperator(operator)
  if (use === undefined || use.operator.sense === 'negated') return false
  // Both are met by a request that has no value.
  if (use.whenAbsent === 'met' || use.quantifier === 'ForAllValues') return false
  const { family } = use.operator
  const lowerKey = key.toLowerCase()
  if (lowerKey === 'aws:sourceip') return family === 'IpAddress' && values.every(isNarrow)
  return PINNING.has(lowerKey) && EQUATING.has(family) && values.every(isSomebody)
}

/** What every caller without a key has for `aws:userid` names nobody. */
function isSomebody(value: string): boolean {
  return !/[*?]|\$\{/.test(value) && value.toLowerCase() !== 'anonymous'
}

function isNarrow(text: string): boolean {
  const network = parseIpNetwork(text)
  return network !== undefined && network.bits >= (network.address.length === 1 ? MIN_BITS_V4 : MIN_BITS_V6)
}
