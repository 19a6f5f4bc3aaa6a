/** As much of JSON schema, draft 7, as the configuration's uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
  readonly propertyNames?: JsonSchema
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
}

/** With those that say nothing about a value. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    'type enum const anyOf properties required additionalProperties propertyNames items minItems maxItems minLength ' +
    'maxLength pattern minimum maximum $schema title description default examples'
  ).split(' '),
)

/** What of `value` the schema does not allow, a line for each place; throws for a keyword that it does not know. */
export function schemaFaults(schema: JsonSchema, value: unknown, path = ''): readonly string[] {
  const unknown = Object.keys(schema).filter((keyword) => !KNOWN.has(keyword))
  if (unknown.length > 0) throw new Error(`${path}: this validator does not know ${unknown.join(', ')}`)
  const own = ownFaults(schema, value).map((fault) => `${path}: ${fault}`)
  if (own.length > 0) return own
  if (Array.isArray(value)) {
    return value.flatMap((item, at) =>
      schema.items === undefined ? [] : schemaFaults(schema.items, item, `${path}[${at}]`),
    )
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, below]) => propertyFaults(schema, [name, below], `${path}.${name}`))
}

function propertyFaults(
  schema: JsonSchema,
  [name, value]: readonly [string, unknown],
  path: string,
): readonly string[] {
  const names = schema.propertyNames === undefined ? [] : schemaFaults(schema.propertyNames, name, path)
  const declared = schema.properties?.[name] ?? schema.additionalProperties ?? true
  if (declared === false) return [...names, `${path}: no such key`]
  return declared === true ? names : [...names, ...schemaFaults(declared, value, path)]
}

type Rule = readonly [keyword: keyof JsonSchema, isMet: (schema: JsonSchema, value: unknown) => boolean]

const sizeOf = (value: unknown): number | undefined => (Array.isArray(value) ? value.length : undefined)
const lengthOf = (value: unknown): number | undefined => (typeof value === 'string' ? value.length : undefined)
const within = (value: number | undefined, min = -Infinity, max = Infinity): boolean =>
  value === undefined || (value >= min && value <= max)

const RULES: readonly Rule[] = [
  ['type', (schema, value) => [schema.type ?? []].flat().some((type) => isOfType(value, type))],
  ['enum', (schema, value) => schema.enum?.includes(value) === true],
  ['const', (schema, value) => schema.const === value],
  ['anyOf', (schema, value) => schema.anyOf?.some((one) => schemaFaults(one, value).length === 0) === true],
  ['required', ({ required = [] }, value) => required.every((name) => Object.hasOwn(Object(value), name))],
  ['minItems', (schema, value) => within(sizeOf(value), schema.minItems)],
  ['maxItems', (schema, value) => within(sizeOf(value), undefined, schema.maxItems)],
  ['minLength', (schema, value) => within(lengthOf(value), schema.minLength)],
  ['maxLength', (schema, value) => within(lengthOf(value), undefined, schema.maxLength)],
  ['pattern', ({ pattern = '' }, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value)],
  ['minimum', (schema, value) => typeof value !== 'number' || within(value, schema.minimum)],
  ['maximum', (schema, value) => typeof value !== 'number' || within(value, undefined, schema.maximum)],
]

function ownFaults(schema: JsonSchema, value: unknown): readonly string[] {
  return RULES.filter(([keyword, isMet]) => schema[keyword] !== undefined && !isMet(schema, value)).map(
    ([keyword]) => keyword,
  )
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'null':
      return value === null
    default:
      return typeof value === type
  }
}
