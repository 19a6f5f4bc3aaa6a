import { checkTemplate } from './check-template.ts'
import { conditionKey, meantConditionKey } from './condition-keys.ts'
import type { ActionClause, ConditionTest } from './document.ts'
import { compileArnPattern } from './arn-pattern.ts'
import { parseDecimal } from './decimal.ts'
import { parseInstant } from './instant.ts'
import { parseIpNetwork } from './ip-address.ts'
import { didYouMean } from './nearest-name.ts'
import { OPERATORS, type OperatorFamily, operatorText, type OperatorUse, parseOperator } from './operators.ts'
import { entriesOf, fieldOf, isRecord, type PlainRecord, type PolicyPath } from './problems.ts'
import type { StatementPlace } from './statement-place.ts'
import { constantText } from './template.ts'
import { isBool, parseBase64 } from './value-tests.ts'

const OPERATOR_NAMES: readonly string[] = OPERATORS.map(({ name }) => name)

/** Reads `Condition`. What it names must exist: a test that can never be met would take a Deny away. */
export function parseConditions(
  value: unknown,
  action: ActionClause | undefined,
  place: StatementPlace,
): readonly ConditionTest[] {
  if (value === undefined) return []
  const path = [...place.path, 'Condition']
  if (!isRecord(value)) {
    place.problems.add(path, 'must be an object of operators')
    return []
  }
  const keys = action !== undefined && isForeign(action) ? 'of any service' : 'of S3'
  const seen = new Set<string>()
  return Object.keys(value).flatMap((name) => {
    const at = [...path, name]
    const use = parseOperator(name)
    const keysOfOperator = fieldOf(value, name)
    if (use === undefined) place.problems.add(at, `unknown operator${didYouMean(name, OPERATOR_NAMES)}`)
    else if (seen.has(operatorText(use))) place.problems.add(at, 'is there twice')
    else if (!isRecord(keysOfOperator) || Object.keys(keysOfOperator).length === 0) {
      place.problems.add(at, 'must be an object of condition keys')
    } else {
      seen.add(operatorText(use))
      return testsOf(keysOfOperator, { use, at, keys }, place)
    }
    return []
  })
}

/** Whether all actions are those of other services, which have keys of their own. */
function isForeign({ kind, patterns }: ActionClause): boolean {
  return kind === 'Action' && patterns.every((pattern) => pattern !== '*' && !/^s3:/i.test(pattern))
}

interface OperatorPlace {
  readonly use: OperatorUse
  readonly at: PolicyPath
  /** Which keys may be named. */
  readonly keys: 'of S3' | 'of any service'
}

function testsOf(record: PlainRecord, operator: OperatorPlace, place: StatementPlace): readonly ConditionTest[] {
  const { use, at, keys } = operator
  const seen = new Set<string>()
  return Object.keys(record).flatMap((key): readonly ConditionTest[] => {
    const keyPath = [...at, key]
    const lower = key.toLowerCase()
    if (seen.has(lower)) place.problems.add(keyPath, 'is there twice: the case of a key does not matter')
    seen.add(lower)
    if (conditionKey(key) === undefined) {
      if (keys === 'of S3' || /^(?:aws|s3):/i.test(key)) {
        place.problems.add(keyPath, `unknown condition key${meantConditionKey(key)}`)
      } else place.problems.warn(keyPath, 'is a condition key of another service')
    }
    const values = valuesOf(fieldOf(record, key), keyPath, { use, place })
    return values.length === 0 ? [] : [{ operator: operatorText(use), key, values }]
  })
}

function valuesOf(
  value: unknown,
  path: PolicyPath,
  { use, place }: { readonly use: OperatorUse; readonly place: StatementPlace },
): readonly string[] {
  return entriesOf(value, path, place.problems).flatMap((entry) => {
    if (!['string', 'number', 'boolean'].includes(typeof entry.value)) {
      place.problems.add(entry.at, 'must be a string, a number or a boolean')
      return []
    }
    const text = String(entry.value)
    checkValue(text, use.operator.family, entry.at, place)
    return [text]
  })
}

/** Values that an operator cannot read refuse the document, as do variables where none are filled in. */
function checkValue(text: string, family: OperatorFamily, at: PolicyPath, place: StatementPlace): void {
  const reader = LITERAL_FAMILIES[family]
  if (reader !== undefined) {
    if (!reader.reads(text)) place.problems.add(at, `must be ${reader.what}`)
    return
  }
  const template = checkTemplate(text, at, place)
  if (template === undefined) return
  const constant = constantText(template)
  if (family === 'Bool' && constant !== undefined && !isBool(constant)) place.problems.add(at, 'must be true or false')
  if (family === 'Arn' && compileArnPattern(template) === undefined) {
    place.problems.add(at, 'must be an ARN of six parts, such as arn:aws:iam::ACCOUNT:user/NAME')
  }
}

/** Families whose values hold no variables. */
const LITERAL_FAMILIES: Readonly<
  Partial<Record<OperatorFamily, { readonly what: string; readonly reads: (text: string) => boolean }>>
> = {
  Numeric: { what: 'a decimal number', reads: (text) => parseDecimal(text) !== undefined },
  Date: {
    what: 'a date such as 2024-01-31T12:00:00Z, or a number of seconds since 1970',
    reads: (text) => parseInstant(text) !== undefined,
  },
  IpAddress: {
    what: 'an address or a network such as 192.0.2.0/24',
    reads: (text) => parseIpNetwork(text) !== undefined,
  },
  Binary: { what: 'base64', reads: (text) => parseBase64(text) !== undefined },
  Null: { what: 'true or false', reads: isBool },
}
