import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { pathFolders } from './environment.ts'
import type { Lab } from './lab.ts'

/** Every executable of that name in `folders` (default: those of PATH), in order. */
export function programsNamed(name: string, folders: readonly string[] = pathFolders()): string[] {
  return folders
    .map((folder) => join(folder, name))
    .filter((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/**
 * The first program of that name whose output for `args` matches; `version` is what the pattern's first group caught.
 * Several of one name are common: Python's aws beside Debian's, a virtual environment's python3 beside the system's.
 */
export async function findProgram(
  lab: Lab,
  name: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<{ readonly file: string; readonly version: string } | undefined> {
  for (const file of programsNamed(name)) {
    const { code, stdout, stderr } = await lab.run({ file, args }, 30_000)
    const version = code === 0 ? pattern.exec(stdout + stderr)?.[1] : undefined
    if (version !== undefined) return { file, version }
  }
  return undefined
}
