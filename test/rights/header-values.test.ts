import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { formBy } from '../support/browser-form.ts'
import { Stage } from '../support/proxy-in-process.ts'
import { type Order, type Pair, signedBy } from '../support/wire-requests.ts'
import { carrying } from './carriers.ts'
import { UsersByPolicy } from './users-by-policy.ts'

// Values of which S3 has a closed list (Amazon S3 API Reference, PutObject and CopyObject). A Ceph reads directives without
// case and takes an empty header for none, MinIO reads modes and holds without case, and both let a write with
// `If-None-Match: "e"` overwrite what is there: a condition on the header would be met, or missed, by something else.

const SSE = 'x-amz-server-side-encryption'
const COPY: Pair = ['x-amz-copy-source', 'b-bkt/source']

type Row = readonly [header: string, condition: object, odd: string, good: string, outcome?: string]

const absent = (key: string) => ({ Null: { [key]: 'true' } })
const equals = (key: string, value: string) => ({ StringEquals: { [key]: value } })

/** A Deny that the odd value gets around, though a backend may do what the Deny is about. */
const ROWS: readonly Row[] = [
  ['if-none-match', absent('s3:if-none-match'), '"e"', '*', '501 NotImplemented'],
  ['if-none-match', absent('s3:if-none-match'), '', '*', '501 NotImplemented'],
  ['if-match', absent('s3:if-match'), '', '"e"'],
  [SSE, absent(`s3:${SSE}`), '', 'AES256'],
  [SSE, absent(`s3:${SSE}`), 'aes256', 'AES256'],
  [`${SSE}-customer-algorithm`, absent(`s3:${SSE}-customer-algorithm`), '', 'AES256'],
  ['x-amz-storage-class', absent('s3:x-amz-storage-class'), '', 'STANDARD'],
  ['x-amz-object-lock-mode', equals('s3:object-lock-mode', 'COMPLIANCE'), 'compliance', 'GOVERNANCE'],
  ['x-amz-object-lock-legal-hold', equals('s3:object-lock-legal-hold', 'ON'), 'on', 'OFF'],
  [
    'x-amz-object-lock-retain-until-date',
    { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': 10 } },
    '99999',
    '2020-01-01T00:00:00Z',
  ],
]
const COPY_ROWS: readonly Row[] = [
  ['x-amz-metadata-directive', equals('s3:x-amz-metadata-directive', 'REPLACE'), 'replace', 'COPY'],
]

const users = new UsersByPolicy()
const cases = [...ROWS, ...COPY_ROWS].map(([header, condition, odd, good, outcome = '400 InvalidArgument']) => {
  const deny = { Effect: 'Deny', Action: 's3:PutObject', Resource: '*', Condition: condition }
  const user = users.having({ Effect: 'Allow', Action: 's3:*', Resource: '*' }, deny)
  return { header, odd, good, outcome, user, isOfCopies: header.includes('directive') }
})

const CLASS = { StringEquals: { 's3:RequestObjectTag/class': 'public' } }
const tagger = users.having(
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectTagging', 's3:PutObject'], Resource: '*' },
  { Effect: 'Allow', Action: 's3:PutObjectTagging', Resource: '*', Condition: CLASS },
)
const everything = users.having({ Effect: 'Allow', Action: 's3:*', Resource: '*' })

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ profile: 'ceph', extraUsers: users.configured })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

test.each(cases)('$header of "$odd" gets around no policy: it is no value of S3', async (row) => {
  const { header, odd, good, outcome, user, isOfCopies } = row
  const orders: readonly Order[] = isOfCopies
    ? [{ method: 'PUT', headers: [COPY] }]
    : [
        { method: 'PUT', body: 'x' },
        ...(header.startsWith('if-') ? [] : [{ method: 'POST', query: [['uploads', '']] } as const]),
      ]
  for (const order of orders) {
    for (const carrier of header.startsWith('x-amz-')
      ? (['header', 'parameter of a presigned URL'] as const)
      : (['header'] as const)) {
      expect((await stage.send(carrying(order, [[header, odd]], carrier)(user))).outcome).toBe(outcome)
      await stage.expectBackendSawNothing()
      expect((await stage.send(carrying(order, [[header, good]], carrier)(user))).outcome).toBe('200')
      stage.backend.reset()
    }
  }
})

test.each(cases.filter(({ isOfCopies }) => !isOfCopies))('nor as a field of a form: $header of "$odd"', async (row) => {
  const form = (value: string) =>
    formBy(row.user, {
      fields: [
        ['key', 'k'],
        [row.header, value],
      ],
    })
  expect((await stage.send(form(row.odd))).outcome).toBe(row.outcome)
  await stage.expectBackendSawNothing()
  expect((await stage.send(form(row.good))).outcome).toBe('204')
})

test('what an operation does not take is not looked at', async () => {
  const { user } = cases[0] ?? { user: users.having() }
  const order: Order = {
    headers: [
      ['x-amz-object-lock-mode', 'odd'],
      ['if-none-match', '"e"'],
    ],
  }
  expect((await stage.send(signedBy(user, order))).outcome).toBe('200')
})

test('tags beside a copy that takes along those of its source open nothing, and are not sent', async () => {
  const copy = (...more: Pair[]): Order => ({
    method: 'PUT',
    headers: [COPY, ['x-amz-tagging', 'class=public'], ...more],
  })
  const replacing: Pair = ['x-amz-tagging-directive', 'REPLACE']
  for (const order of [copy(), copy(['x-amz-tagging-directive', 'COPY'])]) {
    expect((await stage.send(signedBy(tagger, order))).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
    expect((await stage.send(signedBy(everything, order))).outcome).toBe('200')
    expect((await stage.theBackendRequest()).headers.has('x-amz-tagging')).toBe(false)
    stage.backend.reset()
  }
  expect((await stage.send(signedBy(tagger, copy(replacing)))).outcome).toBe('200')
  expect((await stage.theBackendRequest()).headers.get('x-amz-tagging')).toBe('class=public')
})
