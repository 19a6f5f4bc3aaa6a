import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkLayering } from './layering.ts'
import { LAYERING_RULES } from './layering-rules.ts'

const root = mkdtempSync(join(tmpdir(), 's3-iam-proxy-layering-'))
let faults: readonly string[] = []

/** Adds to `from` an import of `to`, both paths from the root; files that are not there are made. */
function plant(from: string, to: string): void {
  for (const file of [from, to]) {
    if (!file.endsWith('.ts')) continue
    mkdirSync(dirname(join(root, file)), { recursive: true })
    appendFileSync(join(root, file), '\n')
  }
  const up = '../'.repeat(from.split('/').length - 1) || './'
  appendFileSync(join(root, from), `import type { Planted } from '${to.endsWith('.ts') ? up + to : to}'\n`)
}

const WRONG_IMPORTS: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['pure-imports-only-pure', 'src/s3/planted.ts', 'src/authn/planted.ts'],
  ['policy-imports-only-itself', 'src/policy/planted.ts', 'src/s3/planted.ts'],
  ['codec-imports-only-itself', 'src/codec/planted.ts', 'src/http/planted.ts'],
  ['sigv4-imports-only-http', 'src/sigv4/planted.ts', 'src/policy/planted.ts'],
  ['pure-does-no-io', 'src/http/planted.ts', 'node:fs'],
  ['pure-has-no-packages', 'src/proof/planted.ts', 'zod'],
  ['stage-imports-pure-or-itself', 'src/authn/planted.ts', 'src/config/planted.ts'],
  ['support-imports-pure-or-itself', 'src/telemetry/planted.ts', 'src/config/planted.ts'],
  ['operations-stay-below-gateway', 'src/operations/planted.ts', 'src/config/planted.ts'],
  ['walk-stays-below-gateway', 'src/walk/planted.ts', 'src/admin/planted.ts'],
  ['gateway-stays-below-app', 'src/gateway.ts', 'src/admin/planted.ts'],
  ['boot-stays-below-app', 'src/boot/planted.ts', 'src/cli/planted.ts'],
  ['admin-off-the-data-path', 'src/admin/planted.ts', 'src/upstream/planted.ts'],
  ['cli-off-the-data-path', 'src/cli/planted.ts', 'src/payload/planted.ts'],
  ['demo-off-the-data-path', 'src/demo.ts', 'src/listen/planted.ts'],
  ['store-imports-only-pure', 'store/planted.ts', 'src/payload/planted.ts'],
  ['store-only-from-cli-and-demo', 'src/app.ts', 'store/planted.ts'],
  ['cli-and-demo-only-from-main', 'src/app.ts', 'src/cli/planted.ts'],
  ['walk-only-from-gateway', 'src/app.ts', 'src/walk/planted.ts'],
  ['boot-only-from-app', 'src/main.ts', 'src/boot/planted.ts'],
  ['gateway-only-from-app', 'src/main.ts', 'src/gateway.ts'],
  ['app-only-from-main', 'src/cli/planted.ts', 'src/app.ts'],
  ['main-is-imported-by-nobody', 'src/app.ts', 'src/main.ts'],
  ['program-imports-no-tools', 'src/http/planted.ts', 'test/support/planted.ts'],
  ['file-has-a-known-place', 'src/sundry/planted.ts', 'src/http/planted.ts'],
]

beforeAll(() => {
  for (const folder of ['src', 'store']) cpSync(folder, join(root, folder), { recursive: true })
  for (const [, from, to] of WRONG_IMPORTS) plant(from, to)
  plant('src/authn/planted-one.ts', 'src/authn/planted-other.ts')
  plant('src/authn/planted-other.ts', 'src/authn/planted-one.ts')
  writeFileSync(join(root, 'src/authn/planted-calls.ts'), "import { a } from './nowhere.ts'\nawait import(a)\n")
  faults = checkLayering(root).faults
})
afterAll(() => rmSync(root, { recursive: true }))

describe('the layering check', () => {
  test.each(WRONG_IMPORTS)('reports %s: %s may not import %s', (rule, from, to) => {
    const found = faults.filter((fault) => fault.includes(`${from}:`) && fault.endsWith(` imports ${to}`))
    expect(found.map((fault) => fault.split(':')[0])).toContain(rule)
  })

  test('has a wrong import planted for every rule', () => {
    expect(WRONG_IMPORTS.map(([rule]) => rule).sort()).toEqual(LAYERING_RULES.map(({ name }) => name).sort())
  })

  test('reports a cycle once, type-only imports included', () => {
    expect(faults.filter((fault) => fault.startsWith('no-cycle') && fault.includes('planted-o'))).toHaveLength(1)
  })

  test('reports an import of what is not there, and one whose name is computed', () => {
    const found = faults.filter((fault) => fault.includes('src/authn/planted-calls.ts'))
    expect(found.map((fault) => fault.split(':')[0])).toEqual(['no-dangling-import', 'no-computed-import'])
  })

  test('finds the sources, and nothing wrong with them', () => {
    const report = checkLayering('.')
    expect(report.modules).toBeGreaterThan(50)
    expect(report.edges).toBeGreaterThan(report.modules)
    expect(report.faults).toEqual([])
  })
})
