/** One value of which only the beginning is known yet. */
export interface Beginning {
  readonly beginsWith: string
}

/**
 * What a request has for a condition key: its values, or undefined when it has none. A {@link Beginning} stands for any
 * text that begins so.
 * `unknown`: only a question to the backend could tell. `waived`: the operation never carries what the key is about, so
 * a test of it counts as met in an Allow and as not met in a Deny.
 */
export type ContextValue = readonly string[] | Beginning | 'unknown' | 'waived' | undefined

/** Whether only the beginning of the value is known. */
export function isBeginning(value: ContextValue): value is Beginning {
  return typeof value === 'object' && 'beginsWith' in value
}

/** The values as log and commands show them: a beginning as it is; none where nothing is known. */
export function shownValues(value: ContextValue): readonly string[] {
  if (isBeginning(value)) return value.beginsWith === '' ? [] : [value.beginsWith]
  return typeof value === 'object' ? value : []
}

/** Gives the value of a condition key by its name in lower case. Asked only when a decision depends on it. */
export type ConditionContext = (key: string) => ContextValue

/** A condition key that an evaluation looked at. */
export interface ContextReading {
  /** In lower case. */
  readonly key: string
  readonly value: ContextValue
}

/** The context of one evaluation: each key is taken from its source at most once, and what was read is noted. */
export class ContextReader {
  readonly #source: ConditionContext
  #read: ContextReading[] | undefined

  constructor(source: ConditionContext) {
    this.#source = source
  }

  /** @param key in lower case */
  values(key: string): ContextValue {
    const read = (this.#read ??= [])
    // Few keys are ever read: a list is faster than a map.
    for (const reading of read) if (reading.key === key) return reading.value
    const value = this.#source(key)
    read.push({ key, value })
    return value
  }

  /** What was read, in order; undefined when nothing was. */
  get readings(): readonly ContextReading[] | undefined {
    return this.#read
  }
}
