import { call, get, list, put, remove } from './calls.ts'
import { ALL, ANYBODY, AWS, besides, closed, command, denies, isTold, lacks, may, mayNot, restricted } from './rows.ts'
import { checkScenario } from './scenario.ts'

const PLAN = 'site/plan.txt'
const policy = (...Statement: readonly object[]) => ({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
const ALICE = { AWS: 'arn:aws:iam::000000000000:user/alice' }
const READ = { Action: 's3:GetObject', Resource: 'arn:aws:s3:::site/*' }

const aliceReads = policy({ Sid: 'AliceReads', Effect: 'Allow', Principal: ALICE, ...READ })
const notAlice = policy(
  { Sid: 'AliceReads', Effect: 'Allow', Principal: ALICE, ...READ },
  { Sid: 'NotAlice', Effect: 'Deny', Principal: ALICE, Action: 's3:*', Resource: 'arn:aws:s3:::site/*' },
)
const everybodyReads = policy({ Sid: 'EverybodyReads', Effect: 'Allow', Principal: '*', ...READ })
const everything = policy({
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:*',
  Resource: ['arn:aws:s3:::site', 'arn:aws:s3:::site/*'],
})
const block = (name: string) => ({ PublicAccessBlockConfiguration: { [name]: true } })

checkScenario('policies of buckets and public access blocks that clients put', {
  config: `
state: {path: ./state.sqlite}
users:
  - {name: owner, access_key: "OWNERKEY", secret_key: "owner-secret-0123456789", policies: [{policy: bucket-admin, buckets: [site]}]}
  - {name: alice, access_key: "ALICEKEY", secret_key: "alice-secret-0123456789"}
  - {name: bob, access_key: "BOBKEY", secret_key: "bob-secret-0123456789", allowed_buckets: ["site"]}
`,
  buckets: { site: 'plain' },
  objects: [PLAN],
  rows: [
    // In force from the next request on.
    mayNot('alice', get(PLAN), lacks('s3:GetObject', PLAN), { by: AWS }),
    may('owner', call('put_bucket_policy', 'site', aliceReads), { by: AWS }),
    may('alice', get(PLAN), { by: ALL }),
    mayNot('alice', put(PLAN), lacks('s3:PutObject', PLAN)),
    mayNot('alice', list('site'), lacks('s3:ListBucket', 'site'), { by: ALL }),
    may('owner', call('put_bucket_policy', 'site', notAlice)),
    mayNot('alice', get(PLAN), denies('bucket-policy:site', 'NotAlice'), { by: ALL }),

    // The operator turns it back; the clients see it at once.
    command('bucket-policy history --bucket site', /"version":1[^]*"version":2/),
    command('bucket-policy rollback --bucket site --version 1'),
    may('alice', get(PLAN), { by: ALL }),
    may('owner', call('delete_bucket_policy', 'site')),
    mayNot('alice', get(PLAN), lacks('s3:GetObject', PLAN), { by: ALL }),

    mayNot('bob', call('put_bucket_policy', 'site', everybodyReads), lacks('s3:PutBucketPolicy', 'site'), { by: AWS }),
    mayNot('bob', call('delete_bucket_policy', 'site'), lacks('s3:DeleteBucketPolicy', 'site')),
    isTold(
      'owner',
      call('put_bucket_policy', 'site', policy({ Effect: 'Allow', Principal: '*', ...READ, Resource: '*' })),
      'MalformedPolicy',
      { by: AWS },
    ),
    isTold(
      'owner',
      call(
        'put_bucket_policy',
        'site',
        policy({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:user/zoe' }, ...READ }),
      ),
      'MalformedPolicy',
    ),
    isTold('owner', call('get_bucket_policy', 'site'), 'NoSuchBucketPolicy'),

    // Everything is for everybody, but for the policy itself.
    may('owner', call('put_bucket_policy', 'site', everything)),
    may(ANYBODY, put('site/new.txt')),
    isTold(ANYBODY, call('put_bucket_policy', 'site', notAlice), 'MethodNotAllowed', { by: AWS }),
    isTold(ANYBODY, call('delete_bucket_policy', 'site'), 'MethodNotAllowed'),
    may('owner', call('delete_bucket_policy', 'site')),

    // A public policy, and the blocks that turn it off.
    mayNot(ANYBODY, get(PLAN), closed('s3:GetObject', PLAN)),
    may('owner', call('put_bucket_policy', 'site', everybodyReads)),
    may(ANYBODY, get(PLAN)),
    may('alice', get(PLAN)),
    mayNot(ANYBODY, remove(PLAN), closed('s3:DeleteObject', PLAN)),
    may('owner', call('put_public_access_block', 'site', block('RestrictPublicBuckets')), { by: AWS }),
    mayNot(ANYBODY, get(PLAN), restricted('s3:GetObject', PLAN), { by: AWS }),
    may('alice', get(PLAN)),
    may('owner', call('put_public_access_block', 'site', block('BlockPublicPolicy'))),
    may(ANYBODY, get(PLAN)),
    mayNot('owner', call('put_bucket_policy', 'site', everybodyReads), besides('public policies are blocked'), {
      by: AWS,
      backendSees: ['HEAD /site'],
    }),
    may('owner', call('put_bucket_policy', 'site', aliceReads)),
    mayNot(ANYBODY, get(PLAN), closed('s3:GetObject', PLAN)),
    may('owner', call('delete_public_access_block', 'site')),
    may('owner', call('put_bucket_policy', 'site', everybodyReads)),
    may(ANYBODY, get(PLAN)),
  ],
})
