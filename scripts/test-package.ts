import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { checkInstalled, checkTooOld, type Installed } from '../test/package/installed-package.ts'
import { Lab } from '../test/support/lab.ts'

// usage: npm run test:package — packs the package as it would be published, installs it from the tarball into empty
// folders, under each Node that it is for, and runs it there. Downloads Node 20 and 22 by npx.

/** What must be in the tarball, and what has no business there. */
const WANTED: readonly string[] = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'SECURITY.md',
  'bin/s3-iam-proxy',
  'dist/src/main.js',
  'docs/configuration.md',
  'docs/reference/config.schema.json',
]
const UNWANTED = /(?:\.test\.|\.ts$|^(?:src|store|test|scripts|bench|node_modules)\/|^\.)/
const MAX_TARBALL_BYTES = 1_000_000
const INSTALL_TIMEOUT_MS = 180_000

const NODES: readonly (readonly [title: string, node: () => string, check: typeof checkInstalled])[] = [
  ['the pinned Node', () => resolve('node_modules/node/bin/node'), checkInstalled],
  ['Node 22', () => downloadedNode('22'), checkInstalled],
  ['Node 20', () => downloadedNode('20'), checkTooOld],
]

function downloadedNode(major: string): string {
  const args = ['-y', '-p', `node@${major}`, '--', 'node', '-p', 'process.execPath']
  return execFileSync('npx', args, { encoding: 'utf8', env: environment() }).trim()
}

/** The caller's environment without what `npm run` adds: npm would take this project for the one to install into. */
function environment(nodeFolder?: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|INIT_CWD$|NODE_OPTIONS$|NODE_PATH$)/i.test(name),
  )
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const path = [...(nodeFolder === undefined ? [] : [nodeFolder]), ...folders].join(delimiter)
  return { ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])), PATH: path }
}

/** Packs, and holds the tarball's list of files against what is wanted. Gives the tarball's path. */
function pack(directory: string): string {
  const args = ['pack', '--json', '--pack-destination', directory]
  const { status, stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8', env: environment() })
  if (status !== 0) throw new Error(`npm pack failed:\n${stdout}${stderr}`)
  // Before it npm prints what the build says.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as readonly PackResult[]
  if (packed === undefined) throw new Error('npm pack made nothing')
  const names = packed.files.map(({ path }) => path)
  const faults = [
    ...WANTED.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
    ...names.filter((name) => UNWANTED.test(name)).map((name) => `${name} is in it`),
    ...(packed.size > MAX_TARBALL_BYTES ? [`it has ${packed.size} bytes`] : []),
  ]
  if (faults.length > 0) throw new Error(`the tarball: ${faults.join(', ')}`)
  console.log(`ok  ${packed.filename}: ${names.length} files, ${(packed.size / 1_000).toFixed(0)} kB`)
  return join(directory, packed.filename)
}

interface PackResult {
  readonly filename: string
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

function install(folder: string, tarball: string, node: string): Installed {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n')
  const env = environment(dirname(node))
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball]
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
  })
  if (status !== 0) throw new Error(`npm install failed:\n${stdout}${stderr}`)
  const program = join(folder, 'node_modules', '.bin', 's3-iam-proxy')
  if (!existsSync(program)) throw new Error('the package has no command')
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  return { folder, program, version, env: { PATH: env['PATH'] ?? '' } }
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 's3-iam-proxy-package-'))
  mkdirSync(join(directory, 'processes'))
  const lab = new Lab(directory)
  try {
    const tarball = pack(directory)
    for (const [at, [title, find, check]] of NODES.entries()) {
      const node = find()
      const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
      for (const done of await check(lab, install(join(directory, `empty-${at}`), tarball, node)))
        console.log(`ok  ${title} (${version}): ${done}`)
    }
  } finally {
    await lab.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

await main()
