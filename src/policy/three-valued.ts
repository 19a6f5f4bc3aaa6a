/** An answer that may have to wait for a fact: no, yes, or not known yet. Numbers, for the sake of speed. */
export type Answer = 0 | 1 | 2

/** It does not hold. */
export const NO = 0
/** It holds. */
export const YES = 1
/** It depends on a fact that nobody has asked for yet. */
export const UNKNOWN = 2

/** Yes for true. */
export function answerOf(holds: unknown): 0 | 1 {
  return holds === true ? YES : NO
}

/** The opposite; what is not known stays so. */
export function negated(answer: Answer): Answer {
  return answer === UNKNOWN ? UNKNOWN : answer === YES ? NO : YES
}
