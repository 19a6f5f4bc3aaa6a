import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type DemoKeys, demoCommands, type KeyPair } from './demo-commands.ts'

/** What `npm start` runs without a configuration of one's own. */
export interface Demo {
  /** A configuration file like anybody's, made anew at each start because the ports may differ. */
  readonly configFile: string
  readonly configText: string
  /** Writes the file, once the store is ours: while another demonstration runs here, its file must stay. */
  keep(): Promise<void>
  readonly buckets: readonly string[]
  /** What to tell the person at the terminal once both listeners are up. */
  readonly greeting: string
}

/** Anything but us-east-1, for which boto3 and aws-cli v1 presign with SigV2. */
const REGION = 'eu-central-1'
const OPEN_BUCKET = 'demo-bucket'
const CLOSED_BUCKET = 'private-bucket'
const PROXY_PORT = 8080
const STORE_PORT = 9000

/** Prepares the demonstration in `directory`: keys, free ports and the configuration file. */
export async function prepareDemo(directory: string): Promise<Demo> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const keys = await loadOrMakeKeys(join(directory, 'keys.json'))
  const proxyPort = await freePort(PROXY_PORT)
  const storePort = await freePort(proxyPort === STORE_PORT ? STORE_PORT + 1 : STORE_PORT)
  const configFile = join(directory, 'config.yaml')
  const text = configText(keys, proxyPort, storePort)
  const endpoint = `http://127.0.0.1:${proxyPort}`
  const notes =
    proxyPort === PROXY_PORT ? [] : [`Port ${PROXY_PORT} is busy, so the proxy listens on ${proxyPort}.`, '']
  const commands = demoCommands({
    endpoint,
    region: REGION,
    keys,
    openBucket: OPEN_BUCKET,
    closedBucket: CLOSED_BUCKET,
  })
  return {
    configFile,
    configText: text,
    keep: () => writeWhole(configFile, text),
    buckets: [OPEN_BUCKET, CLOSED_BUCKET],
    greeting: [...notes, ...introduction(endpoint, keys, directory), ...commands, ''].join('\n'),
  }
}

function introduction(endpoint: string, keys: DemoKeys, directory: string): string[] {
  return [
    `S3 IAM Proxy is up at ${endpoint} (region ${REGION}), before an embedded store.`,
    '',
    `  demo user   ${keys.user.accessKey}   ${keys.user.secretKey}   may use ${OPEN_BUCKET} only`,
    `  demo admin  ${keys.admin.accessKey}   ${keys.admin.secretKey}   may use every bucket`,
    '',
    `Its files: ${directory}, the configuration config.yaml and the audit events audit.jsonl among them.`,
    'Paste a command, and see in the log line what was decided and why. Ctrl-C ends the demonstration.',
    '',
  ]
}

/** Keys are made once and kept beside the data. */
async function loadOrMakeKeys(file: string): Promise<DemoKeys> {
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return readKeys(kept, file)
  const keys: DemoKeys = { master: newPair('MASTER'), admin: newPair('DEMOADMIN'), user: newPair('DEMOUSER') }
  await writeWhole(file, `${JSON.stringify(keys, undefined, 2)}\n`)
  return keys
}

function readKeys(text: string, file: string): DemoKeys {
  try {
    const { master, admin, user } = JSON.parse(text) as DemoKeys
    if ([master, admin, user].every((pair) => /^\w+$/.test(pair.accessKey) && /^\w+$/.test(pair.secretKey))) {
      return { master, admin, user }
    }
  } catch {
    // Told below, like a file that parses and holds something else.
  }
  throw new Error(`${file} does not hold the demo's keys; delete it to have new ones made`)
}

/** Letters and digits only: the keys also stand in URLs and shell commands. */
function newPair(prefix: string): KeyPair {
  const accessKey = `${prefix}${randomBytes(10).toString('hex').toUpperCase()}`.slice(0, 20)
  return { accessKey, secretKey: randomBytes(20).toString('hex') }
}

function configText(keys: DemoKeys, proxyPort: number, storePort: number): string {
  return `# Written by \`npm start\`; your own configuration has the same shape, see README.md.
master_credentials:
  access_key: "${keys.master.accessKey}"
  secret_key: "${keys.master.secretKey}"
  endpoint: "http://127.0.0.1:${storePort}"
  region: "${REGION}"
server:
  listen_addr: "127.0.0.1:${proxyPort}"
backend:
  profile: aws
users:
  - {name: demo-user, access_key: "${keys.user.accessKey}", secret_key: "${keys.user.secretKey}", allowed_buckets: ["${OPEN_BUCKET}"]}
  - {name: demo-admin, access_key: "${keys.admin.accessKey}", secret_key: "${keys.admin.secretKey}", allowed_buckets: ["*"]}
store: {path: store, listen_addr: "127.0.0.1:${storePort}"}
audit: {sinks: [{type: file, path: audit.jsonl}]}
`
}

/** Half-written files must not be found at the next start. */
async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await chmod(`${file}.new`, 0o600)
  await rename(`${file}.new`, file)
}

async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + 100; port++) if (await isFree(port)) return port
  throw new Error(`no free port between ${first} and ${first + 99}`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
