import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePolicy } from './compile.ts'
import { evaluate } from './evaluate.ts'
import { leastPolicy, type RecordedAccess } from './least-policy.ts'
import { parseIdentityPolicy } from './parse.ts'
import { policyJson } from './policy-json.ts'

type Context = Readonly<Record<string, readonly string[] | null>>

const access = (action: string, key: string, context: Context = {}): RecordedAccess => ({
  action,
  resource: `arn:aws:s3:::${key}`,
  context: new Map(Object.entries(context)),
  contextOf: 'access',
})

/** Whether what was suggested, printed and read again, allows an access. */
function replay(recorded: readonly RecordedAccess[]): (asked: RecordedAccess) => boolean {
  const parsed = parseIdentityPolicy(policyJson(leastPolicy(recorded)))
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  const identity = [compilePolicy(parsed.document, 'P')]
  return ({ action, resource, context }) => {
    const values = new Map(Array.from(context, ([key, value]) => [key.toLowerCase(), value ?? undefined]))
    const question = { principal: SOMEBODY, action, resource, context: (key: string) => values.get(key) }
    return evaluate({ identity }, question).effect === 'Allow'
  }
}

const SOMEBODY = { type: 'User', name: 'a', arn: 'arn:aws:iam::1:user/a', accountId: '1', tags: new Map() } as const

const key = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '$', '{', '}', '/'), maxLength: 3 })
const anyAccess = fc.oneof(
  fc
    .tuple(fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:DeleteObject'), key)
    .map(([a, k]) => access(a, `b/${k}`)),
  fc.option(key).map((prefix) => access('s3:ListBucket', 'b', { 's3:prefix': prefix === null ? null : [prefix] })),
  fc.constantFrom('10.0.0.1', '10.0.0.2').map((ip) => access('s3:GetObject', 'c/k', { 'aws:SourceIp': [ip] })),
)
const UPLOAD = (context: Context) => access('s3:PutObject', 'b/k', context)
const RETAIN = 's3:object-lock-retain-until-date'
const DAYS = 's3:object-lock-remaining-retention-days'
const KMS = 's3:x-amz-server-side-encryption-aws-kms-key-id'
const TAGS = 's3:RequestObjectTagKeys'

test.each<[name: string, recorded: Context, others: readonly Context[]]>([
  [
    'the key of an encryption',
    { [KMS]: ['arn:aws:kms:eu:1:key/a'] },
    [{ [KMS]: ['arn:aws:kms:eu:1:key/b'] }, { [KMS]: null }],
  ],
  ['what is no ARN', { [KMS]: ['arn:*'] }, [{ [KMS]: ['arn:x'] }]],
  ['a date', { [RETAIN]: ['2030-01-01T00:00:00Z'] }, [{ [RETAIN]: ['2030-01-02'] }, { [RETAIN]: null }]],
  ['what is no date', { [RETAIN]: ['soon'] }, [{ [RETAIN]: ['later'] }]],
  ['a number of days, and fewer', { [DAYS]: ['10'] }, [{ [DAYS]: ['11'] }, { [DAYS]: null }]],
  ['what is no number', { 's3:max-keys': ['x'] }, []],
  ['keys of tags', { [TAGS]: ['team', 'colour'] }, [{ [TAGS]: ['team', 'owner'] }, { [TAGS]: null }]],
  ['a variable as text', { [TAGS]: ['${aws:username}'] }, [{ [TAGS]: ['a'] }]],
])('the circumstances that were looked at are those of the policy: %s', (_name, recorded, others) => {
  const allows = replay([UPLOAD(recorded)])
  expect(allows(UPLOAD(recorded))).toBe(true)
  for (const other of others) expect(allows(UPLOAD(other))).toBe(false)
})

test('sets of keys of tags are not joined: each request had its own', () => {
  const allows = replay([UPLOAD({ [TAGS]: ['a'] }), UPLOAD({ [TAGS]: ['b'] })])
  expect([['a'], ['b'], ['a', 'b']].map((keys) => allows(UPLOAD({ [TAGS]: keys })))).toEqual([true, true, false])
})

const same = (a: RecordedAccess, b: RecordedAccess): boolean =>
  JSON.stringify([a.action, a.resource, ...a.context]) === JSON.stringify([b.action, b.resource, ...b.context])

test('replaying the policy allows the recorded accesses and no others', () => {
  fc.assert(
    fc.property(fc.array(anyAccess, { minLength: 1, maxLength: 12 }), fc.array(anyAccess), (recorded, others) => {
      const allows = replay(recorded)
      for (const each of recorded) expect(allows(each)).toBe(true)
      for (const each of others) expect(allows(each)).toBe(recorded.some((known) => same(known, each)))
    }),
    { numRuns: 500 },
  )
})

test('what has actions in common shares a statement, and so do values of one condition', () => {
  const policy = leastPolicy([
    access('s3:PutObject', 'b/1'),
    access('s3:GetObject', 'b/1'),
    access('s3:GetObject', 'b/2'),
    access('s3:PutObject', 'b/2'),
    access('s3:GetObject', 'b/3'),
    access('s3:ListBucket', 'b', { 's3:prefix': ['x/'] }),
    access('s3:ListBucket', 'b', { 's3:prefix': ['y/'], 'aws:username': ['alice'] }),
  ])
  expect(policyJson(policy)['Statement']).toEqual([
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: ['arn:aws:s3:::b/1', 'arn:aws:s3:::b/2'] },
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/3'] },
    {
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: ['arn:aws:s3:::b'],
      Condition: { StringEquals: { 's3:prefix': ['x/', 'y/'] } },
    },
  ])
})
