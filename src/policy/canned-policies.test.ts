import { describe, expect, test } from 'vitest'
import { CANNED_POLICY_NAMES, cannedPolicy, needsBuckets } from './canned-policies.ts'
import { compilePolicy } from './compile.ts'
import { evaluate } from './evaluate.ts'
import { parseIdentityPolicy } from './parse.ts'
import { policyJson } from './policy-json.ts'
import { S3_ACTIONS } from './s3-actions.ts'
import { type ShortFormEntry, shortFormPolicy } from './short-form.ts'
import type { PolicyDocument } from './document.ts'

const ALICE = {
  type: 'User',
  name: 'alice',
  arn: 'arn:aws:iam::000000000000:user/alice',
  accountId: '000000000000',
  tags: new Map(),
} as const

/** The actions without `s3:` that a document allows on one of the resources. */
function allowed(document: PolicyDocument, resources: readonly string[], prefix?: string): string[] {
  const identity = [compilePolicy(document, 'p')]
  const context = (key: string) => (key === 's3:prefix' && prefix !== undefined ? [prefix] : undefined)
  return S3_ACTIONS.filter((action) =>
    resources.some(
      (part) =>
        evaluate({ identity }, { principal: ALICE, action, resource: `arn:aws:s3:::${part}`, context }).effect ===
        'Allow',
    ),
  )
    .map((action) => action.slice('s3:'.length))
    .sort()
}

const words = (text: string): string[] => text.trim().split(/\s+/).sort()
const READONLY = words(`GetObject GetObjectVersion GetObjectTagging GetObjectVersionTagging GetObjectAttributes
  GetObjectVersionAttributes ListBucket ListBucketVersions GetBucketLocation GetBucketVersioning`)
const WRITEONLY = words(`PutObject PutObjectTagging AbortMultipartUpload ListMultipartUploadParts GetBucketLocation`)
const READWRITE = [
  ...new Set([
    ...READONLY,
    ...WRITEONLY,
    ...words('DeleteObject DeleteObjectVersion DeleteObjectTagging ListBucketMultipartUploads'),
  ]),
].sort()
const ALL = S3_ACTIONS.map((action) => action.slice('s3:'.length)).sort()
const WITHHELD_FROM_ADMINISTRATORS = words(`PutBucketOwnershipControls PutReplicationConfiguration PutBucketNotification
  PutBucketLogging PutBucketWebsite DeleteBucketWebsite PutInventoryConfiguration PutAnalyticsConfiguration
  PutMetricsConfiguration PutIntelligentTieringConfiguration PutAccelerateConfiguration PutBucketRequestPayment
  BypassGovernanceRetention PutBucketAcl PutObjectAcl PutObjectVersionAcl`)

describe('a canned policy', () => {
  test.each([
    ['readonly', READONLY],
    ['writeonly', WRITEONLY],
    ['readwrite', READWRITE],
    ['list-only', words('ListBucket ListBucketVersions GetBucketLocation')],
    ['bucket-admin', ALL.filter((action) => !WITHHELD_FROM_ADMINISTRATORS.includes(action))],
    ['admin', ALL],
  ] as const)('%s allows exactly its actions on its buckets, and nothing on others', (name, actions) => {
    const document = cannedPolicy(name, ['a'])
    expect(allowed(document, ['a', 'a/k'])).toEqual(actions)
    expect(allowed(document, ['ab', 'ab/k', 'b', 'b/a/k', '*'])).toEqual([])
  })

  test.each(CANNED_POLICY_NAMES.filter((name) => !needsBuckets(name)))('%s is about all buckets otherwise', (name) => {
    expect(allowed(cannedPolicy(name, undefined), ['b', 'b/k'])).toEqual(
      allowed(cannedPolicy(name, ['b']), ['b', 'b/k']),
    )
  })

  test('bucket-admin must be narrowed', () => {
    expect(() => cannedPolicy('bucket-admin', undefined)).toThrow('needs buckets')
  })

  test('the list of all buckets is in none but admin', () => {
    const listing = CANNED_POLICY_NAMES.filter(
      (name) => !needsBuckets(name) && allowed(cannedPolicy(name, undefined), ['*']).includes('ListAllMyBuckets'),
    )
    expect(listing).toEqual(['admin'])
  })
})

describe('the short form', () => {
  const entry = (access: ShortFormEntry['access'], prefix = ''): ShortFormEntry => ({ name: 'data', prefix, access })
  const listing = ['ListBucket', 'ListBucketVersions']
  const reading = READONLY.filter((action) => action.startsWith('GetObject'))
  const writing = WRITEONLY.filter((action) => action !== 'GetBucketLocation')
  const removing = ['DeleteObject', 'DeleteObjectVersion', 'DeleteObjectTagging']

  test.each([
    ['read', reading, listing],
    ['write', writing, []],
    ['readwrite', [...reading, ...writing, ...removing], [...listing, 'ListBucketMultipartUploads']],
    ['list', [], listing],
  ] as const)('%s means its actions on keys with the prefix, and listing with it', (access, onKeys, onBucket) => {
    const document = shortFormPolicy([entry(access, 'alice/')])
    expect(allowed(document, ['data/alice/', 'data/alice/k/l'])).toEqual([...onKeys].sort())
    expect(allowed(document, ['data/alice', 'data/bob/k', 'data2/alice/k', 'data/'])).toEqual([])
    expect(allowed(document, ['data'], 'alice/')).toEqual([...onBucket, 'GetBucketLocation'].sort())
    expect(allowed(document, ['data'], 'alice/k')).toEqual([...onBucket, 'GetBucketLocation'].sort())
    for (const prefix of ['alice', 'bob/', '', undefined]) {
      expect(allowed(document, ['data'], prefix)).toEqual(['GetBucketLocation'])
    }
  })

  test('without a prefix is about the whole bucket', () => {
    const document = shortFormPolicy([entry('read')])
    expect(allowed(document, ['data/k'])).toEqual([...reading].sort())
    expect(allowed(document, ['data'])).toEqual(['GetBucketLocation', 'ListBucket', 'ListBucketVersions'])
  })

  test.each([{ name: 'd*' }, { name: 'd?' }, { prefix: '${aws:username}/' }, { prefix: '*' }])(
    '%j is no literal text',
    (part) => {
      expect(() => shortFormPolicy([{ ...entry('read'), ...part }])).toThrow('literal')
    },
  )
})

test.each([
  ...CANNED_POLICY_NAMES.map((name) => [name, cannedPolicy(name, ['a', 'b'])] as const),
  ['the short form', shortFormPolicy([{ name: 'a', prefix: 'p/', access: 'readwrite' }])] as const,
])('%s as JSON is read back as the same document', (_name, document) => {
  expect(parseIdentityPolicy(JSON.parse(JSON.stringify(policyJson(document))))).toMatchObject({ document })
})
