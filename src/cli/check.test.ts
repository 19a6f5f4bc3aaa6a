import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkCommand } from './check.ts'
import { programVersion } from './version.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-check-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function check(file: string): Promise<{ exitCode: number; stderr: string }> {
  let stderr = ''
  const exitCode = await checkCommand({ file, env: {}, writeError: (text) => void (stderr += text) })
  return { exitCode, stderr }
}

test('a valid file ends with 0, its warnings printed', async () => {
  const { exitCode, stderr } = await check('test/fixtures/config/go-design.yaml')
  expect(exitCode).toBe(0)
  expect(stderr).toContain('go-design.yaml:11:21: server.max_header_bytes: is capped at 64KiB (warning)\n')
  expect(stderr.endsWith('go-design.yaml: valid\n')).toBe(true)
})

test('a file with faults ends with 2, one line for each', async () => {
  const file = join(folder, 'wrong.yaml')
  writeFileSync(file, 'users: []\npolices: {}\n')
  const { exitCode, stderr } = await check(file)
  expect(exitCode).toBe(2)
  expect(stderr.split('\n').map((line) => line.replace(`${file}:`, '').split(': ')[1])).toEqual([
    'master_credentials',
    'users',
    'polices',
    undefined,
  ])
})

test('the version is the one of package.json', () => {
  expect(programVersion()).toMatch(/^\d+\.\d+\.\d+/)
})
