import { loadConfig } from '../config/load.ts'
import type { Environment } from '../config/references.ts'

/** Where a command's lines go, and what it may read. */
export interface CheckInput {
  readonly file: string
  readonly env: Environment
  readonly writeError: (text: string) => void
}

/** `s3-iam-proxy check`: prints every warning and problem, and answers the exit code: 0 when valid, 2 when not. */
export async function checkCommand(input: CheckInput): Promise<0 | 2> {
  const result = await loadConfig(input.file, input.env)
  for (const warning of result.warnings) input.writeError(`${warning} (warning)\n`)
  if (result.ok) {
    input.writeError(`${input.file}: valid\n`)
    return 0
  }
  for (const problem of result.problems) input.writeError(`${problem}\n`)
  return 2
}
