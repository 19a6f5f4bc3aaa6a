import { describe, expect, test } from 'vitest'
import { allowedBucketsPolicy } from './allowed-buckets.ts'
import { compilePolicy } from './compile.ts'
import { evaluate } from './evaluate.ts'
import type { Principal } from './principal.ts'
import { S3_ACTIONS } from './s3-actions.ts'

const caller: Principal = { type: 'User', name: 'u', arn: 'arn:aws:iam::0:user/u', accountId: '0', tags: new Map() }

function allows(entries: readonly string[]): (action: string, part: string) => boolean {
  const result = allowedBucketsPolicy(entries)
  if ('problems' in result) throw new Error('refused')
  const identity = [compilePolicy(result.document, 'allowed_buckets')]
  return (action, part) =>
    evaluate({ identity }, { principal: caller, action, resource: `arn:aws:s3:::${part}`, context: () => undefined })
      .effect === 'Allow'
}

describe('a list of buckets', () => {
  const may = allows(['alpha', 'beta'])

  test.each<[action: string, part: string, allowed: boolean]>([
    ['s3:GetObject', 'alpha/k', true],
    ['s3:GetObjectVersion', 'beta/a/b\nc', true],
    ['s3:ListBucket', 'alpha', true],
    ['s3:CreateBucket', 'beta', true],
    ['s3:DeleteBucket', 'alpha', true],
    ['s3:PutObjectRetention', 'alpha/k', true],
    ['s3:PutLifecycleConfiguration', 'alpha', true],
    ['s3:GetObject', 'alphabet/k', false],
    ['s3:ListBucket', 'alpha2', false],
    ['s3:ListBucket', 'Alpha', false],
    ['s3:ListAllMyBuckets', '*', false],
    ['s3:PutBucketPolicy', 'alpha', false],
    ['s3:BypassGovernanceRetention', 'alpha/k', false],
    ['s3:PutObjectAcl', 'alpha/k', false],
  ])('%s on %j: %j', (action, part, allowed) => {
    expect(may(action, part)).toBe(allowed)
  })

  test('grants all S3 actions but nineteen, each of which AWS knows', () => {
    const withheld = S3_ACTIONS.filter((action) => !may(action, 'alpha') || !may(action, 'alpha/k'))
    expect(withheld.toSorted()).toEqual([
      's3:BypassGovernanceRetention',
      's3:DeleteBucketPolicy',
      's3:DeleteBucketWebsite',
      's3:PutAccelerateConfiguration',
      's3:PutAnalyticsConfiguration',
      's3:PutBucketAcl',
      's3:PutBucketLogging',
      's3:PutBucketNotification',
      's3:PutBucketOwnershipControls',
      's3:PutBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketRequestPayment',
      's3:PutBucketWebsite',
      's3:PutIntelligentTieringConfiguration',
      's3:PutInventoryConfiguration',
      's3:PutMetricsConfiguration',
      's3:PutObjectAcl',
      's3:PutObjectVersionAcl',
      's3:PutReplicationConfiguration',
    ])
  })
})

test('"*" alone grants every S3 action on everything', () => {
  const may = allows(['*'])
  expect(S3_ACTIONS.filter((action) => !may(action, 'b/k'))).toEqual([])
  expect(may('s3:ListAllMyBuckets', '*')).toBe(true)
  expect(may('sts:AssumeRole', 'b')).toBe(false)
})

test('an empty list grants nothing', () => {
  expect(allows([])('s3:GetObject', 'b/k')).toBe(false)
})

test('a name that is given twice is one statement', () => {
  const result = allowedBucketsPolicy(['alpha', 'alpha'])
  expect('document' in result && result.document.statements).toHaveLength(1)
})

test.each<[entries: readonly string[], indexes: readonly number[]]>([
  [['*', 'alpha'], [0]],
  [
    ['alpha', '*', '*'],
    [1, 2],
  ],
  [['alpha*'], [0]],
  [
    ['a?pha', 'beta', '${aws:username}'],
    [0, 2],
  ],
  [['alpha/x'], [0]],
  [[''], [0]],
  [['al pha'], [0]],
  [['alpha:x'], [0]],
])('%j is refused', (entries, indexes) => {
  const result = allowedBucketsPolicy(entries)
  expect('problems' in result && result.problems.map((problem) => problem.index)).toEqual(indexes)
})
