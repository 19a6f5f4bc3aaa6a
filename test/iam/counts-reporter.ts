import type { Reporter, TestModule } from 'vitest/node'
import type {} from './scenario.ts'

/** Prints, after the run, how many rows each client ran before each backend, and how they ended. */
export class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, { allowed: number; refused: number; other: number; failed: number }>()
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { iam } = test.meta()
        if (iam === undefined) continue
        const name = `${module.project.name} | ${iam.client}`
        const count = counts.get(name) ?? { allowed: 0, refused: 0, other: 0, failed: 0 }
        counts.set(name, count)
        count[iam.outcome] += 1
        if (test.result().state !== 'passed') count.failed += 1
      }
    }
    const lines = [...counts]
      .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
      .map(
        ([name, { allowed, refused, other, failed }]) => `| ${name} | ${allowed} | ${refused} | ${other} | ${failed} |`,
      )
    console.log(
      [
        '',
        '| Backend | Client | Allowed | Refused and explained | Other | Failed |',
        `|${' --- |'.repeat(6)}`,
        ...lines,
        '',
      ].join('\n'),
    )
  }
}
