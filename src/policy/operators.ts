/** What an operator compares, and how. */
export type OperatorFamily =
  | 'String'
  | 'StringIgnoreCase'
  | 'StringLike'
  | 'Numeric'
  | 'Date'
  | 'Bool'
  | 'Binary'
  | 'IpAddress'
  | 'Arn'
  | 'Null'

/** How the value of the request has to stand to the one of the policy. */
export type Comparison = 'equal' | 'less' | 'less-or-equal' | 'greater' | 'greater-or-equal'

/** One operator of the condition language. */
export interface Operator {
  /** As AWS writes it. */
  readonly name: string
  readonly family: OperatorFamily
  /** A negated one matches when no value of the policy does. */
  readonly sense: 'positive' | 'negated'
  readonly comparison: Comparison
}

/** An operator as a condition uses it. */
export interface OperatorUse {
  readonly operator: Operator
  /** How several values of the request are looked at; undefined: as one value. */
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined
  /** What a key is that the request does not have: `met` with the suffix `IfExists`. */
  readonly whenAbsent: 'met' | 'compared'
}

const operator = (name: string, family: OperatorFamily, comparison: Comparison = 'equal'): Operator => ({
  name,
  family,
  sense: name.includes('Not') ? 'negated' : 'positive',
  comparison,
})

/**
 * Every operator. ArnEquals and ArnLike are one and the same.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const OPERATORS: readonly Operator[] = [
  operator('StringEquals', 'String'),
  operator('StringNotEquals', 'String'),
  operator('StringEqualsIgnoreCase', 'StringIgnoreCase'),
  operator('StringNotEqualsIgnoreCase', 'StringIgnoreCase'),
  operator('StringLike', 'StringLike'),
  operator('StringNotLike', 'StringLike'),
  ...(['Numeric', 'Date'] as const).flatMap((family) => [
    operator(`${family}Equals`, family),
    operator(`${family}NotEquals`, family),
    operator(`${family}LessThan`, family, 'less'),
    operator(`${family}LessThanEquals`, family, 'less-or-equal'),
    operator(`${family}GreaterThan`, family, 'greater'),
    operator(`${family}GreaterThanEquals`, family, 'greater-or-equal'),
  ]),
  operator('Bool', 'Bool'),
  operator('BinaryEquals', 'Binary'),
  operator('IpAddress', 'IpAddress'),
  operator('NotIpAddress', 'IpAddress'),
  operator('ArnEquals', 'Arn'),
  operator('ArnNotEquals', 'Arn'),
  operator('ArnLike', 'Arn'),
  operator('ArnNotLike', 'Arn'),
  operator('Null', 'Null'),
]

const BY_LOWER_NAME: ReadonlyMap<string, Operator> = new Map(OPERATORS.map((each) => [each.name.toLowerCase(), each]))
const QUANTIFIERS = ['ForAllValues', 'ForAnyValue'] as const
const SUFFIX = 'ifexists'

/** Reads `ForAnyValue:StringLikeIfExists` and the like, in any case. Undefined for what is no operator. */
export function parseOperator(text: string): OperatorUse | undefined {
  const lower = text.toLowerCase()
  const colon = lower.indexOf(':')
  const quantifier = colon < 0 ? undefined : QUANTIFIERS.find((each) => each.toLowerCase() === lower.slice(0, colon))
  if (colon >= 0 && quantifier === undefined) return undefined
  const name = lower.slice(colon + 1)
  const hasSuffix = name.endsWith(SUFFIX)
  const found = BY_LOWER_NAME.get(hasSuffix ? name.slice(0, -SUFFIX.length) : name)
  if (found === undefined) return undefined
  if (found.family === 'Null' && (hasSuffix || quantifier !== undefined)) return undefined
  return { operator: found, quantifier, whenAbsent: hasSuffix ? 'met' : 'compared' }
}

/** The one spelling of an operator in use. */
export function operatorText({ operator: { name }, quantifier, whenAbsent }: OperatorUse): string {
  return `${quantifier === undefined ? '' : `${quantifier}:`}${name}${whenAbsent === 'met' ? 'IfExists' : ''}`
}
