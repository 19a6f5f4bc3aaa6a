import { describe, expect, test } from 'vitest'
import { authenticatedAs, CIRCUMSTANCES, policySource, requestFor } from '../../test/support/authz-input.ts'
import { conditionKey } from '../policy/condition-keys.ts'
import type { ContextValue } from '../policy/context.ts'
import { S3Error } from '../s3/errors.ts'
import type { BodyFacts } from './body-facts.ts'
import { objectTarget } from './access-request.ts'
import { conditionContext } from './context.ts'
import { requestContext, type RequestFacts } from './request-context.ts'

type Headers = Readonly<Record<string, string>>

interface Asked {
  readonly headers?: Headers
  readonly more?: Partial<RequestFacts>
  readonly facts?: BodyFacts
}

/** The value of a key for an action of a request, by a user named alice. */
function valueOf(
  line: string,
  action: string,
  key: string,
  { headers = {}, more = {}, facts }: Asked = {},
): ContextValue {
  const { request, operation, circumstances } = requestFor(line, headers)
  const input: RequestFacts = {
    authenticated: authenticatedAs('alice'),
    source: policySource('alice', 'Allow s3:* *'),
    request,
    operation,
    circumstances,
    ...(facts === undefined ? {} : { facts }),
    ...more,
  }
  const { bucket = '', key: name } = request.address
  const object = name === undefined ? undefined : { bucket, key: name, versionId: request.param('versionId') }
  return conditionContext(
    input,
    `s3:${action}`,
    requestContext(input, object && objectTarget(object).object),
  )(key.toLowerCase())
}

const signed = (authType: string, timestamp: string, region = 'eu-test-1'): Partial<RequestFacts> => ({
  authenticated: { ...authenticatedAs('alice'), authType, seed: { timestamp, scope: { region } } } as never,
})

