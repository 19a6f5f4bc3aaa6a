import { expect, test } from 'vitest'
import { foldCase } from './fold-case.ts'

const HIGHEST = 0x1ffff

test('folds every character as Unicode does, by the oracle of regular expressions that ignore case', () => {
  const faults: string[] = []
  for (let code = 0x41; code <= HIGHEST; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const char = String.fromCodePoint(code)
    const others = [char.toLowerCase(), char.toUpperCase()].filter(
      (other) => other !== char && Array.from(other).length === 1,
    )
    for (const other of others) {
      const same = new RegExp(`^\\u{${code.toString(16)}}$`, 'iu').test(other)
      if (same !== (foldCase(char) === foldCase(other))) faults.push(`${char} ${other}`)
    }
  }
  expect(faults).toEqual([])
})
