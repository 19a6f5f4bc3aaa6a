import { expect, test } from 'vitest'
import { parseConfig } from '../config/load.ts'
import { parseIdentityPolicy } from '../policy/parse.ts'
import { policiesCommand } from './policies.ts'

const TEXT = `
master_credentials: {access_key: master, secret_key: ms, endpoint: "https://s3.example.com", region: fsn1}
policies: {P: {Version: "2012-10-17", Statement: {Sid: Home, Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/\${aws:username}/*", Condition: {Bool: {"aws:SecureTransport": true}}}}}
groups: [{name: g, policies: [list-only]}]
users:
  - {name: alice, access_key: aaa, secret_key: s, policies: [P], groups: [g], allowed_buckets: [x], buckets: [{name: y, prefix: p/, access: write}], permissions_boundary: readwrite}
`

async function run(user: string) {
  const loaded = await parseConfig(TEXT, { file: 'c.yaml', env: {} })
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  const output = { out: '', err: '' }
  const write = (text: string) => void (output.out += text)
  const exitCode = policiesCommand({
    config: loaded.config,
    user,
    write,
    writeError: (text) => void (output.err += text),
  })
  return { exitCode, ...output }
}

test('prints every statement of a user as documents that load again', async () => {
  const { exitCode, out } = await run('alice')
  expect(exitCode).toBe(0)
  const answer = JSON.parse(out) as { policies: { policy: string; group?: string; document: unknown }[] }
  expect(answer.policies.map(({ policy, group }) => [policy, group])).toEqual([
    ['allowed_buckets', undefined],
    ['buckets', undefined],
    ['P', undefined],
    ['list-only', 'g'],
  ])
  for (const { document } of answer.policies) expect(parseIdentityPolicy(document)).toHaveProperty('document')
  expect(answer.policies[2]?.document).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Home',
        Effect: 'Allow',
        Action: ['s3:GetObject'],
        Resource: ['arn:aws:s3:::b/${aws:username}/*'],
        Condition: { Bool: { 'aws:SecureTransport': ['true'] } },
      },
    ],
  })
  expect(answer).toMatchObject({ user: 'alice', permissions_boundary: { policy: 'readwrite' } })
})

test('a user who is not there ends with 2', async () => {
  expect(await run('bob')).toEqual({ exitCode: 2, out: '', err: 'c.yaml: there is no user "bob"\n' })
})
