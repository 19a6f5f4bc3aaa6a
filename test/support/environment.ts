import { existsSync, globSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where scripts/install-clients.sh puts programs. */
const INSTALLED = fileURLToPath(new URL('../../.tmp', import.meta.url))

/** Whether a missing program is a failure (continuous integration installs all of them) or a reason to skip by name. */
export const programsAreCompulsory: boolean = !['', '0', 'false', undefined].includes(process.env['CI'])

/** Whether scripts/ceph18.sh has installed its Ceph. No suite needs it: one that is there is tested, too. */
export const ceph18IsInstalled: boolean = existsSync(`${INSTALLED}/ceph18`)

/** The folders to look for programs in: those of scripts/install-clients.sh, then those of PATH, in order. */
export function pathFolders(): readonly string[] {
  const installed = globSync(['python*/bin', 'bin'], { cwd: INSTALLED }).map((folder) => `${INSTALLED}/${folder}`)
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...new Set([...installed.toSorted(), ...onPath])]
}

/**
 * The whole environment of a child: an allow-list, because the machine may carry AWS_*, *_CA_BUNDLE, SSL_CERT_FILE or
 * proxy settings that would reach into what the clients do. `home` keeps them from reading the user's own settings.
 */
export function cleanEnvironment(home: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: pathFolders().join(delimiter),
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    ...extra,
  }
}
