import { describe, expect, test } from 'vitest'
import { houseFaults, sizeFaults } from './house-rules.ts'

const rulesFor = (path: string, text: string) => houseFaults({ path, text }).map((fault) => fault.split(':')[0])

describe('the house rules', () => {
  test.each([
    ['no-enum', 'src/authn/a.ts', 'export const enum A { B }'],
    ['no-module-state', 'src/authn/a.ts', 'let count = 0'],
    ['no-module-state', 'src/authn/a.ts', 'export let count = 0'],
    ['no-module-state', 'src/authn/a.ts', 'const cache = new Map<string, string>()'],
    ['no-module-state', 'src/authn/a.ts', 'const seen: string[] = []'],
    ['no-boolean-parameter', 'src/authn/a.ts', 'function f(a: string, isB: boolean) {}'],
    ['environment-only-in-config', 'src/main.ts', 'f(process.env)'],
    ['environment-only-in-config', 'store/a.ts', 'f(process.env.X)'],
    ['no-unfinished-tests', 'src/authn/a.test.ts', `test.${'skip'}('x', () => {})`],
    ['no-unfinished-tests', 'src/authn/a.test.ts', `describe.${'only'}('x', () => {})`],
    ['nothing-unfinished', 'src/authn/a.ts', `// ${'TO'}DO later`],
    ['no-outside-paths', 'README.md', `see ../${'sha'}red/spec`],
    ['proofs-are-made-in-one-place', 'src/authz/a.ts', 'return x as Authenticated'],
    ['proofs-are-made-in-one-place', 'src/gateway.ts', 'return x as unknown as Authorized'],
    ['proof-holds-types-only', 'src/proof/a.ts', '/** A. */\nexport const a = 1'],
    ['pure-exports-are-documented', 'src/http/a.ts', 'export function f() {}'],
    ['no-barrel', 'src/http/index.ts', 'const a = 1'],
    ['no-barrel', 'src/http/all.ts', "export * from './a.ts'\nexport { b } from './b.ts'"],
    ['file-names', 'src/http/string-utils.ts', ''],
    ['file-names', 'src/http/stringThings.ts', ''],
    ['file-names', 'src/common/a.ts', ''],
  ])('%s is reported in %s', (rule, path, text) => {
    expect(rulesFor(path, text)).toContain(rule)
  })

  test.each([
    ['a text that mentions process.env', 'src/main.ts', "const a = 'process.env'"],
    ['process.env in config', 'src/config/environment.ts', 'f(process.env)'],
    ['a let in a function', 'src/authn/a.ts', 'function f() {\n  let a = 0\n}'],
    ['a filled set that is read only', 'src/authn/a.ts', "const a: ReadonlySet<string> = new Set(['a'])"],
    ['a cast to a proof where it is made', 'src/authn/a.ts', 'return x as unknown as Authenticated'],
    ['a boolean property', 'src/authn/a.ts', 'interface A {\n  isB: boolean\n}'],
    ['a documented export', 'src/http/a.ts', '/** F. */\nexport function f() {}'],
    ['a test that is skipped where a program is missing', 'test/a.test.ts', "test.skipIf(none)('x', () => {})"],
    ['a file that re-exports and does more', 'src/http/a.ts', "export { b } from './b.ts'\nf()"],
  ])('%s is fine', (_name, path, text) => {
    expect(rulesFor(path, text)).toEqual([])
  })

  test('a file above 400 lines and a median above 120 are reported; tests and generated files do not count', () => {
    const file = (path: string, lines: number) => ({ path, text: 'x\n'.repeat(lines) })
    expect(sizeFaults([file('src/a.ts', 401), file('src/b.ts', 10), file('src/c.ts', 10)])).toHaveLength(1)
    expect(sizeFaults([file('src/a.ts', 121), file('src/b.ts', 121), file('src/c.ts', 10)])).toHaveLength(1)
    expect(sizeFaults([file('src/a.generated.ts', 999), file('src/a.test.ts', 999), file('src/b.ts', 120)])).toEqual([])
  })
})
