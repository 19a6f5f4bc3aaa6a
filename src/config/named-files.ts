import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { ReadFiles, TlsMaterial } from './config.ts'
import type { ConfigPath, Problem } from './problems.ts'
import { valueAt } from './raw-values.ts'
import { errorCode } from './references.ts'
import { Secret } from './secret.ts'

/**
 * Reads the certificates and keys that an unchecked configuration names, and checks that they can be used.
 * Fields that are wrong in themselves are left to the schema.
 */
export async function readNamedFiles(
  raw: unknown,
  toAbsolute: (path: string) => string,
): Promise<{ readonly files: ReadFiles; readonly problems: readonly Problem[] }> {
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
  return { files: { serverTls, backendCa }, problems }
}

function pair(certificate: string, privateKey: string): TlsMaterial {
  return { certificate, privateKey: new Secret(privateKey) }
}

function certificateProblems(pem: string, path: ConfigPath): Problem[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  const isReadable = (block: string): boolean => {
    try {
      return new X509Certificate(block).serialNumber !== ''
    } catch {
      return false
    }
  }
  if (blocks.length > 0 && blocks.every(isReadable)) return []
  return [{ path, message: 'the file holds no readable certificate; PEM (-----BEGIN CERTIFICATE-----) is wanted' }]
}

function pairProblems(tls: TlsMaterial): Problem[] {
  const unreadable = certificateProblems(tls.certificate, ['server', 'tls', 'cert_file'])
  if (!isPrivateKey(tls.privateKey)) {
    const message = 'the file holds no readable private key without a passphrase; PEM is wanted'
    return [...unreadable, { path: ['server', 'tls', 'key_file'], message }]
  }
  if (unreadable.length > 0) return unreadable
  try {
    createSecureContext({ cert: tls.certificate, key: tls.privateKey.reveal() })
    return []
  } catch {
    return [{ path: ['server', 'tls', 'key_file'], message: 'the private key does not belong to the certificate' }]
  }
}

function isPrivateKey(pem: Secret): boolean {
  try {
    return createPrivateKey(pem.reveal()).type === 'private'
  } catch {
    return false
  }
}
