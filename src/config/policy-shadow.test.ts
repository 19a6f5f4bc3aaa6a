import { expect, test } from 'vitest'
import { parseConfig } from './load.ts'

const read = (resource: string): string =>
  `{Version: "2012-10-17", Statement: {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::${resource}"}}`
const TEXT = `
master_credentials: {access_key: master, secret_key: ms, endpoint: "https://s3.example.com", region: fsn1}
policies: {P: ${read('b/*')}, Q: ${read('c/*')}}
groups: [{name: g, policies: [P]}]
users:
  - {name: alice, access_key: aaa, secret_key: s, policies: [P, Q], groups: [g]}
  - {name: bob, access_key: bbb, secret_key: s, inline_policy: ${read('d/*')}}
policy_shadow: `

const load = (block: string) => parseConfig(TEXT + block, { file: 'c.yaml', env: {} })

async function shadow(block: string) {
  const loaded = await load(block)
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  return loaded.config.policyShadow
}

const resources = (policies: readonly { document: { statements: readonly { resource: { patterns: unknown } }[] } }[]) =>
  policies.map(({ document }) => document.statements.map(({ resource }) => resource.patterns))

test('a listed user has what the list gives and nothing else', async () => {
  const found = await shadow(
    `{policies: {R: ${read('r/*')}}, users: [{name: bob, policies: [R, Q], permissions_boundary: P}]}`,
  )
  expect(found?.users).toMatchObject([{ name: 'bob', groups: [], boundary: { name: 'P' } }])
  expect(found?.users[0]?.policies.map(({ name }) => name)).toEqual(['R', 'Q'])
})

test('a policy in place of one in force counts for everybody, groups included', async () => {
  const found = await shadow(`{policies: {P: ${read('new/*')}}}`)
  expect(found?.users.map(({ name, policies }) => [name, resources(policies)])).toEqual([
    ['alice', [[['arn:aws:s3:::new/*']], [['arn:aws:s3:::c/*']]]],
    ['bob', [[['arn:aws:s3:::d/*']]]],
  ])
  expect(resources(found?.groups[0]?.policies ?? [])).toEqual([[['arn:aws:s3:::new/*']]])
})

test('what is in force stays as it is', async () => {
  const loaded = await load(`{policies: {P: ${read('new/*')}}, users: [{name: bob}]}`)
  expect(loaded.ok && resources(loaded.config.users[0]?.policies ?? [])[0]).toEqual([['arn:aws:s3:::b/*']])
  expect(loaded.ok && loaded.config.users[1]?.policies.length).toBe(1)
})

test.each([
  ['{users: [{name: zoe}]}', 'policy_shadow.users[0].name: there is no such user'],
  ['{users: [{name: bob}, {name: bob}]}', 'policy_shadow.users[1].name: stands here already'],
  ['{users: [{name: bob, policies: [No]}]}', 'policy_shadow.users[0].policies[0]: there is no such policy'],
  ['{users: [{name: bob, groups: [no]}]}', 'policy_shadow.users[0].groups[0]: there is no such group'],
  ['{users: [{name: bob, access_key: x}]}', 'policy_shadow.users[0].access_key: unknown key'],
  ['{policies: {readonly: {}}}', 'policy_shadow.policies.readonly: '],
  ['{policies: {P: {Statement: [{Effect: Allow}]}}}', 'policy_shadow.policies.P.Statement[0]'],
  ['{users: [{name: bob, inline_policy: {Statement: 1}}]}', 'policy_shadow.users[0].inline_policy.Statement'],
])('%s is refused', async (block, expected) => {
  const loaded = await load(block)
  expect(loaded.ok ? '' : loaded.problems.join('\n')).toContain(expected)
})
