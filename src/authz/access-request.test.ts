import { describe, expect, test } from 'vitest'
import { requestFor } from '../../test/support/authz-input.ts'
import { accessDemands } from './access-request.ts'
import type { BodyFacts } from './body-facts.ts'

type Headers = Readonly<Record<string, string>>

/** `Action resource`, without the prefixes that all of them have. */
function demands(line: string, headers: Headers = {}, facts: BodyFacts = {}): readonly string[] {
  const { request, operation } = requestFor(line, headers)
  return accessDemands(request, operation, facts).always.map(
    ({ action, resource }) => `${action.replace('s3:', '')} ${resource.replace('arn:aws:s3:::', '')}`,
  )
}

describe('a request needs', () => {
  test.each<[line: string, expected: readonly string[]]>([
    ['GET /', ['ListAllMyBuckets *']],
    ['GET /bkt', ['ListBucket bkt']],
    ['GET /bkt/', ['ListBucket bkt']],
    ['HEAD /bkt', ['ListBucket bkt']],
    ['GET /bkt?versions', ['ListBucketVersions bkt']],
    ['GET /bkt?uploads', ['ListBucketMultipartUploads bkt']],
    ['DELETE /bkt?tagging', ['PutBucketTagging bkt']],
    ['GET /bkt/a%2Fb', ['GetObject bkt/a/b']],
    ['GET /bkt//k', ['GetObject bkt//k']],
    ['GET /bkt/a%0A%C3%A9%2A', ['GetObject bkt/a\né*']],
    ['GET /bkt/k?versionId=v', ['GetObjectVersion bkt/k']],
    ['GET /bkt/k?versionId=null', ['GetObjectVersion bkt/k']],
    ['HEAD /bkt/k?versionId=v', ['GetObjectVersion bkt/k']],
    ['GET /bkt/k?attributes', ['GetObject bkt/k', 'GetObjectAttributes bkt/k']],
    ['GET /bkt/k?attributes&versionId=v', ['GetObjectVersion bkt/k', 'GetObjectVersionAttributes bkt/k']],
    ['DELETE /bkt/k', ['DeleteObject bkt/k']],
    ['DELETE /bkt/k?versionId=v', ['DeleteObjectVersion bkt/k']],
    ['PUT /bkt/k?acl&versionId=v', ['PutObjectVersionAcl bkt/k']],
    ['GET /bkt/k?tagging&versionId=v', ['GetObjectVersionTagging bkt/k']],
    ['PUT /bkt/k?retention&versionId=v', ['PutObjectRetention bkt/k']],
    ['GET /bkt/k?legal-hold', ['GetObjectLegalHold bkt/k']],
    ['POST /bkt/k?restore&versionId=v', ['RestoreObject bkt/k']],
    ['PUT /bkt/k?partNumber=1&uploadId=u', ['PutObject bkt/k']],
    ['POST /bkt/k?uploadId=u', ['PutObject bkt/k']],
    ['DELETE /bkt/k?uploadId=u', ['AbortMultipartUpload bkt/k']],
    ['GET /bkt/k?uploadId=u', ['ListMultipartUploadParts bkt/k']],
  ])('%s: %j', (line, expected) => {
    expect(demands(line)).toEqual(expected)
  })
})

