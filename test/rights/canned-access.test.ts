import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { REGION, Stage } from '../support/proxy-in-process.ts'
import type { SigningKey } from '../support/signer.ts'
import { type Order, type Pair, signedBy } from '../support/wire-requests.ts'
import { taggingXml } from './carriers.ts'

// What each canned policy, each access of the short form and a list of buckets let somebody do, request by request, and
// what they do not.

const version: Pair = ['versionId', 'v']
const TAGS_REPLACED: Pair = ['x-amz-tagging-directive', 'REPLACE']
const PUBLIC: Pair = ['x-amz-acl', 'public-read']
const completion =
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>'
const policyOf = (bucket: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/never` }],
  })

/** On objects, by the path of one. */
const OBJECT_ORDERS = {
  GetObject: (path) => ({ path }),
  'GetObject of a version': (path) => ({ path, query: [version] }),
  GetObjectTagging: (path) => ({ path, query: [['tagging', '']] }),
  GetObjectAttributes: (path) => ({
    path,
    query: [['attributes', '']],
    headers: [['x-amz-object-attributes', 'ETag']],
  }),
  GetObjectAcl: (path) => ({ path, query: [['acl', '']] }),
  PutObject: (path) => ({ method: 'PUT', path, body: 'x' }),
  'PutObject with tags': (path) => ({ method: 'PUT', path, body: 'x', headers: [['x-amz-tagging', 'a=b']] }),
  'PutObject for everybody': (path) => ({ method: 'PUT', path, body: 'x', headers: [PUBLIC] }),
  PutObjectTagging: (path) => ({ method: 'PUT', path, query: [['tagging', '']], body: taggingXml('a', 'b') }),
  PutObjectAcl: (path) => ({ method: 'PUT', path, query: [['acl', '']], headers: [PUBLIC] }),
  PutObjectLegalHold: (path) => ({
    method: 'PUT',
    path,
    query: [['legal-hold', '']],
    body: '<LegalHold><Status>ON</Status></LegalHold>',
  }),
  CreateMultipartUpload: (path) => ({ method: 'POST', path, query: [['uploads', '']] }),
  CompleteMultipartUpload: (path) => ({ method: 'POST', path, query: [['uploadId', 'u']], body: completion }),
  ListParts: (path) => ({ path, query: [['uploadId', 'u']] }),
  AbortMultipartUpload: (path) => ({ method: 'DELETE', path, query: [['uploadId', 'u']] }),
  CopyObject: (path) => ({ method: 'PUT', path, headers: [['x-amz-copy-source', path], TAGS_REPLACED] }),
  DeleteObject: (path) => ({ method: 'DELETE', path }),
  'DeleteObject of a version': (path) => ({ method: 'DELETE', path, query: [version] }),
  'DeleteObject past a retention': (path) => ({
    method: 'DELETE',
    path,
    headers: [['x-amz-bypass-governance-retention', 'true']],
  }),
  DeleteObjectTagging: (path) => ({ method: 'DELETE', path, query: [['tagging', '']] }),
} satisfies Readonly<Record<string, (path: string) => Order>>

/** On a bucket, by its name. */
const BUCKET_ORDERS = {
  ListObjects: (name, prefix) => ({ path: `/${name}`, query: prefixed(prefix) }),
  ListObjectVersions: (name, prefix) => ({ path: `/${name}`, query: [['versions', ''], ...prefixed(prefix)] }),
  GetBucketLocation: (name) => ({ path: `/${name}`, query: [['location', '']] }),
  GetBucketVersioning: (name) => ({ path: `/${name}`, query: [['versioning', '']] }),
  PutBucketVersioning: (name) => ({
    method: 'PUT',
    path: `/${name}`,
    query: [['versioning', '']],
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  }),
  GetBucketPolicy: (name) => ({ path: `/${name}`, query: [['policyStatus', '']] }),
  PutBucketPolicy: (name) => ({ method: 'PUT', path: `/${name}`, query: [['policy', '']], body: policyOf(name) }),
  PutBucketAcl: (name) => ({ method: 'PUT', path: `/${name}`, query: [['acl', '']], headers: [PUBLIC] }),
  DeleteBucket: (name) => ({ method: 'DELETE', path: `/${name}` }),
} satisfies Readonly<Record<string, (name: string, prefix: string | undefined) => Order>>

type ObjectOrder = keyof typeof OBJECT_ORDERS
type BucketOrder = keyof typeof BUCKET_ORDERS

const prefixed = (prefix: string | undefined): Pair[] => (prefix === undefined ? [] : [['prefix', prefix]])

const READING: readonly ObjectOrder[] = [
  'GetObject',
  'GetObject of a version',
  'GetObjectTagging',
  'GetObjectAttributes',
]
const WRITING: readonly ObjectOrder[] = [
  'PutObject',
  'PutObject with tags',
  'PutObjectTagging',
  'CreateMultipartUpload',
  'CompleteMultipartUpload',
  'ListParts',
  'AbortMultipartUpload',
]
const REMOVING: readonly ObjectOrder[] = [
  'DeleteObject',
  'DeleteObject of a version',
  'DeleteObjectTagging',
  'CopyObject',
]
const LISTING: readonly BucketOrder[] = ['ListObjects', 'ListObjectVersions', 'GetBucketLocation']
const ALL_ON_OBJECTS = Object.keys(OBJECT_ORDERS) as ObjectOrder[]
const ALL_ON_BUCKETS = Object.keys(BUCKET_ORDERS) as BucketOrder[]
const without = <T extends string>(all: readonly T[], ...left: readonly T[]): T[] =>
  all.filter((name) => !left.includes(name))

const OPENING: readonly ObjectOrder[] = ['PutObject for everybody', 'PutObjectAcl', 'DeleteObject past a retention']
const USERS: Readonly<
  Record<
    string,
    { readonly fields: object; readonly objects: readonly ObjectOrder[]; readonly buckets: readonly BucketOrder[] }
  >
> = {
  readonly: { fields: canned('readonly'), objects: READING, buckets: [...LISTING, 'GetBucketVersioning'] },
  writeonly: { fields: canned('writeonly'), objects: WRITING, buckets: ['GetBucketLocation'] },
  readwrite: {
    fields: canned('readwrite'),
    objects: [...READING, ...WRITING, ...REMOVING],
    buckets: [...LISTING, 'GetBucketVersioning'],
  },
  'list-only': { fields: canned('list-only'), objects: [], buckets: LISTING },
  'bucket-admin': {
    fields: canned('bucket-admin'),
    objects: without(ALL_ON_OBJECTS, ...OPENING),
    buckets: without(ALL_ON_BUCKETS, 'PutBucketAcl'),
  },
  allowed_buckets: {
    fields: { allowed_buckets: ['a-bkt'] },
    objects: without(ALL_ON_OBJECTS, ...OPENING),
    buckets: without(ALL_ON_BUCKETS, 'PutBucketAcl', 'PutBucketPolicy'),
  },
  'read of the short form': { fields: short('read'), objects: READING, buckets: LISTING },
  'write of the short form': { fields: short('write'), objects: WRITING, buckets: ['GetBucketLocation'] },
  'readwrite of the short form': {
    fields: short('readwrite'),
    objects: [...READING, ...WRITING, ...REMOVING],
    buckets: LISTING,
  },
  'list of the short form': { fields: short('list'), objects: [], buckets: LISTING },
  // These two are not narrowed to a bucket.
  admin: { fields: { policies: ['admin'] }, objects: ALL_ON_OBJECTS, buckets: ALL_ON_BUCKETS },
  '"*" of allowed_buckets': { fields: { allowed_buckets: ['*'] }, objects: ALL_ON_OBJECTS, buckets: ALL_ON_BUCKETS },
}

function canned(policy: string): object {
  return { policies: [{ policy, buckets: ['a-bkt'] }] }
}
function short(access: string): object {
  return { buckets: [{ name: 'a-bkt', prefix: 'mine/', access }] }
}

const keys = new Map<string, SigningKey>(
  Object.keys(USERS).map((name, index) => [
    name,
    { accessKey: `CANNEDKEY${index}00`, secretKey: `canned-secret/${index}`, region: REGION },
  ]),
)

let stage: Stage
beforeAll(async () => {
  const extraUsers = Object.entries(USERS).map(([name, { fields }]) => {
    const key = keys.get(name)
    return {
      name: `user of ${name}`.replaceAll(/[^a-z]+/g, '-'),
      access_key: key?.accessKey,
      secret_key: key?.secretKey,
      ...fields,
    }
  })
  stage = await Stage.start({ extraUsers, plain: { state: { path: './state.sqlite' } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

/** A user with what its requests come to; `prefix` is the one that it is limited to. */
function acting(name: string, fields: object) {
  const key = keys.get(name)
  if (key === undefined) throw new Error('each user has a key')
  return {
    prefix: 'buckets' in fields ? 'mine/' : undefined,
    outcomeOf: async (order: Order) => (await stage.send(signedBy(key, order))).outcome,
  }
}

describe.each(Object.entries(USERS))('%s', (name, { objects, buckets, fields }) => {
  const { prefix, outcomeOf } = acting(name, fields)

  test('lets through exactly its requests on objects', async () => {
    const allowed: string[] = []
    for (const [order, orderFor] of Object.entries(OBJECT_ORDERS)) {
      if (/^20[04]$/.test(await outcomeOf(orderFor('/a-bkt/mine/k')))) allowed.push(order)
    }
    expect(allowed.sort()).toEqual([...objects].sort())
  })

  test('lets through exactly its requests on the bucket', async () => {
    const allowed: string[] = []
    for (const [order, orderFor] of Object.entries(BUCKET_ORDERS)) {
      if (/^(?:20[04]|404 NoSuchBucketPolicy)$/.test(await outcomeOf(orderFor('a-bkt', prefix)))) allowed.push(order)
    }
    expect(allowed.sort()).toEqual([...buckets].sort())
  })

  test('refuses everything else before the backend sees anything', async () => {
    for (const order of without(ALL_ON_OBJECTS, ...objects)) {
      expect(await outcomeOf(OBJECT_ORDERS[order]('/a-bkt/mine/k'))).toBe('403 AccessDenied')
    }
    for (const order of without(ALL_ON_BUCKETS, ...buckets)) {
      expect(await outcomeOf(BUCKET_ORDERS[order]('a-bkt', prefix))).toBe('403 AccessDenied')
    }
    await stage.expectBackendSawNothing()
  })
})

const NARROW = Object.entries(USERS).filter(([name]) => name !== 'admin' && !name.startsWith('"*"'))

test.each(NARROW)('%s is about no other bucket, and no other prefix', async (name, { fields }) => {
  const { prefix, outcomeOf } = acting(name, fields)
  const paths = ['/b-bkt/mine/k', '/a-bkt2/mine/k', ...(prefix === undefined ? [] : ['/a-bkt/theirs/k', '/a-bkt/mine'])]
  for (const orderFor of Object.values(OBJECT_ORDERS)) {
    for (const path of paths) expect(await outcomeOf(orderFor(path))).toBe('403 AccessDenied')
  }
  for (const orderFor of Object.values(BUCKET_ORDERS))
    expect(await outcomeOf(orderFor('b-bkt', prefix))).toBe('403 AccessDenied')
  if (prefix !== undefined) {
    for (const order of ['ListObjects', 'ListObjectVersions'] as const) {
      for (const other of ['theirs/', '', 'mine', undefined]) {
        expect(await outcomeOf(BUCKET_ORDERS[order]('a-bkt', other))).toBe('403 AccessDenied')
      }
    }
  }
  await stage.expectBackendSawNothing()
})
