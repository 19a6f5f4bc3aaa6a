import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-utf8-'))
afterAll(() => rmSync(folder, { recursive: true }))

const DENY = '{Effect: Deny, Action: "s3:*", Resource: "arn:aws:s3:::b/\u00e4rger/*"}'
const CONFIG = `
master_credentials: {access_key: master, secret_key: ms, endpoint: "https://s3.example.com", region: fsn1}
users: [{name: alice, access_key: aaa, secret_key: s, policies: [P]}]
`

/** What is told of a configuration, as the names of its files go on. */
async function told(config: string, encoding: BufferEncoding): Promise<readonly string[]> {
  const file = join(folder, 'config.yaml')
  writeFileSync(file, Buffer.from(config, encoding), { mode: 0o600 })
  const loaded = await loadConfig(file, {})
  return loaded.ok ? [] : loaded.problems.map((line) => line.replace(`${folder}/`, ''))
}

test('a configuration in another encoding is refused: its Deny would be on another name', async () => {
  const config = `${CONFIG}policies: {P: {Version: "2012-10-17", Statement: [${DENY}]}}\n`
  expect(await told(config, 'utf8')).toEqual([])
  expect(await told(config, 'latin1')).toEqual(['config.yaml:1:1: the file is not UTF-8 text'])
})

test.each([
  ['P.yaml', `{Version: "2012-10-17", Statement: [${DENY}]}`],
  [
    'P.json',
    `{"Version": "2012-10-17", "Statement": [${DENY.replaceAll(/(\w+): /g, '"$1": ').replace('Deny', '"Deny"')}]}`,
  ],
])('so is a policy of policy_dir, as %s', async (name, text) => {
  const policies = join(folder, 'policies')
  mkdirSync(policies)
  writeFileSync(join(policies, name), text)
  expect(await told(`${CONFIG}policy_dir: policies\n`, 'utf8')).toEqual([])
  writeFileSync(join(policies, name), Buffer.from(text, 'latin1'))
  expect(await told(`${CONFIG}policy_dir: policies\n`, 'utf8')).toEqual([
    `policies/${name}:1:1: the file is not UTF-8 text`,
  ])
  rmSync(policies, { recursive: true })
})
