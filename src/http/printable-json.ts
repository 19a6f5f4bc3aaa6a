/** What JSON may hold as it is and a terminal obeys: delete and the C1 controls, line separators, marks of direction. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const ANY_UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/**
 * JSON text with every such character written as an escape; it reads back as the same value. A log is looked at with
 * `cat` and `tail`, too.
 */
export function printableJson(json: string): string {
  if (!ANY_UNPRINTABLE.test(json)) return json
  return json.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
