import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseConfig } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-large-policies-'))
afterAll(() => rmSync(folder, { recursive: true }))

const BASE = `
master_credentials: {access_key: master, secret_key: ms, endpoint: "https://s3.example.com", region: fsn1}
users: [{name: a, access_key: aaa, secret_key: s, policies: [P]}]
`
/** What a slow machine may take, with room: the largest of these takes a second. */
const BOUND_MS = 12_000

const statement = (n: number) => ({ Effect: 'Deny', Action: 's3:GetObject', Resource: `arn:aws:s3:::b/${n}` })
const json = (count: number): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: Array.from({ length: count }, (_, n) => statement(n)) })
const pattern = (text: string): string => json(1).replace('b/0', `b/${text}`)
const block = (count: number): string => {
  const statements = Array.from({ length: count }, (_, n) => {
    const { Effect, Action, Resource } = statement(n)
    return `      - Effect: ${Effect}\n        Action: ${Action}\n        Resource: ${Resource}\n`
  })
  return `policies:\n  P:\n    Version: "2012-10-17"\n    Statement:\n${statements.join('')}`
}

async function load(text: string): Promise<{ readonly problems: readonly string[]; readonly spentMs: number }> {
  const before = process.cpuUsage()
  const result = await parseConfig(BASE + text, { file: join(folder, 'c.yaml'), env: {} })
  const { user, system } = process.cpuUsage(before)
  return { problems: result.ok ? [] : result.problems, spentMs: (user + system) / 1_000 }
}

const inFile = (text: string) => (): string => {
  writeFileSync(join(folder, 'P.json'), text)
  return `policy_dir: ${folder}\n`
}

test.each<[name: string, text: () => string, problem: RegExp | undefined]>([
  ['ten thousand statements in a file', inFile(json(10_000)), undefined],
  ['ten thousand statements in the configuration', () => block(10_000), undefined],
  ['a pattern of 800 KB', inFile(pattern(`${'a*'.repeat(400_000)}b`)), undefined],
  ['more than 1 MiB', inFile(json(20_000)), /P\.json:1:1: is larger than 1 MiB/],
  ['a pattern of more than 1 MiB', inFile(pattern('a*'.repeat(600_000))), /P\.json:1:1: is larger than 1 MiB/],
  ['nine million blanks', inFile(' '.repeat(9_000_000) + json(1)), /P\.json:1:1: the file is too large/],
  ['a million brackets', inFile('['.repeat(1_000_000)), /P\.json:1:\d+: is nested deeper/],
  ['a million braces', inFile('{"a":'.repeat(200_000)), /P\.json:1:\d+: is nested deeper/],
])('a policy of %s loads or is refused in bounded time', async (_name, text, problem) => {
  const { problems, spentMs } = await load(text())
  rmSync(join(folder, 'P.json'), { force: true })
  expect(spentMs).toBeLessThan(BOUND_MS)
  expect(problems).toEqual(problem === undefined ? [] : [expect.stringMatching(problem)])
})
