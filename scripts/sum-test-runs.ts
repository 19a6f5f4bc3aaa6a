import { readFileSync } from 'node:fs'

// usage: node scripts/sum-test-runs.ts SECONDS LOG… — adds up the closing lines of several vitest runs

const [seconds = '0', ...logs] = process.argv.slice(2)

/** The counts of a closing line such as `Tests  12 passed | 1 skipped (13)`, added over all runs. */
function sum(title: string): string {
  const counts = new Map<string, number>()
  for (const log of logs) {
    const line = new RegExp(`^ *${title} +(.*)\\(\\d+\\)`, 'm').exec(readFileSync(log, 'utf8'))?.[1]
    if (line === undefined) throw new Error(`${log} has no line "${title}"`)
    for (const [, count = '0', word = ''] of line.matchAll(/(\d+) (\w+)/g)) {
      counts.set(word, (counts.get(word) ?? 0) + Number(count))
    }
  }
  const total = [...counts.values()].reduce((a, b) => a + b, 0)
  return `${title.padStart(11)}  ${[...counts].map(([word, count]) => `${count} ${word}`).join(' | ')} (${total})`
}

console.log(`${sum('Test Files')}\n${sum('Tests')}\n${'Duration'.padStart(11)}  ${seconds}s`)