describe('keys that every action has', () => {
  const tagged = {
    ...authenticatedAs('alice'),
    principal: {
      ...authenticatedAs('alice').principal,
      tags: new Map([
        ['Team', 'blue'],
        ['TEAM', 'red'],
      ]),
    },
  } as never
  const anonymous = { authenticated: authenticatedAs() }
  test.each<[key: string, asked: Asked, expected: ContextValue]>([
    ['aws:CurrentTime', {}, ['2026-11-23T12:00:00.000Z']],
    ['aws:EpochTime', {}, ['1795435200']],
    ['aws:SourceIp', {}, ['203.0.113.7']],
    ['aws:SecureTransport', {}, ['true']],
    ['aws:SecureTransport', { more: { circumstances: { ...CIRCUMSTANCES, transport: 'plain' } } }, ['false']],
    ['s3:TlsVersion', {}, ['1.3']],
    ['s3:TlsVersion', { more: { circumstances: { ...CIRCUMSTANCES, tlsVersion: undefined } } }, undefined],
    ['aws:UserAgent', { headers: { 'User-Agent': 'aws-cli/2 Ã©' } }, ['aws-cli/2 é']],
    ['aws:UserAgent', {}, undefined],
    ['aws:Referer', { headers: { Referer: 'https://a.example/' } }, ['https://a.example/']],
    ['aws:Referer', {}, undefined],
    ['aws:username', {}, ['alice']],
    ['aws:userid', {}, ['alice']],
    ['aws:PrincipalArn', {}, ['arn:aws:iam::000000000000:user/alice']],
    ['aws:PrincipalAccount', {}, ['000000000000']],
    ['aws:PrincipalType', {}, ['User']],
    ['aws:PrincipalTag/team', { more: { authenticated: tagged } }, ['blue', 'red']],
    ['aws:PrincipalTag/other', { more: { authenticated: tagged } }, undefined],
    ['aws:ResourceAccount', {}, ['000000000000']],
    ['s3:ResourceAccount', {}, ['000000000000']],
    ['aws:ViaAWSService', {}, ['false']],
    ['aws:MultiFactorAuthPresent', {}, undefined],
    ['aws:RequestedRegion', {}, ['eu-test-1']],
    ['aws:RequestedRegion', { more: signed('REST-HEADER', '20261123T115900Z', 'us-east-1') }, ['us-east-1']],
    ['s3:authType', {}, ['REST-HEADER']],
    ['s3:authType', { more: signed('POST', '20261123T115900Z') }, ['POST']],
    ['s3:signatureversion', { more: signed('REST-HEADER', '20261123T115900Z') }, ['AWS4-HMAC-SHA256']],
    ['s3:signatureAge', { more: signed('REST-HEADER', '20261123T115900Z') }, undefined],
    ['s3:signatureAge', { more: signed('REST-QUERY-STRING', '20261123T114959Z') }, ['601000']],
    ['s3:signatureAge', { more: signed('POST', '20261123T115900Z') }, ['60000']],
    ['s3:signatureAge', { more: signed('REST-QUERY-STRING', '20261123T120100Z') }, ['0']],
    ['s3:x-amz-content-sha256', { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, ['UNSIGNED-PAYLOAD']],
    ['s3:x-amz-content-sha256', {}, undefined],
    ['aws:username', { more: anonymous }, undefined],
    ['aws:PrincipalArn', { more: anonymous }, undefined],
    ['aws:userid', { more: anonymous }, ['anonymous']],
    ['aws:PrincipalAccount', { more: anonymous }, ['anonymous']],
    ['aws:PrincipalType', { more: anonymous }, ['Anonymous']],
    ['s3:authType', { more: anonymous }, undefined],
    ['s3:signatureversion', { more: anonymous }, undefined],
  ])('%s of a GET with %j: %j', (key, asked, expected) => {
    expect(valueOf('GET /bkt/k', 'GetObject', key, asked)).toEqual(expected)
  })

  test('no name that a client sends becomes a key', () => {
    const headers = { 'aws-username': 'root', userid: 'root', 'x-amz-meta-aws-userid': 'root' }
    for (const key of ['userid', 'jwt:sub', 'x-amz-meta-aws-userid', '__proto__', 'constructor']) {
      expect(valueOf('GET /bkt/k', 'GetObject', key, { headers })).toBeUndefined()
    }
    expect(valueOf('GET /bkt?x-aws:username=root', 'ListBucket', 'aws:username', { headers })).toEqual(['alice'])
  })
})

const UPLOADS = ['PUT /bkt/k', 'POST /bkt/k?uploads'] as const

describe('keys from headers, hoisted parameters and query', () => {
  test.each<[key: string, value: string, expected: readonly string[]]>([
    ['s3:x-amz-acl', 'public-read', ['public-read']],
    ['s3:x-amz-acl', 'private', ['private']],
    ['s3:x-amz-grant-read', 'id="a"', ['id="a"']],
    ['s3:x-amz-grant-read-acp', 'id="a"', ['id="a"']],
    ['s3:x-amz-grant-write-acp', 'id="a"', ['id="a"']],
    ['s3:x-amz-grant-full-control', 'id="a"', ['id="a"']],
    ['s3:x-amz-storage-class', 'GLACIER', ['GLACIER']],
    ['s3:x-amz-server-side-encryption', 'aws:kms', ['aws:kms']],
    ['s3:x-amz-server-side-encryption-aws-kms-key-id', 'arn:aws:kms:eu:1:key/x', ['arn:aws:kms:eu:1:key/x']],
    ['s3:x-amz-server-side-encryption-aws-kms-key-id', 'x', ['arn:aws:kms:eu-test-1:000000000000:key/x']],
    ['s3:x-amz-server-side-encryption-aws-kms-key-id', 'alias/x', ['arn:aws:kms:eu-test-1:000000000000:alias/x']],
    ['s3:x-amz-server-side-encryption-customer-algorithm', 'AES256', ['AES256']],
    ['s3:x-amz-website-redirect-location', '/there', ['/there']],
    ['s3:object-lock-mode', 'GOVERNANCE', ['GOVERNANCE']],
    ['s3:object-lock-retain-until-date', '2026-12-03T13:00:00Z', ['2026-12-03T13:00:00Z']],
    ['s3:object-lock-legal-hold', 'ON', ['ON']],
  ])('%s of an upload that sends %j: %j', (key, value, expected) => {
    const header = key.replace('s3:', '').replace(/^object-lock/, 'x-amz-object-lock')
    for (const line of [...UPLOADS, 'PUT /bkt/k'] as const) {
      const copied = line === 'PUT /bkt/k' ? { 'x-amz-copy-source': '/src/s' } : {}
      expect(valueOf(line, 'PutObject', key, { headers: { [header]: value } })).toEqual(expected)
      expect(valueOf(line, 'PutObject', key, { headers: { [header]: value, ...copied } })).toEqual(expected)
      expect(valueOf(line, 'PutObject', key)).toBeUndefined()
    }
    const hoisted = `PUT /bkt/k?X-Amz-${header.slice('x-amz-'.length)}=${encodeURIComponent(value)}`
    expect(valueOf(hoisted, 'PutObject', key)).toEqual(expected)
  })

  test.each<[line: string, action: string, key: string, headers: Headers, expected: ContextValue]>([
    ['GET /bkt?list-type=2&prefix=', 'ListBucket', 's3:prefix', {}, ['']],
    ['GET /bkt?prefix=a%2Fb', 'ListBucket', 's3:prefix', {}, ['a/b']],
    ['GET /bkt?versions&prefix=a', 'ListBucketVersions', 's3:prefix', {}, ['a']],
    ['GET /bkt', 'ListBucket', 's3:prefix', {}, undefined],
    ['GET /bkt?delimiter=/', 'ListBucket', 's3:delimiter', {}, ['/']],
    ['GET /bkt?max-keys=7', 'ListBucket', 's3:max-keys', {}, ['7']],
    ['GET /bkt', 'ListBucket', 's3:max-keys', {}, ['1000']],
    ['HEAD /bkt', 'ListBucket', 's3:max-keys', {}, undefined],
    ['GET /bkt?uploads&prefix=a', 'ListBucketMultipartUploads', 's3:prefix', {}, undefined],
    ['GET /bkt?prefix=a', 'GetBucketAcl', 's3:prefix', {}, undefined],
    ['GET /bkt/k?versionId=v', 'GetObjectVersion', 's3:VersionId', {}, ['v']],
    ['GET /bkt/k?versionId=v', 'GetObject', 's3:VersionId', {}, undefined],
    ['PUT /bkt/k', 'PutObject', 's3:x-amz-copy-source', { 'x-amz-copy-source': '/src/a%20b?versionId=v' }, ['src/a b']],
    ['PUT /bkt/k', 'PutObject', 's3:x-amz-copy-source', {}, undefined],
    [
      'PUT /bkt/k',
      'PutObject',
      's3:x-amz-metadata-directive',
      { 'x-amz-copy-source': '/src/a', 'x-amz-metadata-directive': 'REPLACE' },
      ['REPLACE'],
    ],
    ['PUT /bkt/k', 'PutObject', 's3:if-none-match', { 'If-None-Match': '*' }, ['*']],
    ['PUT /bkt/k', 'PutObject', 's3:if-none-match', { 'If-None-Match': '*', Connection: 'if-none-match' }, undefined],
    ['PUT /bkt/k', 'PutObject', 's3:if-match', { 'If-Match': '"e"' }, ['"e"']],
    ['POST /bkt/k?uploadId=u', 'PutObject', 's3:if-none-match', { 'If-None-Match': '*' }, ['*']],
    ['PUT /bkt/k?partNumber=1&uploadId=u', 'PutObject', 's3:if-none-match', { 'If-None-Match': '*' }, undefined],
    ['DELETE /bkt/k', 'DeleteObject', 's3:if-match', { 'If-Match': '"e"' }, ['"e"']],
    ['PUT /bkt/k', 'PutObject', 's3:ObjectCreationOperation', {}, ['true']],
    ['PUT /bkt/k', 'PutObject', 's3:ObjectCreationOperation', { 'x-amz-copy-source': '/src/a' }, ['true']],
    ['POST /bkt/k?uploadId=u', 'PutObject', 's3:ObjectCreationOperation', {}, ['true']],
    ['POST /bkt/k?uploads', 'PutObject', 's3:ObjectCreationOperation', {}, ['false']],
    ['PUT /bkt/k?partNumber=1&uploadId=u', 'PutObject', 's3:ObjectCreationOperation', {}, ['false']],
    ['PUT /bkt/k', 'PutObject', 's3:RequestObjectTag/team', { 'x-amz-tagging': 'Team=a+b&x=%C3%A9' }, ['a b']],
    ['PUT /bkt/k', 'PutObjectTagging', 's3:RequestObjectTag/x', { 'x-amz-tagging': 'Team=a+b&x=%C3%A9' }, ['é']],
    ['PUT /bkt/k', 'PutObject', 's3:RequestObjectTagKeys', { 'x-amz-tagging': 'Team=a&x=b' }, ['Team', 'x']],
    ['PUT /bkt/k', 'PutObject', 's3:RequestObjectTagKeys', {}, undefined],
    [
      'PUT /bkt/k',
      'PutObject',
      's3:object-lock-remaining-retention-days',
      { 'x-amz-object-lock-retain-until-date': '2026-12-03T13:00:00Z' },
      ['10'],
    ],
    [
      'PUT /bkt/k',
      'PutObject',
      's3:object-lock-remaining-retention-days',
      { 'x-amz-object-lock-retain-until-date': '2026-11-22T13:00:00Z' },
      ['-1'],
    ],
    [
      'PUT /bkt/k',
      'PutObject',
      's3:object-lock-remaining-retention-days',
      { 'x-amz-object-lock-retain-until-date': 'soon' },
      ['soon'],
    ],
    ['PUT /bkt', 'CreateBucket', 's3:x-amz-acl', { 'x-amz-acl': 'public-read' }, ['public-read']],
    [
      'PUT /bkt',
      'CreateBucket',
      's3:x-amz-object-ownership',
      { 'x-amz-object-ownership': 'ObjectWriter' },
      ['ObjectWriter'],
    ],
    ['PUT /bkt/k?acl', 'PutObjectAcl', 's3:x-amz-grant-write', { 'x-amz-grant-write': 'id="a"' }, ['id="a"']],
    ['PUT /bkt/k?tagging', 'PutObjectTagging', 's3:x-amz-acl', { 'x-amz-acl': 'public-read' }, undefined],
    ['GET /bkt/k', 'GetObject', 's3:x-amz-storage-class', { 'x-amz-storage-class': 'GLACIER' }, undefined],
    [
      'GET /bkt?object-lock',
      'GetBucketObjectLockConfiguration',
      's3:x-amz-content-sha256',
      { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      undefined,
    ],
  ])('%s as s3:%s: %s with %j is %j', (line, action, key, headers, expected) => {
    expect(valueOf(line, action, key, { headers })).toEqual(expected)
  })

  test('tags that cannot be read refuse the request, once a policy asks for them', () => {
    const asking = () =>
      valueOf('PUT /bkt/k', 'PutObject', 's3:RequestObjectTag/a', { headers: { 'x-amz-tagging': 'a=1&a=2' } })
    expect(asking).toThrow(S3Error)
  })

  test.each(['PUT /bkt/k?partNumber=1&uploadId=u', 'POST /bkt/k?uploadId=u'])(
    '%s carries no headers of the upload',
    (line) => {
      for (const key of [
        's3:x-amz-server-side-encryption',
        's3:RequestObjectTag/a',
        's3:RequestObjectTagKeys',
        's3:x-amz-storage-class',
        's3:x-amz-acl',
        's3:x-amz-grant-read',
        's3:object-lock-mode',
        's3:object-lock-legal-hold',
      ]) {
        expect(valueOf(line, 'PutObject', key, { headers: { 'x-amz-storage-class': 'GLACIER' } })).toBe('waived')
      }
      expect(valueOf(line, 'PutObject', 's3:x-amz-copy-source')).toBeUndefined()
    },
  )
})

describe('keys from documents and forms', () => {
  const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers'
  const publicRead: BodyFacts = {
    acl: {
      ownerId: 'o',
      grants: [
        { grantee: { type: 'CanonicalUser', id: 'o' }, permission: 'FULL_CONTROL' },
        { grantee: { type: 'Group', uri: ALL_USERS }, permission: 'READ' },
      ],
    },
  }
  const onlyFor = (id: string): BodyFacts => ({
    acl: { ownerId: id, grants: [{ grantee: { type: 'CanonicalUser', id }, permission: 'FULL_CONTROL' }] },
  })
  const tags = [{ key: 'Team', value: 'blue' }]
  test.each<[line: string, action: string, key: string, facts: BodyFacts, expected: ContextValue]>([
    ['PUT /bkt/k?tagging', 'PutObjectTagging', 's3:RequestObjectTag/team', { tags }, ['blue']],
    ['PUT /bkt/k?tagging', 'PutObjectTagging', 's3:RequestObjectTagKeys', { tags }, ['Team']],
    ['PUT /bkt/k?tagging', 'PutObjectTagging', 's3:RequestObjectTagKeys', { tags: [] }, undefined],
    [
      'PUT /bkt/k?retention',
      'PutObjectRetention',
      's3:object-lock-mode',
      { retention: { mode: 'GOVERNANCE', retainUntilDate: '2026-11-25T12:00:00Z' } },
      ['GOVERNANCE'],
    ],
    [
      'PUT /bkt/k?retention',
      'PutObjectRetention',
      's3:object-lock-remaining-retention-days',
      { retention: { mode: 'GOVERNANCE', retainUntilDate: '2026-11-25T12:00:00Z' } },
      ['2'],
    ],
    [
      'PUT /bkt/k?legal-hold',
      'PutObjectLegalHold',
      's3:object-lock-legal-hold',
      { legalHold: { status: 'ON' } },
      ['ON'],
    ],
    ['PUT /bkt/k?acl', 'PutObjectAcl', 's3:x-amz-acl', publicRead, ['public-read']],
    ['PUT /bkt/k?acl', 'PutObjectAcl', 's3:x-amz-acl', onlyFor('000000000000'), ['private']],
    ['PUT /bkt/k?acl', 'PutObjectAcl', 's3:x-amz-acl', onlyFor('somebody-else'), undefined],
    ['PUT /bkt/k?acl', 'PutObjectAcl', 's3:x-amz-grant-read', publicRead, [`uri="${ALL_USERS}"`]],
    ['PUT /bkt/k?acl', 'PutObjectAcl', 's3:x-amz-grant-write', publicRead, undefined],
    ['PUT /bkt?acl', 'PutBucketAcl', 's3:x-amz-grant-full-control', publicRead, ['id="o"']],
    [
      'PUT /bkt',
      'CreateBucket',
      's3:LocationConstraint',
      { createBucket: { locationConstraint: 'eu', tags: [] } },
      ['eu'],
    ],
    [
      'PUT /bkt',
      'CreateBucket',
      'aws:RequestTag/team',
      { createBucket: { locationConstraint: undefined, tags } },
      ['blue'],
    ],
    ['PUT /bkt', 'TagResource', 'aws:TagKeys', { createBucket: { locationConstraint: undefined, tags } }, ['Team']],
    [
      'PUT /bkt/k?encryption',
      'UpdateObjectEncryption',
      's3:x-amz-server-side-encryption',
      { encryption: { algorithm: 'AES256', keyId: undefined } },
      ['AES256'],
    ],
    [
      'PUT /bkt?inventory&id=1',
      'PutInventoryConfiguration',
      's3:InventoryAccessibleOptionalFields',
      { inventoryFields: ['Size'] },
      ['Size'],
    ],
  ])('%s as s3:%s: %s of %j is %j', (line, action, key, facts, expected) => {
    expect(valueOf(line, action, key, { facts })).toEqual(expected)
    const headers = { 'x-amz-tagging': 'Team=red', 'x-amz-object-lock-mode': 'COMPLIANCE' }
    expect(valueOf(line, action, key, { facts, headers })).toEqual(expected)
    // Until the document was read, it may say anything.
    expect(valueOf(line, action, key)).toBe('unknown')
  })

  test('the fields of a form are its headers, and headers of its request are not', () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'x-amz-acl': 'private' }
    const facts = {
      form: {
        key: 'k',
        amz: new Map([
          ['x-amz-acl', 'public-read'],
          ['x-amz-tagging', 'Team=red'],
        ]),
      },
    }
    const form = (key: string) => valueOf('POST /bkt', 'PutObject', key, { headers, facts })
    expect(['s3:x-amz-acl', 's3:RequestObjectTag/team', 's3:ObjectCreationOperation'].map(form)).toEqual([
      ['public-read'],
      ['red'],
      ['true'],
    ])
  })
})

describe('the tags that an object has', () => {
  const knownTags = new Map([['["bkt","k","v"]', [{ key: 'Pub', value: 'yes' }]]])
  test.each<[line: string, action: string, expected: ContextValue]>([
    ['GET /bkt/k?versionId=v', 'GetObjectVersion', ['yes']],
    ['GET /bkt/k?versionId=w', 'GetObjectVersion', 'unknown'],
    ['GET /bkt/k', 'GetObject', 'unknown'],
    ['PUT /bkt/k', 'PutObject', undefined],
    ['DELETE /bkt/k', 'DeleteObject', undefined],
    ['PUT /bkt/k?tagging', 'PutObjectTagging', 'unknown'],
  ])('%s as s3:%s: %j', (line, action, expected) => {
    expect(valueOf(line, action, 's3:ExistingObjectTag/pub', { more: { knownTags } })).toEqual(expected)
  })

  test('every key that the table calls filled is one that policies may name', () => {
    expect(conditionKey('s3:existingobjecttag/a/b')?.name).toBe('s3:ExistingObjectTag/')
    expect(conditionKey('aws:principaltag')).toBeUndefined()
  })
})
