import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programsNamed } from '../../support/find-program.ts'
import type { Lab } from '../../support/lab.ts'
import { until } from '../../support/ports.ts'

export type BalancerName = 'nginx' | 'haproxy'

/** A self-signed certificate for `s3.test` and `*.s3.test`, its own authority; and the key. */
export const CERTIFICATE = fileURLToPath(new URL('../../fixtures/hosts/wildcard.crt', import.meta.url))
const KEY = fileURLToPath(new URL('../../fixtures/hosts/wildcard.key', import.meta.url))

const PAGE = fileURLToPath(new URL('../../../docs/load-balancers.md', import.meta.url))

/** Where a balancer listens, and where the proxy does behind it. */
export interface Places {
  readonly port: number
  readonly proxyPort: number
  /** Where the proxy answers operators. */
  readonly adminPort: number
}

/** The balancer's program; Debian puts both where only root looks. */
export function balancerProgram(name: BalancerName): string | undefined {
  return programsNamed(name)[0] ?? programsNamed(name, ['/usr/sbin'])[0]
}

/** The configuration of docs/load-balancers.md, for the tests' names, ports and files. */
export function documented(name: BalancerName, lab: Lab, places: Places): string {
  const found = new RegExp(`<!-- tested: ${name} -->\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(
    readFileSync(PAGE, 'utf8'),
  )?.[1]
  if (found === undefined) throw new Error(`${PAGE} has no block for ${name}`)
  const pem = join(lab.directory, 'certificate-and-key.pem')
  writeFileSync(pem, readFileSync(CERTIFICATE, 'utf8') + readFileSync(KEY, 'utf8'), { mode: 0o600 })
  const ours: readonly (readonly [string, string])[] = [
    ['/etc/nginx/tls/s3.example.com.crt', CERTIFICATE],
    ['/etc/nginx/tls/s3.example.com.key', KEY],
    ['/etc/haproxy/tls/s3.example.com.pem', pem],
    ['s3.example.com', 's3.test'],
    ['127.0.0.1:8080', `127.0.0.1:${places.proxyPort}`],
    ['connect port 9090', `connect port ${places.adminPort}`],
    ['listen 443 ', `listen 127.0.0.1:${places.port} `],
    ['bind :443 ', `bind 127.0.0.1:${places.port} `],
  ]
  return ours.reduce((text, [theirs, mine]) => text.replaceAll(theirs, mine), found)
}

/** Runs a balancer with that configuration (nginx: the inside of `http`) until the lab closes, and waits for `ports`. */
export async function startBalancer(
  name: BalancerName,
  lab: Lab,
  { config, ports }: { readonly config: string; readonly ports: readonly number[] },
): Promise<void> {
  const file = balancerProgram(name)
  if (file === undefined) throw new Error(`${name} must be installed`)
  const folder = lab.folder(name)
  const path = join(folder, 'balancer.conf')
  writeFileSync(path, name === 'nginx' ? nginxFile(folder, config) : haproxyFile(config))
  const args = name === 'nginx' ? ['-p', folder, '-c', path, '-e', 'stderr'] : ['-db', '-f', path]
  const running = lab.launch({ file, args })
  for (const port of ports) {
    await until(
      () => {
        if (running.hasExited()) throw new Error(`${name} ended at once:\n${running.stderr()}${running.stdout()}`)
        return isListening(port)
      },
      10_000,
      () => `${name} does not listen on ${port}:\n${running.stderr()}`,
    )
  }
}

function nginxFile(folder: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (use) => `${use}_temp_path ${folder}/${use};`,
  )
  // Its workers would be another user, who cannot write here.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  return `${user}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
access_log off;
${temporary.join('\n')}
${http}
}
`
}

function haproxyFile(config: string): string {
  return `global\n    maxconn 256\n\n${config}`
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const answer = (is: boolean) => () => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', answer(true))
    socket.once('error', answer(false))
  })
}
