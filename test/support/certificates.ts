import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files of an authority made for one run, and of a certificate it gave to 127.0.0.1 and localhost. */
export interface Certificates {
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

// Newer verifiers (Python 3.13 on) insist on the key usage and key identifiers of RFC 5280.
const EXTENSIONS = `[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = IP:127.0.0.1, DNS:localhost
`

/** Makes both with the openssl program, in `directory`. */
export function makeCertificates(directory: string): Certificates {
  const file = (name: string) => join(directory, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe', timeout: 30_000 })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  writeFileSync(file('extensions.cnf'), EXTENSIONS)
  writeFileSync(file('request.cnf'), '[req]\ndistinguished_name = name\n[name]\n')
  const config = ['-config', file('request.cnf')]
  const asked = (name: string, commonName: string) =>
    openssl(
      'req',
      ...config,
      ...newKey,
      '-keyout',
      file(`${name}.key`),
      '-subj',
      `/CN=${commonName}`,
      '-out',
      file(`${name}.csr`),
    )
  const granted = (name: string, section: string, signer: readonly string[]) =>
    openssl(
      'x509',
      '-req',
      '-in',
      file(`${name}.csr`),
      '-days',
      '30',
      '-extfile',
      file('extensions.cnf'),
      '-extensions',
      section,
      ...signer,
      '-out',
      file(`${name}.crt`),
    )
  asked('authority', 'test authority')
  granted('authority', 'authority', ['-signkey', file('authority.key')])
  asked('server', 'localhost')
  granted('server', 'server', ['-CA', file('authority.crt'), '-CAkey', file('authority.key'), '-CAcreateserial'])
  return { authority: file('authority.crt'), certificate: file('server.crt'), key: file('server.key') }
}
