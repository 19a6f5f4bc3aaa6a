/** Where in a document: field names and list indexes, from the top. */
export type PolicyPath = readonly (string | number)[]

/** Something wrong with a policy document, or doubtful about it. */
export interface PolicyProblem {
  readonly path: PolicyPath
  readonly problem: string
}

const MAX_LISTED = 100

/** Collects what a parser finds, so that everything can be said at once: the first hundred of each kind. */
export class Problems {
  readonly errors: PolicyProblem[] = []
  readonly warnings: PolicyProblem[] = []

  add(path: PolicyPath, problem: string): void {
    if (this.errors.length < MAX_LISTED) this.errors.push({ path, problem })
  }

  warn(path: PolicyPath, problem: string): void {
    if (this.warnings.length < MAX_LISTED) this.warnings.push({ path, problem })
  }
}

/** A value of JSON's object type. */
export type PlainRecord = Readonly<Record<string, unknown>>

/** Whether the value is a plain object: no list, no null, no instance of a class. */
export function isRecord(value: unknown): value is PlainRecord {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The value of a field, which an object has of its own and not by inheritance. */
export function fieldOf(record: PlainRecord, field: string): unknown {
  return Object.hasOwn(record, field) ? record[field] : undefined
}

/** One entry of a field that may hold one value or a list of them, and where it stands. */
export interface FieldEntry {
  readonly value: unknown
  readonly at: PolicyPath
}

/** The entries of such a field. An empty list is a problem. */
export function entriesOf(value: unknown, path: PolicyPath, problems: Problems): readonly FieldEntry[] {
  if (!Array.isArray(value)) return [{ value, at: path }]
  if (value.length === 0) problems.add(path, 'must not be empty')
  return value.map((item: unknown, index) => ({ value: item, at: [...path, index] }))
}
