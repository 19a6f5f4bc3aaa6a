import { spawnSync } from 'node:child_process'

// usage: npm run check — every check that needs no running program, in the order of their speed

const CHECKS: readonly (readonly [name: string, script: string, ...args: string[]])[] = [
  ['format', 'node_modules/@biomejs/biome/bin/biome', 'format', '--error-on-warnings'],
  ['lint', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['types', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'],
  ['dead code', 'node_modules/knip/bin/knip.js'],
  ['layering', 'scripts/check-layering.ts'],
  ['house rules', 'scripts/check-house-rules.ts'],
]

let failed = 0
for (const [name, script, ...args] of CHECKS) {
  const startedAt = performance.now()
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' })
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  if (status !== 0) failed += 1
  console.log(`check: ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`)
}
console.log(failed === 0 ? 'check: all ok' : `check: ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
