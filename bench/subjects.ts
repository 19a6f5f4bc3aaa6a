import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { exchange } from '../test/support/exchange.ts'
import { programsNamed } from '../test/support/find-program.ts'
import type { Lab } from '../test/support/lab.ts'
import { freePort, until } from '../test/support/ports.ts'
import type { Running } from '../test/support/processes.ts'
import { USER } from './workloads.ts'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** What is measured: one process, pinned to one core, before the common backend. */
export interface Subject {
  readonly name: 'this proxy' | 'Go design' | 'nginx'
  readonly url: string
  readonly pid: number
  /** Whether it looks at signatures at all. */
  readonly checks: 'signatures' | 'nothing'
}

/** Where things run: what is measured has a core of its own; wrk and the backend share the other one. */
export interface Cores {
  readonly measured: number
  readonly others: number
}

/** Starts the backend. Gives its port. */
export async function startBackend(lab: Lab, cores: Cores): Promise<number> {
  const running = pinned(lab, cores.others, process.execPath, [here('fixed-backend.ts')])
  await until(
    () => running.stdout().includes('\n'),
    10_000,
    () => `no backend:\n${running.stderr()}`,
  )
  return Number(running.stdout())
}

/** Starts everything that there is to compare, and says what is missing. */
export async function startSubjects(lab: Lab, backendPort: number, cores: Cores): Promise<readonly Subject[]> {
  const started = [await startProxy(lab, backendPort, cores), await startGoDesign(lab, backendPort, cores)]
  return [...started, await startNginx(lab, backendPort, cores)].filter((subject) => subject !== undefined)
}

async function startProxy(lab: Lab, backendPort: number, cores: Cores): Promise<Subject> {
  const port = await freePort()
  const file = join(lab.folder('proxy'), 'config.yaml')
  const config = {
    master_credentials: {
      access_key: 'MASTERKEY',
      secret_key: 'master-secret-0123456789',
      endpoint: `http://127.0.0.1:${backendPort}`,
      region: USER.region,
    },
    server: { listen_addr: `127.0.0.1:${port}` },
    backend: { profile: 'ceph' },
    users: [{ access_key: USER.accessKey, secret_key: USER.secretKey, allowed_buckets: ['bucket-alpha'] }],
    // The others log nothing.
    logging: { level: 'error' },
  }
  writeFileSync(file, stringify(config), { mode: 0o600 })
  const running = pinned(lab, cores.measured, process.execPath, [resolve('src/main.ts'), '--config', file])
  return answering({ name: 'this proxy', checks: 'signatures' }, port, running)
}

async function startGoDesign(lab: Lab, backendPort: number, cores: Cores): Promise<Subject | undefined> {
  const go = [...programsNamed('go'), '/usr/local/go/bin/go'].find((file) => existsSync(file))
  if (go === undefined) return missing('the Go design', 'Go')
  const program = resolve('.tmp/bench/seed-go')
  mkdirSync(resolve('.tmp/bench'), { recursive: true })
  execFileSync(go, ['build', '-o', program, '.'], { cwd: here('peers/seed-go'), stdio: 'inherit' })
  const port = await freePort()
  const user = ['-ak', USER.accessKey, '-sk', USER.secretKey]
  const addresses = ['-listen', `127.0.0.1:${port}`, '-backend', `http://127.0.0.1:${backendPort}`]
  const running = pinned(lab, cores.measured, program, [...addresses, ...user])
  return answering({ name: 'Go design', checks: 'signatures' }, port, running)
}

async function startNginx(lab: Lab, backendPort: number, cores: Cores): Promise<Subject | undefined> {
  const [program] = [...programsNamed('nginx'), ...programsNamed('nginx', ['/usr/sbin'])]
  if (program === undefined) return missing('nginx', "nginx (Debian's nginx-light)")
  const port = await freePort()
  const folder = lab.folder('nginx')
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, nginxConfiguration(port, backendPort, folder))
  const running = pinned(lab, cores.measured, program, ['-p', folder, '-e', join(folder, 'error.log'), '-c', file])
  return answering({ name: 'nginx', checks: 'nothing' }, port, running)
}

function nginxConfiguration(port: number, backendPort: number, folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  )
  return `daemon off; master_process off; worker_processes 1; pid ${join(folder, 'pid')};
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; client_max_body_size 0;
  ${temporary.join(' ')}
  upstream backend { server 127.0.0.1:${backendPort}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_request_buffering off;
    }
  }
}
`
}

function pinned(lab: Lab, core: number, file: string, args: readonly string[]): Running {
  // taskset becomes the program: the process number stays.
  return lab.launch({ file: 'taskset', args: ['-c', String(core), file, ...args] })
}

async function answering(subject: Pick<Subject, 'name' | 'checks'>, port: number, running: Running): Promise<Subject> {
  const url = `http://127.0.0.1:${port}`
  const answers = async (): Promise<boolean> => {
    if (running.hasExited()) throw new Error(`${subject.name} ended at once:\n${running.stderr()}${running.stdout()}`)
    const request = { method: 'GET', target: '/', headers: [['host', `127.0.0.1:${port}`] as const] }
    return (await exchange({ url }, request, 2_000).catch(() => undefined))?.status !== undefined
  }
  await until(answers, 20_000, () => `${subject.name} does not answer:\n${running.stderr()}`)
  return { ...subject, url, pid: running.pid }
}

function missing(what: string, program: string): undefined {
  console.log(`without ${what}: ${program} is not here`)
}
