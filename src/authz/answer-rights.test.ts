import { expect, test } from 'vitest'
import { authenticatedAs, policySource } from '../../test/support/authz-input.ts'
import { mayLearnOfMissingKey, mayShowHeader } from './answer-rights.ts'
import { conditionContext } from './context.ts'

const object = { bucket: 'bkt', key: 'k', versionId: undefined }
const version = { ...object, versionId: 'null' }
const caller = (statement: string) => ({
  authenticated: authenticatedAs('alice'),
  source: policySource('alice', statement),
})

test.each<[statement: string, current: boolean, ofVersion: boolean]>([
  ['Allow s3:ListBucket arn:aws:s3:::bkt', true, false],
  ['Allow s3:ListBucketVersions arn:aws:s3:::bkt', false, true],
  ['Allow s3:GetObject arn:aws:s3:::bkt/*', false, false],
])('%s: a missing key is 404 %j, a missing version %j', (statement, current, ofVersion) => {
  expect(mayLearnOfMissingKey(caller(statement), object)).toBe(current)
  expect(mayLearnOfMissingKey(caller(statement), version)).toBe(ofVersion)
})

test.each<[header: string, action: string, versioned: string]>([
  ['x-amz-tagging-count', 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
  ['x-amz-object-lock-mode', 's3:GetObjectRetention', 's3:GetObjectRetention'],
  ['x-amz-object-lock-retain-until-date', 's3:GetObjectRetention', 's3:GetObjectRetention'],
  ['x-amz-object-lock-legal-hold', 's3:GetObjectLegalHold', 's3:GetObjectLegalHold'],
])('%s is shown with %s or, of a version, %s', (header, action, versioned) => {
  expect(mayShowHeader(caller(`Allow ${action} *`), object, header)).toBe(true)
  expect(mayShowHeader(caller(`Allow ${versioned} *`), version, header)).toBe(true)
  expect(mayShowHeader(caller('Allow s3:GetObject,s3:GetObjectVersion *'), object, header)).toBe(false)
  expect(mayShowHeader(caller('Allow s3:GetObject,s3:GetObjectVersion *'), version, header)).toBe(false)
})

test('other headers need no right of their own', () => {
  expect(mayShowHeader(caller('Allow s3:GetObject *'), object, 'etag')).toBe(true)
})

test('condition keys come from a closed list, and only for the actions that have them', () => {
  const parameters = new Map([
    ['prefix', ''],
    ['aws:username', 'root'],
    ['userid', 'root'],
  ])
  const facts = { authenticated: authenticatedAs('alice'), param: (name: string) => parameters.get(name) }
  const list = conditionContext(facts, 's3:ListBucket')
  const keys = [
    's3:prefix',
    's3:delimiter',
    's3:max-keys',
    'aws:username',
    'aws:principaltype',
    's3:authtype',
    'userid',
  ]
  expect(keys.map(list)).toEqual([[''], undefined, ['1000'], ['alice'], ['User'], ['REST-HEADER'], undefined])
  expect(conditionContext(facts, 's3:ListBucketMultipartUploads')('s3:prefix')).toBeUndefined()
  const anonymous = conditionContext({ ...facts, authenticated: authenticatedAs() }, 's3:GetObject')
  expect(['aws:username', 'aws:principaltype', 's3:authtype'].map(anonymous)).toEqual([
    undefined,
    ['Anonymous'],
    undefined,
  ])
})
