import { existsSync } from 'node:fs'
import { programsNamed } from './find-program.ts'

/** Go, where the machine has it. */
export function goProgram(): string | undefined {
  return [...programsNamed('go'), '/usr/local/go/bin/go'].find((file) => existsSync(file))
}