describe('headers of an upload ask for more', () => {
  const rows: readonly [name: string, line: string, headers: Headers][] = [
    ['PutObject', 'PUT /bkt/k', {}],
    ['CopyObject', 'PUT /bkt/k', { 'x-amz-copy-source': '/src/s', 'x-amz-tagging-directive': 'REPLACE' }],
    ['CreateMultipartUpload', 'POST /bkt/k?uploads', {}],
  ]
  const cases: readonly [headers: Headers, action: string | undefined][] = [
    [{ 'x-amz-acl': 'public-read' }, 'PutObjectAcl'],
    [{ 'X-Amz-Acl': 'Private' }, 'PutObjectAcl'],
    [{ 'x-amz-acl': 'private' }, undefined],
    [{ 'x-amz-acl': 'private', 'x-amz-grant-read': 'id=1' }, 'PutObjectAcl'],
    [{ 'x-amz-grant-read': 'id=1' }, 'PutObjectAcl'],
    [{ 'x-amz-grant-read-acp': 'id=1' }, 'PutObjectAcl'],
    [{ 'x-amz-grant-write': 'id=1' }, 'PutObjectAcl'],
    [{ 'x-amz-grant-write-acp': 'id=1' }, 'PutObjectAcl'],
    [{ 'x-amz-grant-full-control': 'id=1' }, 'PutObjectAcl'],
    [{ 'x-amz-tagging': 'a=b' }, 'PutObjectTagging'],
    [{ 'x-amz-tagging': '' }, 'PutObjectTagging'],
    [{ 'x-amz-object-lock-mode': 'GOVERNANCE' }, 'PutObjectRetention'],
    [{ 'x-amz-object-lock-retain-until-date': '2030-01-01T00:00:00Z' }, 'PutObjectRetention'],
    [{ 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': 'x' }, 'PutObjectRetention'],
    [{ 'x-amz-object-lock-legal-hold': 'OFF' }, 'PutObjectLegalHold'],
    [{ 'x-amz-storage-class': 'STANDARD' }, undefined],
    [{ 'x-amz-server-side-encryption': 'AES256' }, undefined],
    [{ 'x-amz-meta-acl': 'public-read' }, undefined],
  ]
  test.each(
    rows.flatMap(([name, line, base]) => cases.map(([headers, action]) => ({ name, line, base, headers, action }))),
  )('$name with $headers: $action', ({ line, base, headers, action }) => {
    const extra = demands(line, { ...base, ...headers }).filter((demand) => !demands(line, base).includes(demand))
    expect(extra).toEqual(action === undefined ? [] : [`${action} bkt/k`])
  })

  test('in a browser form too, where fields stand for headers and name the key', () => {
    const amz = new Map([
      ['x-amz-acl', 'public-read'],
      ['x-amz-tagging', 'a=b'],
    ])
    const { request, operation } = requestFor('PUT /bkt/k')
    const form = { ...operation, name: 'PostObject' as const, resource: 'body' as const }
    const { always } = accessDemands(request, form, { form: { key: 'final', amz } })
    expect(always.map(({ action }) => action)).toEqual(['s3:PutObject', 's3:PutObjectAcl', 's3:PutObjectTagging'])
    expect(new Set(always.map(({ resource }) => resource))).toEqual(new Set(['arn:aws:s3:::bkt/final']))
  })

  test('as hoisted query parameters too', () => {
    expect(demands('PUT /bkt/k?X-Amz-Acl=public-read')).toEqual(['PutObject bkt/k', 'PutObjectAcl bkt/k'])
  })

  test('not on parts, which do not take them', () => {
    const headers = { 'x-amz-acl': 'public-read', 'x-amz-tagging': 'a=b', 'x-amz-object-lock-legal-hold': 'ON' }
    expect(demands('PUT /bkt/k?partNumber=1&uploadId=u', headers)).toEqual(['PutObject bkt/k'])
    expect(demands('POST /bkt/k?uploadId=u', headers)).toEqual(['PutObject bkt/k'])
  })

  test('and an ACL of its own row asks for that row only', () => {
    expect(demands('PUT /bkt/k?acl&versionId=v', { 'x-amz-acl': 'public-read' })).toEqual(['PutObjectVersionAcl bkt/k'])
    expect(demands('PUT /bkt?acl', { 'x-amz-acl': 'private' })).toEqual(['PutBucketAcl bkt'])
  })
})

describe('CreateBucket needs', () => {
  const tags = { createBucket: { locationConstraint: undefined, tags: [{ key: 'a', value: 'b' }] } }
  const noTags = { createBucket: { locationConstraint: 'fsn1', tags: [] } }
  test.each<[name: string, headers: Headers, facts: BodyFacts, expected: readonly string[]]>([
    ['nothing more', {}, {}, []],
    ['nothing for a region', {}, noTags, []],
    ['a private ACL', { 'x-amz-acl': 'private' }, {}, []],
    ['a public ACL', { 'x-amz-acl': 'public-read' }, {}, ['PutBucketAcl']],
    ['a grant', { 'x-amz-grant-write': 'id=1' }, {}, ['PutBucketAcl']],
    [
      'object lock',
      { 'x-amz-bucket-object-lock-enabled': 'True' },
      {},
      ['PutBucketObjectLockConfiguration', 'PutBucketVersioning'],
    ],
    ['no object lock', { 'x-amz-bucket-object-lock-enabled': 'false' }, {}, []],
    ['ownership', { 'x-amz-object-ownership': 'ObjectWriter' }, {}, ['PutBucketOwnershipControls']],
    ['tags', {}, tags, ['TagResource']],
  ])('%s', (_name, headers, facts, expected) => {
    expect(demands('PUT /bkt', headers, facts)).toEqual(['CreateBucket', ...expected].map((action) => `${action} bkt`))
  })
})

describe('bypassing governance retention is a right of its own', () => {
  test.each<[line: string, value: string, asked: boolean]>([
    ['DELETE /bkt/k', 'true', true],
    ['DELETE /bkt/k?versionId=v', 'TRUE', true],
    ['PUT /bkt/k?retention', 'True', true],
    ['DELETE /bkt/k', 'false', false],
    ['PUT /bkt/k?retention', 'False', false],
  ])('%s with %s: %j', (line, value, asked) => {
    const headers = { 'x-amz-bypass-governance-retention': value }
    expect(demands(line, headers).includes('BypassGovernanceRetention bkt/k')).toBe(asked)
  })
})

describe('a copy reads its source', () => {
  const copy = (source: string, headers: Headers = {}) => {
    const { request, operation } = requestFor('PUT /bkt/k', { 'x-amz-copy-source': source, ...headers })
    return accessDemands(request, operation)
  }
  const tagActions = (source: string, headers: Headers = {}) =>
    copy(source, headers).ifSourceTagged.map((d) => d.action)

  test.each<[source: string, expected: string]>([
    ['/src/a%2Fb', 'GetObject src/a/b'],
    ['src/a', 'GetObject src/a'],
    ['src/a?versionId=v', 'GetObjectVersion src/a'],
    ['src/a?versionId=null', 'GetObjectVersion src/a'],
  ])('%s: %s', (source, expected) => {
    expect(demands('PUT /bkt/k', { 'x-amz-copy-source': source })).toEqual(['PutObject bkt/k', expected])
    expect(demands('PUT /bkt/k?partNumber=1&uploadId=u', { 'x-amz-copy-source': source })).toEqual([
      'PutObject bkt/k',
      expected,
    ])
  })

  test.each<[name: string, source: string, headers: Headers, expected: readonly string[]]>([
    ['without a directive', 'src/a', {}, ['s3:GetObjectTagging', 's3:PutObjectTagging']],
    ['with COPY', 'src/a', { 'x-amz-tagging-directive': 'COPY' }, ['s3:GetObjectTagging', 's3:PutObjectTagging']],
    ['of a version', 'src/a?versionId=v', {}, ['s3:GetObjectVersionTagging', 's3:PutObjectTagging']],
    ['with REPLACE', 'src/a', { 'x-amz-tagging-directive': 'REPLACE' }, []],
    [
      'in a case that S3 does not know',
      'src/a',
      { 'x-amz-tagging-directive': 'replace' },
      ['s3:GetObjectTagging', 's3:PutObjectTagging'],
    ],
  ])('and its tags, if it has any, %s', (_name, source, headers, expected) => {
    expect(tagActions(source, headers)).toEqual(expected)
  })

  test('but the tags are not part of a part', () => {
    const { request, operation } = requestFor('PUT /bkt/k?partNumber=1&uploadId=u', { 'x-amz-copy-source': 'src/a' })
    expect(accessDemands(request, operation).ifSourceTagged).toEqual([])
  })

  test('new tags of a copy are asked for on the destination', () => {
    const headers = { 'x-amz-tagging-directive': 'REPLACE', 'x-amz-tagging': 'a=b' }
    expect(copy('src/a', headers).always.map(({ action, resource }) => [action, resource])).toEqual([
      ['s3:PutObject', 'arn:aws:s3:::bkt/k'],
      ['s3:PutObjectTagging', 'arn:aws:s3:::bkt/k'],
      ['s3:GetObject', 'arn:aws:s3:::src/a'],
    ])
  })
})

test('what cannot be decided as a whole is no decision', () => {
  const { request, operation } = requestFor('POST /bkt?delete')
  expect(() => accessDemands(request, operation)).toThrow('does not name the resource')
  const put = requestFor('PUT /bkt/k')
  const copy = requestFor('PUT /bkt/k', { 'x-amz-copy-source': 'src/a' })
  expect(() => accessDemands(put.request, copy.operation)).toThrow('without a readable source')
})
