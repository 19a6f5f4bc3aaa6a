import { parseArguments } from '../../src/cli/arguments.ts'
import { explainRequest } from '../../src/cli/explain-request.ts'
import type { PrintedVerdict } from '../../src/cli/verdict.ts'
import type { AuditEvent } from '../../src/audit/event.ts'
import { type LoadResult, loadConfig } from '../../src/config/load.ts'
import type { Lab } from '../support/lab.ts'
import { runProgram } from '../support/program.ts'

/** What `explain REQUEST-ID --config F --json` prints, with its exit code and what it says without `--json`. */
export interface Explained extends Omit<PrintedVerdict, 'decision'> {
  /** `None`: the policies were not asked. */
  readonly decision: PrintedVerdict['decision'] | 'None'
  readonly exitCode: number
  readonly event: AuditEvent
  readonly words: string
}

/** Asks `s3-iam-proxy explain` about requests that a proxy has answered. */
export class Explainer {
  readonly #lab: Lab
  readonly #configFile: string
  readonly #asked = new Set<string>()
  #loaded: Promise<LoadResult> | undefined

  constructor(lab: Lab, configFile: string) {
    this.#lab = lab
    this.#configFile = configFile
  }

  /**
   * The answer about one request. The command's functions answer in this process; the first of each decision is asked
   * of the command itself, too, as JSON or in words, and must be the same.
   */
  async explain(requestId: string): Promise<Explained> {
    const json = await this.#answer(requestId, ['--json'])
    const words = await this.#answer(requestId, [])
    const printed = JSON.parse(json.text) as Omit<Explained, 'exitCode' | 'words'>
    // A process for each answer would take longer than all the rest.
    if (!this.#asked.has(printed.decision)) {
      const isFirst = this.#asked.size === 0
      await this.#demandSame(requestId, isFirst ? ['--json'] : [], isFirst ? json : words)
    }
    this.#asked.add(printed.decision)
    return { ...printed, exitCode: json.exitCode, words: words.text }
  }

  async #answer(requestId: string, options: readonly string[]): Promise<{ exitCode: number; text: string }> {
    const invocation = parseArguments(['explain', requestId, '--config', this.#configFile, ...options], 'test')
    if (invocation.command !== 'explain-request') throw new Error(`${requestId}: ${JSON.stringify(invocation)}`)
    this.#loaded ??= loadConfig(this.#configFile, {})
    const loaded = await this.#loaded
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
    let text = ''
    const exitCode = await explainRequest({
      config: loaded.config,
      requestId,
      format: invocation.format,
      write: (piece) => void (text += piece),
      writeError: (piece) => void (text += piece),
    })
    return { exitCode, text }
  }

  async #demandSame(
    requestId: string,
    options: readonly string[],
    wanted: { readonly exitCode: number; readonly text: string },
  ): Promise<void> {
    const ended = await runProgram(this.#lab, ['explain', requestId, '--config', this.#configFile, ...options])
    if (ended.code === wanted.exitCode && ended.stdout === wanted.text) return
    throw new Error(
      `explain ${options.join(' ')} answers ${ended.code}\n${ended.stdout}${ended.stderr}\nnot ${wanted.text}`,
    )
  }
}
