import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const root = mkdtempSync(join(tmpdir(), 's3-iam-proxy-launcher-'))
afterAll(() => rmSync(root, { recursive: true }))

/** A program that says what it runs on, and ends as its arguments say. */
const MAIN = `
process.on('SIGTERM', () => { console.log('SIGTERM'); process.exit(7) })
process.on('SIGHUP', () => console.log('SIGHUP'))
console.log(JSON.stringify({ major: Number(process.versions.node.split('.')[0]), argv: process.argv.slice(2) }))
if (process.argv[2] === 'exit') process.exit(5)
if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL')
setInterval(() => {}, 1000)
`

const LOCK = {
  packages: {
    '': {},
    'node_modules/needed': { version: '1.0.0' },
    'node_modules/tool': { version: '1.0.0', dev: true },
  },
}

type State = 'installed' | 'without tools' | 'stale' | 'missing' | 'published'

function layOut(state: State): string {
  const folder = join(root, state.replaceAll(' ', '-'))
  if (existsSync(folder)) return join(folder, 'bin', 's3-iam-proxy')
  cpSync('bin', join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const main = state === 'published' ? 'dist/src/main.js' : 'src/main.ts'
  mkdirSync(join(folder, main, '..'), { recursive: true })
  writeFileSync(join(folder, main), MAIN)
  if (state === 'published') return join(folder, 'bin', 's3-iam-proxy')
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(LOCK))
  if (state === 'missing') return join(folder, 'bin', 's3-iam-proxy')
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
  const packages: Record<string, unknown> = {
    'node_modules/needed': { version: state === 'stale' ? '0.9.0' : '1.0.0' },
  }
  if (state !== 'without tools') {
    packages['node_modules/tool'] = { version: '1.0.0' }
    symlinkSync(process.execPath, join(folder, 'node_modules', '.bin', 'node'))
  }
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }))
  return join(folder, 'bin', 's3-iam-proxy')
}

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

async function run(node: string, args: readonly string[], onFirstLine?: (child: ChildProcess) => void): Promise<Ended> {
  const child = spawn(node, args, { env: { PATH: process.env.PATH, S3_IAM_PROXY_NO_INSTALL: '1' } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (bytes: Buffer) => {
    if (stdout === '') onFirstLine?.(child)
    stdout += bytes.toString()
  })
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString()
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, stdout, stderr }
}

/** A Node that is too old for the project, where the machine has one. */
function oldNode(): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  return candidates.find(
    (node) => existsSync(node) && Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'])) < 22,
  )
}

const old = oldNode()
const nodes: readonly (readonly [string, string | undefined])[] = [
  ['this Node', process.execPath],
  ['an old Node', old],
]

describe.each(nodes)('bin/s3-iam-proxy, started by %s', (_name, node) => {
  describe.skipIf(node === undefined)('which this machine has', () => {
    const starter = node ?? ''

    test('runs the sources of a checkout on the installed Node, arguments handed on', async () => {
      const { code, stdout } = await run(starter, [layOut('installed'), 'exit', '-config', 'F'])
      const major = Number(process.versions.node.split('.')[0])
      expect(JSON.parse(stdout)).toEqual({ major, argv: ['exit', '-config', 'F'] })
      expect(code).toBe(5)
    })

    test('hands SIGHUP and SIGTERM on, and the exit code back', async () => {
      const { code, stdout } = await run(starter, [layOut('installed')], (child) => {
        child.kill('SIGHUP')
        setTimeout(() => child.kill('SIGTERM'), 100)
      })
      expect(stdout).toMatch(/SIGHUP\nSIGTERM\n$/)
      expect(code).toBe(7)
    })

    test('ends by the signal that the program ended by', async () => {
      expect((await run(starter, [layOut('installed'), 'die'])).signal).toBe('SIGKILL')
    })

    test.each(['missing', 'stale'] as const)('says what to do when the dependencies are %s', async (state) => {
      const { code, stdout, stderr } = await run(starter, [layOut(state)])
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toBe('s3-iam-proxy: the locked dependencies are not installed; run `npm ci`\n')
    })
  })
})

describe('bin/s3-iam-proxy', () => {
  test('runs on a new enough Node where only the development tools are missing', async () => {
    expect((await run(process.execPath, [layOut('without tools'), 'exit'])).code).toBe(5)
  })

  test('runs the compiled files of a published package', async () => {
    expect((await run(process.execPath, [layOut('published'), 'exit'])).code).toBe(5)
  })

  test.skipIf(old === undefined)(
    'of a published package says which Node is needed when started by an old one',
    async () => {
      const { code, stderr } = await run(old ?? '', [layOut('published'), 'exit'])
      expect(code).toBe(1)
      expect(stderr).toContain('is too old: Node 22.19 or later of 22, or 24 and later, is needed')
    },
  )
})
