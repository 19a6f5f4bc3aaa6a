import type { NormalAnswer } from './normal-form.ts'
import type { SideResult } from './run-case.ts'

/** What the two sides said where they differ, each as one text; undefined when they are equal. */
export interface Difference {
  readonly direct: string
  readonly proxied: string
}

/**
 * Compares the answers, then what the backend held afterwards. Where one side did it and the other refused, of the
 * latter only whether it is there: the rest follows from the answer.
 */
export function compare(direct: SideResult, proxied: SideResult): Difference | undefined {
  const parts = [compareAnswers(direct.answer, proxied.answer, '')]
  const isRefusedOnce = direct.raw.status < 400 !== proxied.raw.status < 400
  for (const [index, seen] of direct.after.entries()) {
    const other = proxied.after[index]
    if (other === undefined || (isRefusedOnce && seen.outcome === other.outcome)) continue
    parts.push(compareAnswers(seen, other, `then ${seen.request}: `))
  }
  const left = parts.flatMap(({ direct: lines }) => lines)
  const right = parts.flatMap(({ proxied: lines }) => lines)
  return left.length === 0 && right.length === 0 ? undefined : { direct: textOf(left), proxied: textOf(right) }
}

function textOf(lines: readonly string[]): string {
  return lines.length === 0 ? 'nothing of it' : lines.join('; ')
}

function compareAnswers(
  direct: NormalAnswer,
  proxied: NormalAnswer,
  prefix: string,
): { direct: string[]; proxied: string[] } {
  if (direct.outcome !== proxied.outcome)
    return { direct: [`${prefix}${direct.outcome}`], proxied: [`${prefix}${proxied.outcome}`] }
  const left = without(direct.lines, proxied.lines)
  const right = without(proxied.lines, direct.lines)
  const inOrder = direct.lines.every((line, index) => line === proxied.lines[index])
  if (left.length === 0 && right.length === 0 && !inOrder)
    return { direct: [`${prefix}the same in another order`], proxied: [`${prefix}the same in another order`] }
  return { direct: left.map((line) => prefix + line), proxied: right.map((line) => prefix + line) }
}

/** The lines that are not in `others`, each there as often as it is more frequent. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}
