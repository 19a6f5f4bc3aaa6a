import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { TlsMaterial } from './config.ts'
import type { ConfigPath, Problem } from './problems.ts'
import type { Secret } from './secret.ts'

const CERT_FILE: ConfigPath = ['server', 'tls', 'cert_file']
const KEY_FILE: ConfigPath = ['server', 'tls', 'key_file']

/** What is wrong with a file of certificates. */
export function certificateProblems(pem: string, path: ConfigPath): Problem[] {
  if (readCertificates(pem).length > 0) return []
  return [{ path, message: 'the file holds no readable certificate; PEM (-----BEGIN CERTIFICATE-----) is wanted' }]
}

/** Why certificate and key cannot be served together. No message holds anything of the key. */
export function pairProblems(tls: TlsMaterial): Problem[] {
  const unreadable = certificateProblems(tls.certificate, CERT_FILE)
  const key = readKey(tls.privateKey)
  if (key === undefined) {
    const message = 'the file holds no readable private key without a passphrase; PEM is wanted'
    return [...unreadable, { path: KEY_FILE, message }]
  }
  if (unreadable.length > 0) return unreadable
  const [own, ...others] = readCertificates(tls.certificate)
  if (own?.checkPrivateKey(key) !== true) {
    return others.some((other) => other.checkPrivateKey(key))
      ? [
          {
            path: CERT_FILE,
            message: 'the certificate of the private key must stand first in the file, then the others',
          },
        ]
      : [{ path: KEY_FILE, message: 'the private key does not belong to the certificate' }]
  }
  try {
    createSecureContext({ cert: tls.certificate, key: tls.privateKey.reveal() })
    return []
  } catch (error) {
    const reason = error instanceof Error && 'reason' in error ? ` (${String(error.reason)})` : ''
    return [{ path: CERT_FILE, message: `TLS does not take certificate and key${reason}` }]
  }
}

/**
 * What loads but makes clients turn away: a certificate outside its time, or one that does not cover a host name, or
 * the names with a bucket before it.
 */
export function certificateWarnings(pem: string, hostnames: readonly string[], now: Date): Problem[] {
  const [own] = readCertificates(pem)
  if (own === undefined) return []
  const warnings: Problem[] = []
  if (now > own.validToDate) warnings.push({ path: CERT_FILE, message: `the certificate ended on ${own.validTo}` })
  if (now < own.validFromDate) warnings.push({ path: CERT_FILE, message: `the certificate begins on ${own.validFrom}` })
  hostnames.forEach((name, index) => {
    const missing = [name, `*.${name}`].filter((text) => own.checkHost(text.replace('*', 'bucket')) === undefined)
    if (missing.length === 0) return
    const message = `the certificate in server.tls.cert_file does not cover ${missing.join(' and ')}`
    warnings.push({ path: ['server', 'hostnames', index], message })
  })
  return warnings
}

/** The certificates of a PEM file in order; none when one of them cannot be read. */
function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    return []
  }
}

function readKey(pem: Secret): KeyObject | undefined {
  try {
    return createPrivateKey(pem.reveal())
  } catch {
    return undefined
  }
}
