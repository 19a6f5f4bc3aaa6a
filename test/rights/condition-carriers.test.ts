import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GLOBAL_KEYS, S3_KEYS } from '../../src/policy/condition-key-table.ts'
import { httpReply, xmlReply } from '../support/plausible-replies.ts'
import { Stage } from '../support/proxy-in-process.ts'
import type { BackendReply, BackendRequest } from '../support/recording-backend.ts'
import type { SigningKey } from '../support/signer.ts'
import type { Order, Pair } from '../support/wire-requests.ts'
import { carrying, taggingXml, type Unsigned } from './carriers.ts'
import { type ConditionRow, UPLOAD_KEYS } from './condition-row.ts'
import { DOCUMENT_CONDITIONS } from './document-conditions.ts'
import { HEADER_CONDITIONS } from './header-conditions.ts'
import { UsersByPolicy } from './users-by-policy.ts'

// Every S3 condition key, for every operation that carries it, in every way in which it can come. A user whose Allow has
// the condition may send the value that it names, and neither another nor none. Written from AWS's page "Actions,
// resources, and condition keys for Amazon S3".

const users = new UsersByPolicy()
const anythingBut = (action: string) => ({ Effect: 'Allow', NotAction: `s3:${action}`, Resource: '*' })

/** Whose Allow of that action has the condition; everything else is theirs. */
function conditioned(action: string, operator: string, key: string, value: string): SigningKey {
  const Condition = { [operator]: { [key]: value } }
  return users.having(anythingBut(action), { Effect: 'Allow', Action: `s3:${action}`, Resource: '*', Condition })
}

const ROWS = [...HEADER_CONDITIONS, ...DOCUMENT_CONDITIONS].map((row) => {
  const user = conditioned(row.action, row.operator ?? 'StringEquals', row.key, row.written ?? row.value)
  const asked = (value: string | undefined) => row.request(value)(user)
  return { ...row, named: asked(row.value), another: asked(row.other), none: asked(undefined) }
})

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ extraUsers: users.configured })
})
afterAll(() => stage.close())
beforeEach(reset)

function reset(): void {
  stage.backend.reset()
  stage.backend.script = usualAnswer
}

/** New buckets are not there yet; a list of annotations is a document. */
function usualAnswer({ method, target }: BackendRequest): BackendReply | undefined {
  if (method === 'HEAD' && target === '/new-bkt') return { bytes: httpReply(404) }
  const isList = method === 'GET' && /[?&]annotation(?!Name)/.test(target) && !target.includes('annotationName')
  return isList ? { bytes: xmlReply('<ListObjectAnnotationsOutput></ListObjectAnnotationsOutput>') } : undefined
}

const REFUSED = /^(?:403 AccessDenied|403|200 AccessDenied)$/

test.each(ROWS)('$operation ($action): $key as $carrier, $value', async ({ named, another, none, asksForAction }) => {
  expect((await stage.send(named)).outcome).toMatch(/^2\d\d$/)
  reset()
  expect((await stage.send(another)).outcome).toMatch(REFUSED)
  await stage.expectBackendSawNothing()
  if (asksForAction === true) {
    expect((await stage.send(none)).outcome).toMatch(/^2\d\d$/)
    return
  }
  // A document that lacks what it must say is refused by its form, where the decision left it any chance.
  expect((await stage.send(none)).outcome).toMatch(/^(?:403 AccessDenied|400 MalformedXML)$/)
  await stage.expectBackendSawNothing()
})

