import { describe, expect, test } from 'vitest'
import { CONDITION_KEYS, conditionKey, isKeyOfAction } from './condition-keys.ts'
import { OPERATORS, operatorText, parseOperator } from './operators.ts'
import { S3_ACTIONS, s3ActionId } from './s3-actions.ts'

test('every action that a key is listed for is one that AWS knows', () => {
  for (const { name, actionIds } of CONDITION_KEYS) expect([name, actionIds?.has(-1) ?? false]).toEqual([name, false])
  expect(CONDITION_KEYS.length).toBeGreaterThan(100)
})

describe('a key is found', () => {
  test.each<[name: string, found: string | undefined]>([
    ['aws:SourceIp', 'aws:SourceIp'],
    ['AWS:sourceip', 'aws:SourceIp'],
    ['s3:VersionId', 's3:versionid'],
    ['s3:ExistingObjectTag/a/b', 's3:ExistingObjectTag/'],
    ['S3:EXISTINGOBJECTTAG/A', 's3:ExistingObjectTag/'],
    ['s3:ExistingObjectTag/', undefined],
    ['s3:ExistingObjectTag', undefined],
    ['aws:SourceIp/x', undefined],
    ['s3:prefixx', undefined],
    ['__proto__', undefined],
  ])('%s: %s', (name, found) => {
    expect(conditionKey(name)?.name).toBe(found)
  })
})

describe('a key belongs to the actions that AWS lists it for', () => {
  test.each<[key: string, actions: readonly string[]]>([
    ['s3:delimiter', ['s3:ListBucket', 's3:ListBucketVersions']],
    ['s3:prefix', ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions']],
    ['s3:if-match', ['s3:DeleteObject', 's3:PutObject']],
    ['s3:locationconstraint', ['s3:CreateBucket']],
    ['s3:object-lock-legal-hold', ['s3:PutObject', 's3:PutObjectLegalHold']],
    [
      's3:RequestObjectTagKeys',
      ['s3:BypassGovernanceRetention', 's3:PutObject', 's3:PutObjectTagging', 's3:PutObjectVersionTagging'],
    ],
  ])('%s: %j', (name, actions) => {
    const key = conditionKey(name)
    if (key === undefined) throw new Error('unknown')
    expect(S3_ACTIONS.filter((action) => isKeyOfAction(key, s3ActionId(action))).toSorted()).toEqual(actions)
  })

  test('the tags of an object are not looked at when it is written or deleted', () => {
    const tag = conditionKey('s3:ExistingObjectTag/a')
    if (tag === undefined) throw new Error('unknown')
    const known = (action: string) => isKeyOfAction(tag, s3ActionId(action))
    expect(['s3:GetObject', 's3:GetObjectVersion', 's3:PutObjectAcl', 's3:DeleteObjectTagging'].map(known)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'].map(known)).toEqual([false, false, false])
  })
})

test('every operator is read in any case, with quantifier and suffix, and written in one spelling', () => {
  for (const { name, family } of OPERATORS) {
    const forms =
      family === 'Null' ? [name] : [name, `${name}IfExists`, `ForAnyValue:${name}`, `ForAllValues:${name}IfExists`]
    for (const form of forms) {
      for (const written of [form, form.toLowerCase(), form.toUpperCase()]) {
        const use = parseOperator(written)
        expect(use && operatorText(use)).toBe(form)
      }
    }
  }
  expect(
    ['', 'IfExists', 'ForAnyValue:', 'StringEqualsIfExistsIfExists', 'toString', ':Bool'].map(parseOperator),
  ).toEqual(Array.from({ length: 6 }, () => undefined))
})
