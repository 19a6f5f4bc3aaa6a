import { expect, test } from 'vitest'
import { authenticatedAs, policyOf, policySource, requestFor } from '../../test/support/authz-input.ts'
import { mayLearnOfMissingKey, mayShowHeader } from './answer-rights.ts'
import { tagsName } from './object-reference.ts'
import { staticPolicies } from './policy-source.ts'

const object = { bucket: 'bkt', key: 'k', versionId: undefined }
const version = { ...object, versionId: 'null' }
const caller = (statement: string) => ({
  authenticated: authenticatedAs('alice'),
  source: policySource('alice', statement),
  ...requestFor('GET /bkt/k'),
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

test('a right that depends on tags counts where the tags were read', () => {
  const policies = policyOf({
    Effect: 'Allow',
    Action: 's3:GetObjectTagging',
    Resource: '*',
    Condition: { StringEquals: { 's3:ExistingObjectTag/pub': 'yes' } },
  })
  const reader = { ...caller('Allow s3:GetObject *'), source: staticPolicies([['alice', { identity: [policies] }]]) }
  const tagged = (value: string) => new Map([[tagsName(object), [{ key: 'pub', value }]]])
  expect(mayShowHeader(reader, object, 'x-amz-tagging-count')).toBe(false)
  expect(mayShowHeader(reader, object, 'x-amz-tagging-count', tagged('no'))).toBe(false)
  expect(mayShowHeader(reader, object, 'x-amz-tagging-count', tagged('yes'))).toBe(true)
})
