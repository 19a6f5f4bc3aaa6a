/** Where in a document: field names and list indexes, from the top. */
export type PolicyPath = readonly (string | number)[]

/** Something wrong with a policy document, or doubtful about it. */
export interface PolicyProblem {
  readonly path: PolicyPath
  readonly problem: string
}

/** Collects what a parser finds, so that everything can be said at once. */
export class Problems {
  readonly errors: PolicyProblem[] = []
  readonly warnings: PolicyProblem[] = []

  add(path: PolicyPath, problem: string): void {
    this.errors.push({ path, problem })
  }

  warn(path: PolicyPath, problem: string): void {
    this.warnings.push({ path, problem })
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
