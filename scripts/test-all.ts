import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

// usage: npm run test:all — every check and every suite, one after the other, the long forms included. A failure does
// not end it: the sum at the end names what failed. With CI set, a suite whose programs are missing fails, too.

/** Scripts that are run with more than their name says. */
const LONG_FORMS: Readonly<Record<string, readonly string[]>> = {
  'test:memory': ['--size', '5GiB'],
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Readonly<Record<string, string>> }
const suites = Object.keys(scripts).filter((name) => /^test(?::|$)/.test(name) && name !== 'test:all')
const outcomes: string[] = []
let failed = 0
for (const name of ['check', ...suites]) {
  const more = LONG_FORMS[name] ?? []
  const title = ['npm run', name, ...(more.length === 0 ? [] : ['--', ...more])].join(' ')
  console.log(`\n=== ${title}`)
  const startedAt = performance.now()
  const { status } = spawnSync('npm', ['run', name, '--', ...more], { stdio: 'inherit' })
  if (status !== 0) failed += 1
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0)
  outcomes.push(`${status === 0 ? 'ok    ' : 'FAILED'} ${title} (${seconds} s)`)
}
console.log(`\n${outcomes.join('\n')}\n${failed === 0 ? 'all green' : `${failed} failed`}`)
process.exitCode = failed === 0 ? 0 : 1