describe('s3:ObjectCreationOperation', () => {
  const PART: readonly Pair[] = [
    ['partNumber', '1'],
    ['uploadId', 'u'],
  ]
  const source: Pair = ['x-amz-copy-source', 'b-bkt/s']
  const copying: readonly Pair[] = [source, ['x-amz-tagging-directive', 'REPLACE']]
  const completion =
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>'
  const OPERATIONS: readonly (readonly [string, Order, string])[] = [
    ['PutObject', { method: 'PUT', body: 'x' }, 'true'],
    ['CopyObject', { method: 'PUT', headers: copying }, 'true'],
    ['CompleteMultipartUpload', { method: 'POST', query: [['uploadId', 'u']], body: completion }, 'true'],
    ['CreateMultipartUpload', { method: 'POST', query: [['uploads', '']] }, 'false'],
    ['UploadPart', { method: 'PUT', query: PART, body: 'x' }, 'false'],
    ['UploadPartCopy', { method: 'PUT', query: PART, headers: [source] }, 'false'],
  ]
  const byValue = ['true', 'false'].map((value) =>
    conditioned('PutObject', 'Bool', 's3:ObjectCreationOperation', value),
  )

  test.each(OPERATIONS)('of %s', async (_name, order, value) => {
    const [creating, preparing] = byValue
    if (creating === undefined || preparing === undefined) throw new Error('there are two users')
    const [allowed, refused] = value === 'true' ? [creating, preparing] : [preparing, creating]
    expect((await stage.send(carrying(order, [], 'header')(refused))).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
    expect((await stage.send(carrying(order, [], 'header')(allowed))).outcome).toBe('200')
  })

  // They come behind the upload's beginning, which had the headers, and never carry them.
  const LATER = OPERATIONS.filter(([name]) => /^(?:UploadPart|Complete)/.test(name))
  const WAIVED = [...new Set(UPLOAD_KEYS.map(({ key }) => key))].filter((key) => !key.includes('website'))
  const waivedUsers = WAIVED.map((key) => {
    const condition = (operator: string, value: string) => ({ Condition: { [operator]: { [key]: value } } })
    const allow = { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }
    const isNumber = key.endsWith('-days')
    const isDate = key.endsWith('-date')
    const operator = isNumber ? 'NumericEquals' : isDate ? 'DateEquals' : 'ForAnyValue:StringEquals'
    const value = isNumber ? '1' : isDate ? '2030-01-01' : 'x'
    return {
      key,
      demanding: users.having(anythingBut('PutObject'), { ...allow, ...condition(operator, value) }),
      denying: users.having({ ...allow, Action: 's3:*' }, { ...allow, Effect: 'Deny', ...condition('Null', 'true') }),
    }
  })

  test.each(waivedUsers)(
    'conditions on $key hold nothing up behind the beginning of an upload',
    async ({ demanding, denying }) => {
      for (const [, order] of LATER) {
        for (const user of [demanding, denying]) {
          expect((await stage.send(carrying(order, [], 'header')(user))).outcome).toBe('200')
        }
      }
      reset()
      const begin: Order = { method: 'POST', query: [['uploads', '']] }
      for (const user of [demanding, denying]) {
        expect((await stage.send(carrying(begin, [], 'header')(user))).outcome).toBe('403 AccessDenied')
      }
      await stage.expectBackendSawNothing()
    },
  )
})

/** Operations on an object that is there, whose tags the backend tells. */
const READING: readonly (readonly [action: string, Order])[] = [
  ['GetObject', {}],
  ['GetObject', { method: 'HEAD' }],
  ['GetObjectAttributes', { query: [['attributes', '']], headers: [['x-amz-object-attributes', 'ETag']] }],
  ['GetObjectAcl', { query: [['acl', '']] }],
  ['PutObjectAcl', { method: 'PUT', query: [['acl', '']], headers: [['x-amz-acl', 'private']] }],
  ['GetObjectTagging', { query: [['tagging', '']] }],
  ['PutObjectTagging', { method: 'PUT', query: [['tagging', '']], body: taggingXml('a', 'b') }],
  ['DeleteObjectTagging', { method: 'DELETE', query: [['tagging', '']] }],
  [
    'GetObjectAnnotation',
    {
      query: [
        ['annotation', ''],
        ['annotationName', 'n'],
      ],
    },
  ],
  [
    'PutObjectAnnotation',
    {
      method: 'PUT',
      query: [
        ['annotation', ''],
        ['annotationName', 'n'],
      ],
      body: 'x',
    },
  ],
  [
    'DeleteObjectAnnotation',
    {
      method: 'DELETE',
      query: [
        ['annotation', ''],
        ['annotationName', 'n'],
      ],
    },
  ],
  ['ListObjectAnnotations', { query: [['annotation', '']] }],
  [
    'UpdateObjectEncryption',
    { method: 'PUT', query: [['encryption', '']], body: '<ObjectEncryption><SSES3/></ObjectEncryption>' },
  ],
]
const withVersion = (action: string): string => action.replace('Object', 'ObjectVersion')
const TAGGED = READING.flatMap(([action, order]) => {
  const version: Order = { ...order, query: [...(order.query ?? []), ['versionId', 'v']] }
  const rows: { action: string; request: Unsigned; asks: string }[] = [
    { action, request: carrying(order, [], 'header'), asks: 'GET /a-bkt/k?tagging=' },
  ]
  if (action !== 'UpdateObjectEncryption') {
    const request = carrying(version, [], 'header')
    rows.push({ action: withVersion(action), request, asks: 'GET /a-bkt/k?tagging=&versionId=v' })
  }
  return rows
})
const SOURCES = [
  ['GetObject', 'b-bkt/s', 'GET /b-bkt/s?tagging='],
  ['GetObjectVersion', 'b-bkt/s?versionId=v', 'GET /b-bkt/s?tagging=&versionId=v'],
].map(([action = '', source = '', asks = '']) => ({
  action,
  request: carrying(
    {
      method: 'PUT',
      headers: [
        ['x-amz-copy-source', source],
        ['x-amz-tagging-directive', 'REPLACE'],
      ],
    },
    [],
    'header',
  ),
  asks,
}))
const TAG_ROWS = [...TAGGED, ...SOURCES].map((row) => ({
  ...row,
  made: row.request(conditioned(row.action, 'StringEquals', 's3:ExistingObjectTag/team', 'blue')),
}))

/** Else the tags of an old version would open the object of today. */
test('a version is refused where an operation takes none', async () => {
  const select: Order = {
    method: 'POST',
    query: [
      ['select', ''],
      ['select-type', '2'],
    ],
    body: '<SelectObjectContentRequest></SelectObjectContentRequest>',
  }
  const user = conditioned('GetObject', 'StringEquals', 's3:ExistingObjectTag/team', 'blue')
  const ofVersion: Order = { ...select, query: [...(select.query ?? []), ['versionId', 'old']] }
  stage.backend.script = () => ({ bytes: xmlReply(taggingXml('team', 'red')) })
  expect((await stage.send(carrying(ofVersion, [], 'header')(user))).outcome).toBe('501 NotImplemented')
  await stage.expectBackendSawNothing()
  expect((await stage.send(carrying(select, [], 'header')(user))).outcome).toBe('403 AccessDenied')
  expect(stage.backend.lines).toEqual(['GET /a-bkt/k?tagging='])
})

test.each(TAG_ROWS)('s3:ExistingObjectTag/team of $action: $asks decides, asked once', async ({ made, asks }) => {
  for (const [value, outcome] of [
    ['blue', /^2\d\d$/],
    ['red', /^403/],
  ] as const) {
    reset()
    stage.backend.script = (request) =>
      request.target === asks.slice('GET '.length) && request.method === 'GET'
        ? { bytes: xmlReply(taggingXml('team', value)) }
        : usualAnswer(request)
    expect((await stage.send(made)).outcome).toMatch(outcome)
    if (value === 'red') expect(stage.backend.lines).toEqual([asks])
    else expect(stage.backend.lines[0]).toBe(asks)
  }
})

/** Keys that AWS lists for an action, and that no request which asks for it here can carry. */
const NOT_CARRIED: readonly RegExp[] = [
  // None of the three operations that bypass a retention carries a header of an upload.
  /^BypassGovernanceRetention /,
  // Nobody can ask for these.
  /^(?:ReplicateObject|UntagResource) /,
  // Objects cannot be granted to be written; the header is dropped.
  /^PutObject s3:x-amz-grant-write$/,
  // Uploads are shown one by one: test/settings/uploads.test.ts.
  /^ListBucketMultipartUploads s3:prefix$/,
  // An ACL by itself says nothing of a storage class.
  /^PutObject(?:Version)?Acl s3:x-amz-storage-class$/,
]

test('no action of the table of keys is left out', () => {
  const covered = new Set(ROWS.map(({ action, key }: ConditionRow) => `${action} ${key.replace(/\/.*/, '/')}`))
  for (const { action } of TAG_ROWS) covered.add(`${action} s3:ExistingObjectTag/`)
  covered.add('PutObject s3:ObjectCreationOperation')
  const listed = [...GLOBAL_KEYS, ...S3_KEYS]
    .filter(({ availability = 'filled' }) => availability === 'filled')
    .flatMap(({ name, actions = [] }) => actions.map((action) => `${action} ${name}`))
  expect(listed.length).toBeGreaterThan(130)
  const left = listed.filter((pair) => !covered.has(pair))
  expect(left.filter((pair) => !NOT_CARRIED.some((rule) => rule.test(pair)))).toEqual([])
  for (const rule of NOT_CARRIED)
    expect(
      left.some((pair) => rule.test(pair)),
      String(rule),
    ).toBe(true)
})
