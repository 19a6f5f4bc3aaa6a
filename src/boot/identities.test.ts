import { describe, expect, test } from 'vitest'
import { isUsable } from '../authn/credentials.ts'
import type { Config } from '../config/config.ts'
import { parseConfig } from '../config/load.ts'
import { evaluate } from '../policy/evaluate.ts'
import { bucketPoliciesOf } from './bucket-policies.ts'
import { credentialsOf, policySourceOf } from './identities.ts'

const read = (resource: string) =>
  `{Version: "2012-10-17", Statement: {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::${resource}"}}`
const TEXT = `
master_credentials: {access_key: master, secret_key: ms, endpoint: "https://s3.example.com", region: fsn1}
account_id: "111122223333"
policies: {Shared: ${read('b/*')}, Narrow: ${read('b/n')}, Other: ${read('c/*')}}
groups: [{name: g, policies: [Other, Shared]}]
users:
  - {name: alice, policies: [Shared], groups: [g], tags: {team: blue}, keys: [{access_key: aa1, secret_key: s}, {access_key: aa2, secret_key: t, status: inactive}]}
  - {name: bob, access_key: bbb, secret_key: s, policies: [Shared], permissions_boundary: Narrow, not_after: "2027-01-01T00:00:00Z"}
bucket_policies:
  public-1: {Version: "2012-10-17", Statement: {Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::public-1/*"}}
`

async function load(more = ''): Promise<Config> {
  const loaded = await parseConfig(TEXT + more, { file: 'c.yaml', env: {} })
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  return loaded.config
}

describe('the runtime of users', () => {
  test('has every key pair, with the account and the tags', async () => {
    const credentials = credentialsOf(await load())
    const now = new Date('2026-12-31T23:59:59Z')
    expect(credentials.map((each) => [each.accessKey, each.secretKey, isUsable(each, now)])).toEqual([
      ['aa1', 's', true],
      ['aa2', 't', false],
      ['bbb', 's', true],
    ])
    expect(credentials.filter((each) => isUsable(each, new Date('2027-01-01T00:00:00Z'))).length).toBe(1)
    expect(credentials[0]?.principal).toEqual({
      type: 'User',
      name: 'alice',
      arn: 'arn:aws:iam::111122223333:user/alice',
      accountId: '111122223333',
      tags: new Map([['team', 'blue']]),
    })
  })

  test('compiles each policy once, takes those of groups, and each once', async () => {
    const config = await load()
    const source = policySourceOf(config, bucketPoliciesOf(config, undefined))
    const [alice, , bob] = credentialsOf(config).map(({ principal }) => source.policiesFor(principal, 'b'))
    expect(alice?.identity.map(({ name }) => name)).toEqual(['Shared', 'Other'])
    expect(bob?.identity[0]).toBe(alice?.identity[0])
    expect(bob?.boundary?.name).toBe('Narrow')
    expect(alice?.boundary).toBeUndefined()
  })

  const askAnonymously = async (more: string) => {
    const config = await load(more)
    const source = policySourceOf(config, bucketPoliciesOf(config, undefined))
    expect(source.hasBucketPolicies).toBe(true)
    const ask = (bucket: string) => {
      const policies = source.policiesFor({ type: 'Anonymous' }, bucket)
      const question = { principal: { type: 'Anonymous' }, action: 's3:GetObject', context: () => undefined } as const
      return evaluate(policies, { ...question, resource: `arn:aws:s3:::${bucket}/k` })
    }
    return { ask, source }
  }

  test('lets callers without a key in by the policy of the bucket, and by no other', async () => {
    const { ask } = await askAnonymously('')
    expect(ask('public-1')).toMatchObject({ effect: 'Allow', matched: { policy: 'bucket-policy:public-1', index: 0 } })
    expect(ask('b')).toMatchObject({ effect: 'ImplicitDeny', missing: 'resource' })
  })

  test('lets nobody but users in by a public policy where that is restricted', async () => {
    const { ask, source } = await askAnonymously('public_access_block: {restrict_public_buckets: true}\n')
    expect(ask('public-1')).toMatchObject({ effect: 'ImplicitDeny', missing: 'public_access_block' })
    expect(ask('b')).toMatchObject({ effect: 'ImplicitDeny', missing: 'resource' })
    const [alice] = credentialsOf(await load())
    expect(alice && source.policiesFor(alice.principal, 'public-1').resource?.name).toBe('bucket-policy:public-1')
  })
})
