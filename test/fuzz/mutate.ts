import type { Random } from './random.ts'

type Mutation = (text: string, random: Random, words: readonly string[]) => string

const MAX_CHARACTERS = 64 * 1024

/** Bytes that mean something to one reader or another. */
const TELLING = wordsOf(
  '\0 ◊ \r ◊ \n ◊ \r\n ◊ \t ◊   ◊ % ◊ %00 ◊ %2F ◊ %2e ◊ %25 ◊ / ◊ // ◊ /../ ◊ ? ◊ & ◊ = ◊ ; ◊ : ◊ , ◊ # ◊ \\ ◊ " ◊ \'',
  '< ◊ > ◊ + ◊ \x7f ◊ \x80 ◊ \xc0\xaf ◊ \xef\xbb\xbf ◊ \xed\xa0\x80 ◊ \xff ◊ \xc3\xa9 ◊ 0 ◊ -1 ◊ 1e9 ◊ 0x10',
  '99999999999999999999 ◊ \x1b[31m ◊ { ◊ }',
)

const byte = (random: Random): string => String.fromCharCode(random.below(256))

/** Small pieces more often than large ones. */
const span = (length: number, random: Random): number =>
  1 + random.below(Math.min(length, random.oneIn(4) ? length : 8))

const replaced = (text: string, at: number, length: number, by: string): string =>
  text.slice(0, at) + by + text.slice(at + length)

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  (text, random) => replaced(text, random.below(text.length), 1, byte(random)),
  (text, random) => {
    const at = random.below(text.length)
    return replaced(text, at, 1, String.fromCharCode(text.charCodeAt(at) ^ (1 << random.below(8))))
  },
  (text, random) => replaced(text, random.below(text.length + 1), 0, random.pick(TELLING) ?? ''),
  (text, random) => replaced(text, random.below(text.length), span(text.length, random), ''),
  (text, random, words) => replaced(text, random.below(text.length + 1), 0, random.pick(words) ?? ''),
  (text, random, words) =>
    replaced(text, random.below(text.length), span(text.length, random), random.pick(words) ?? ''),
  (text, random) => {
    const at = random.below(text.length)
    const piece = text.slice(at, at + span(text.length - at, random))
    return replaced(text, random.oneIn(2) ? at : random.below(text.length + 1), 0, piece)
  },
  swapLines,
  (text, random) => {
    const at = random.below(text.length)
    const letter = text.charAt(at)
    return replaced(text, at, 1, letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())
  },
  (text, random) => {
    const at = random.below(text.length)
    const hex = text.charCodeAt(at).toString(16).padStart(2, '0')
    return replaced(text, at, 1, `%${random.oneIn(2) ? hex : hex.toUpperCase()}`)
  },
  (text, random) => text.slice(0, random.below(text.length)),
  (text, random) => {
    const at = random.below(text.length)
    const piece = text.slice(at, at + 1 + random.below(12))
    return replaced(text, at, 0, piece.repeat(1 + random.below(random.oneIn(20) ? 400 : 6)))
  },
]

function swapLines(text: string, random: Random): string {
  const lines = text.split('\n')
  const [a, b] = [random.below(lines.length), random.below(lines.length)]
  const line = lines[a] ?? ''
  lines[a] = lines[b] ?? ''
  lines[b] = line
  return lines.join('\n')
}

/** The text changed at one to five places. `words` are put in at random; the result is latin1 and bounded. */
export function mutated(text: string, random: Random, words: readonly string[]): string {
  let result = text
  for (let left = 1 + random.below(random.oneIn(3) ? 5 : 2); left > 0; left--) {
    result = random.pick(MUTATIONS)(result, random, words)
  }
  return result.slice(0, MAX_CHARACTERS)
}

/** Words from lines in which ` ◊ ` stands between them. */
export function wordsOf(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(' ◊ '))
}
