import { expect, test } from 'vitest'
import { OBJECT_ACTIONS, S3_ACTIONS, s3ActionId, s3ActionLevel } from './s3-actions.ts'

test('the list is that of AWS: 180 actions, none twice', () => {
  expect(new Set(S3_ACTIONS.map((action) => action.toLowerCase())).size).toBe(180)
  expect(S3_ACTIONS).toHaveLength(180)
})

test('an action is found in any case, an unknown one is not', () => {
  const id = s3ActionId('s3:PutBucketCORS')
  expect(S3_ACTIONS[id]).toBe('s3:PutBucketCORS')
  expect(['s3:putbucketcors', 'S3:PUTBUCKETCORS', 's3:PutBucketCors'].map(s3ActionId)).toEqual([id, id, id])
  expect(['s3:PutBucketCor', 'PutBucketCORS', 'sts:AssumeRole', '', '__proto__'].map(s3ActionId)).toEqual([
    -1, -1, -1, -1, -1,
  ])
})

test('actions are told apart by what they apply to', () => {
  const level = (action: string) => s3ActionLevel(s3ActionId(action))
  expect(level('s3:GetObject')).toBe('object')
  expect(level('s3:BypassGovernanceRetention')).toBe('object')
  expect(level('s3:ListBucket')).toBe('bucket')
  expect(level('s3:ListBucketMultipartUploads')).toBe('bucket')
  expect(level('s3:ListAllMyBuckets')).toBe('other')
  expect(OBJECT_ACTIONS.every((action) => level(action) === 'object')).toBe(true)
})
