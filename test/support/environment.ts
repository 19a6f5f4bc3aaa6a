import { delimiter } from 'node:path'

/** Whether a missing program is a failure (continuous integration installs all of them) or a reason to skip by name. */
export const programsAreCompulsory: boolean = !['', '0', 'false', undefined].includes(process.env['CI'])

/** The folders of PATH, in order. */
export function pathFolders(): readonly string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
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
