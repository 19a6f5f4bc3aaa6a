import { z } from 'zod'
import { type DurationBounds, Fault, parseDuration, parseSize } from './units.ts'

const NO_UNIT = 'is a number without a unit; write a duration such as "500ms", "30s", "5m" or "24h"'

/** A text field read by `parse`, which answers a value, or a Fault whose message goes to the operator. */
export function textField<T>(parse: (text: string) => T | Fault) {
  return z.string().transform((text, context): T => accept(parse(text), context))
}

/** A duration (`30s`), as milliseconds. */
export function durationField(bounds: DurationBounds) {
  return z
    .string({ error: (issue) => (typeof issue.input === 'number' ? NO_UNIT : undefined) })
    .transform((text, context): number => accept(parseDuration(text, bounds), context))
}

/** A size (`64KiB`, or bytes), as bytes. Both bounds are included. */
export function sizeField(minBytes: number, maxBytes: number) {
  return z
    .union([z.number(), z.string()])
    .transform((value, context): number => accept(parseSize(value, minBytes, maxBytes), context))
}

/** A text that one pattern describes; `allowed` tells the operator what it is. */
export function patternField(pattern: RegExp, allowed: string) {
  return z
    .string()
    .refine((text) => pattern.test(text), { error: (issue) => (issue.input === '' ? `is empty; ${allowed}` : allowed) })
}

/** A path to a file, relative to the configuration file. */
export function pathField() {
  return z.string().min(1)
}

function accept<T>(result: T | Fault, context: z.RefinementCtx): T {
  if (!(result instanceof Fault)) return result
  context.addIssue({ code: 'custom', message: result.message })
  return z.NEVER
}
