import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, exchange } from '../support/exchange.ts'
import type { Lab } from '../support/lab.ts'
import { until } from '../support/ports.ts'
import { sha256Hex, sign, type SigningKey } from '../support/signer.ts'

/** The package as npm installed it somewhere. */
export interface Installed {
  readonly folder: string
  /** The command in node_modules/.bin. */
  readonly program: string
  readonly version: string
  /** With the PATH on which the Node to be tried comes first. */
  readonly env: Readonly<Record<string, string>>
}

const CONFIG = `master_credentials:
  access_key: "MASTERKEY"
  secret_key: "\${MASTER_SECRET_KEY}"
  endpoint: "https://fsn1.your-objectstorage.com"
  region: "fsn1"
users:
  - {access_key: "ALICE", secret_key: "alice-secret-key", allowed_buckets: ["reports"]}
`

/** Runs everything that a user of the package would; gives what was done, a line each. Throws for what fails. */
export async function checkInstalled(lab: Lab, installed: Installed): Promise<readonly string[]> {
  const done: string[] = []
  const { code, stdout } = await run(lab, installed, ['--version'])
  assert.equal(code, 0)
  assert.equal(stdout.trim(), installed.version)
  done.push('--version')

  const file = join(installed.folder, 'config.yaml')
  writeFileSync(file, CONFIG, { mode: 0o600 })
  const valid = await run(lab, installed, ['check', '--config', file])
  assert.equal(withoutNodeWarnings(valid.stderr), `${file}: valid\n`)
  assert.equal(valid.code, 0)
  writeFileSync(file, `${CONFIG}surplus: 1\n`)
  const faulty = await run(lab, installed, ['check', '--config', file])
  assert.equal(faulty.code, 2)
  assert.match(faulty.stderr, /config\.yaml:8:1: surplus: unknown key/)
  done.push('check')
  done.push(...(await checkDemo(lab, installed)))
  return done
}

/** Node 22 says once that its SQLite is experimental, which it is not from 24 on. */
function withoutNodeWarnings(text: string): string {
  return text.replace(/^\(node:\d+\) ExperimentalWarning: SQLite .*\n\(Use `node --trace-warnings .*\n/m, '')
}

/** On a Node that is too old the command must say what is needed, and nothing else must happen. */
export async function checkTooOld(lab: Lab, installed: Installed): Promise<readonly string[]> {
  const { code, stdout, stderr } = await run(lab, installed, ['--version'])
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /^s3-iam-proxy: Node 20\.\S+ is too old: .*22\.19.*24.*is needed\n$/)
  return [`says "${stderr.trim()}"`]
}

function run(lab: Lab, installed: Installed, args: readonly string[]) {
  const extra = { ...installed.env, MASTER_SECRET_KEY: 'master-secret-key' }
  return lab.run({ file: installed.program, args, extra }, 30_000)
}

/** The command alone: an embedded store and the proxy, which serve signed requests until they are told to end. */
async function checkDemo(lab: Lab, installed: Installed): Promise<readonly string[]> {
  const running = lab.launch({ file: installed.program, args: [], extra: installed.env })
  const greeting = /is up at (http:\S+) \(region (\S+)\)/
  await until(
    () => greeting.test(running.stderr()) || running.hasExited(),
    30_000,
    () => `no greeting:\n${running.stderr()}`,
  )
  const [, url = '', region = ''] = greeting.exec(running.stderr()) ?? []
  assert.notEqual(url, '', running.stderr())
  const keys = JSON.parse(readFileSync(join(lab.directory, '.data', 'keys.json'), 'utf8')) as DemoKeys
  const ask = asker(url, { ...keys.user, region })
  assert.equal((await ask('PUT', '/demo-bucket/hello.txt', 'hello')).status, 200)
  assert.equal((await ask('GET', '/demo-bucket/hello.txt')).body.toString(), 'hello')
  assert.equal((await ask('GET', '/private-bucket/hello.txt')).code, 'AccessDenied')
  const { code } = await running.stop(10_000)
  assert.equal(code, 0, running.stderr())
  assert.ok(existsSync(join(lab.directory, '.data', 'audit.jsonl')))
  return ['serves signed requests, and refuses one', 'SIGTERM ends it with exit code 0']
}

interface DemoKeys {
  readonly user: { readonly accessKey: string; readonly secretKey: string }
}

function asker(url: string, key: SigningKey): (method: string, path: string, text?: string) => Promise<Answer> {
  return (method, path, text = '') => {
    const signed = sign(key, { method, host: new URL(url).host, path, payloadHash: sha256Hex(text) })
    const body = Buffer.from(text)
    const headers = [...signed.headers, ...(text === '' ? [] : [['content-length', String(body.length)] as const])]
    return exchange({ url }, { method, target: signed.target, headers, body })
  }
}
