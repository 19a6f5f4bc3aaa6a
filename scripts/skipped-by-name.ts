import { globSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

/**
 * Prints, after the run, the name of every test that was skipped (a program it needs is missing) and every suite file
 * of the given folders, which this run leaves to another command.
 */
export class SkippedByName implements Reporter {
  readonly #foldersLeftOut: readonly string[]

  constructor(foldersLeftOut: readonly string[]) {
    this.#foldersLeftOut = foldersLeftOut
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        console.log(`skipped: ${module.relativeModuleId} > ${test.fullName}`)
      }
    }
    for (const folder of this.#foldersLeftOut) {
      const command = `npm run test:${folder.split('/')[1]}`
      for (const file of globSync(`${folder}/**/*.test.ts`).sort()) console.log(`skipped: ${file} (${command})`)
    }
  }
}
