import { type FuzzInput, type FuzzTarget, nameOf, type Verdict } from './fuzz-target.ts'

const MAX_ATTEMPTS = 4_000

/** Checks an input; an exception is a fault like any other. */
export async function verdictOn(target: FuzzTarget, input: FuzzInput): Promise<Verdict> {
  try {
    return await target.check(input)
  } catch (error) {
    return { fault: `exception: ${nameOf(error)}` }
  }
}

const kindOf = (verdict: Verdict): string | undefined =>
  typeof verdict === 'string' ? undefined : verdict.fault.split(':')[0]

/** The input with as much taken out as the same kind of fault allows: pieces of halving size, then byte by byte. */
export async function smallest(target: FuzzTarget, input: FuzzInput): Promise<FuzzInput> {
  const wanted = kindOf(await verdictOn(target, input))
  let { text } = input
  let attempts = 0
  for (let size = Math.ceil(text.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < text.length && attempts < MAX_ATTEMPTS; ) {
      attempts += 1
      const shorter = text.slice(0, at) + text.slice(at + size)
      if (kindOf(await verdictOn(target, { ...input, text: shorter })) === wanted) text = shorter
      else at += size
    }
  }
  return { ...input, text }
}
