import { readFile } from 'node:fs/promises'
import { certificateProblems, certificateWarnings, pairProblems } from './certificates.ts'
import type { ReadFiles, TlsMaterial } from './config.ts'
import type { Problem } from './problems.ts'
import { listAt, valueAt } from './raw-values.ts'
import { errorCode } from './references.ts'
import { Secret } from './secret.ts'

/** What the files hold, and what is wrong or doubtful about them. */
export interface NamedFiles {
  readonly files: ReadFiles
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/**
 * Reads the certificates and keys that an unchecked configuration names, and checks that they can be used.
 * Fields that are wrong in themselves are left to the schema.
 */
export async function readNamedFiles(raw: unknown, toAbsolute: (path: string) => string): Promise<NamedFiles> {
  const problems: Problem[] = []

  async function read(...path: string[]): Promise<string | undefined> {
    const name = valueAt(raw, path)
    if (typeof name !== 'string' || name === '') return undefined
    try {
      return await readFile(toAbsolute(name), 'utf8')
    } catch (error) {
      problems.push({ path, message: `the file ${toAbsolute(name)} cannot be read (${errorCode(error)})` })
      return undefined
    }
  }

  const certificate = await read('server', 'tls', 'cert_file')
  const privateKey = await read('server', 'tls', 'key_file')
  const backendCa = await read('backend', 'ca_file')
  if (backendCa !== undefined) problems.push(...certificateProblems(backendCa, ['backend', 'ca_file']))
  const serverTls = certificate !== undefined && privateKey !== undefined ? pair(certificate, privateKey) : undefined
  if (serverTls !== undefined) problems.push(...pairProblems(serverTls))
  const hostnames = listAt(raw, ['server', 'hostnames']).filter((name) => typeof name === 'string')
  const warnings = serverTls === undefined ? [] : certificateWarnings(serverTls.certificate, hostnames, new Date())
  return { files: { serverTls, backendCa }, problems, warnings }
}

function pair(certificate: string, privateKey: string): TlsMaterial {
  return { certificate, privateKey: new Secret(privateKey) }
}
