import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseConfig } from './config/load.ts'
import { prepareDemo } from './demo.ts'

const directory = mkdtempSync(join(tmpdir(), 's3-iam-proxy-demo-'))
afterAll(() => rmSync(directory, { recursive: true }))

test('the demonstration has a configuration that loads, with a user of one bucket and an admin of all', async () => {
  const demo = await prepareDemo(directory)
  const loaded = await parseConfig(demo.configText, { file: demo.configFile, env: {} })
  expect(loaded.ok ? [] : loaded.problems).toEqual([])
  if (!loaded.ok) return
  expect(loaded.config.users.map(({ name }) => name)).toEqual(['demo-user', 'demo-admin'])
  expect(loaded.config.server.listen.host).toBe('127.0.0.1')
})

test('its keys are made once, for nobody else to read', async () => {
  const keys = () => readFileSync(join(directory, 'keys.json'), 'utf8')
  await prepareDemo(directory)
  const before = keys()
  await prepareDemo(directory)
  expect(keys()).toBe(before)
  expect(statSync(join(directory, 'keys.json')).mode & 0o077).toBe(0)
})

test('its configuration file is written only when asked: another demonstration may be running on it', async () => {
  const demo = await prepareDemo(directory)
  expect(existsSync(demo.configFile)).toBe(false)
  await demo.keep()
  expect(readFileSync(demo.configFile, 'utf8')).toBe(demo.configText)
})

test('each command to paste stands on a line of its own under its verdict', async () => {
  const { greeting } = await prepareDemo(directory)
  const lines = greeting.split('\n')
  const verdicts = lines.flatMap((line, place) => (/^# (allowed|refused)/.test(line) ? [place] : []))
  expect(verdicts.length).toBeGreaterThan(8)
  for (const place of verdicts) {
    expect(lines[place + 1]).toMatch(/\b(aws|mc|rclone|curl) /)
    expect(lines[place + 2]).toBe('')
  }
})
