import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { houseFaults, type SourceFile, sizeFaults } from './house-rules.ts'

// usage: node scripts/check-house-rules.ts — the house rules that the linter has no rule for

const BINARY = /\.(png|ico|woff2?|gz|zip|pdf)$/

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
const files = listed
  .split('\n')
  .filter((path) => path !== '' && !BINARY.test(path) && existsSync(path))
  .map((path): SourceFile => ({ path, text: readFileSync(path, 'utf8') }))
const faults = [...files.flatMap(houseFaults), ...sizeFaults(files)]
for (const fault of faults) console.error(fault)
console.log(`house rules: ${files.length} files, ${faults.length} faults`)
process.exitCode = faults.length > 0 || files.length === 0 ? 1 : 0
