import { describe, expect, test } from 'vitest'
import { scanImports } from './scan-imports.ts'

const specifiers = (source: string) => scanImports(source).map(({ specifier }) => specifier)

describe('the import scan', () => {
  test.each([
    ['a named import', "import { a } from './a.ts'", ['./a.ts']],
    ['an import over several lines', "import {\n  a,\n  type B,\n} from './a.ts'", ['./a.ts']],
    ['a type-only import', "import type { A } from './a.ts'", ['./a.ts']],
    ['a namespace', "import * as a from './a.ts'", ['./a.ts']],
    ['a side effect', "import './a.ts'", ['./a.ts']],
    ['a re-export', "export { a } from './a.ts'\nexport * from './b.ts'", ['./a.ts', './b.ts']],
    ['a type re-export', "export type { A } from './a.ts'", ['./a.ts']],
    ['an import() in code', "const a = await import('./a.ts')", ['./a.ts']],
    ['an import() in a type', "let a: import('./a.ts').A", ['./a.ts']],
    ['an import with attributes', "import a from './a.json' with { type: 'json' }", ['./a.json']],
    ['a require', "const a = require('./a.cjs')", ['./a.cjs']],
    ['one after another', "import a from 'a'\nimport b from 'b'", ['a', 'b']],
    ['one behind a regular expression with quotes', "const r = /['\"`]/\nimport a from 'a'", ['a']],
    ['one behind a template with quotes', "const t = `it's ${f('}')} \\``\nimport a from 'a'", ['a']],
    ['one behind a division', "const r = a / b\nimport c from 'c' // d / e", ['c']],
    ['one in double quotes', 'import a from "a"', ['a']],
  ])('sees %s', (_name, source, expected) => {
    expect(specifiers(source).sort()).toEqual(expected)
  })

  test.each([
    ['a comment', "// import a from 'a'"],
    ['a doc comment', "/**\n * import a from 'a'\n */"],
    ['a text', 'const a = "import b from \'b\'"'],
    ['a template', "const a = `import b from 'b'`"],
    ['an exported constant', "export const a = 'from'\nconst b = 'b'"],
    ['import.meta', 'const a = import.meta.dirname'],
    ['a method of that name', 'this.#require(3)\nclass A { import(x) {} }'.replace('import(x)', 'other(x)')],
  ])('takes no import from %s', (_name, source) => {
    expect(specifiers(source)).toEqual([])
  })

  test('reports an import() whose name is computed, with its line', () => {
    expect(scanImports('\n\nawait import(name)')).toEqual([{ specifier: undefined, line: 3 }])
  })
})
