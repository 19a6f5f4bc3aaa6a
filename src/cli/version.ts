import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The version in the package.json of this program, which stands above `src` in a checkout and above `dist` in a package. */
export function programVersion(): string {
  let folder = import.meta.dirname
  while (folder !== dirname(folder)) {
    folder = dirname(folder)
    const found = versionIn(join(folder, 'package.json'))
    if (found !== undefined) return found
  }
  return 'unknown'
}

function versionIn(file: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown }
    return name === 's3-iam-proxy' && typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}
