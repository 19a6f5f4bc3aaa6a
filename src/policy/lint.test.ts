import { describe, expect, test } from 'vitest'
import { parseBucketPolicy, parseIdentityPolicy, type ParsedPolicy } from './parse.ts'

const B = 'arn:aws:s3:::b/*'

function told(parsed: ParsedPolicy): readonly string[] {
  const list = 'problems' in parsed ? parsed.problems : parsed.warnings
  return list.map(({ path, problem }) => `${path.slice(2).join('.')}: ${problem}`)
}

const warnings = (statement: unknown): readonly string[] => {
  const parsed = parseIdentityPolicy({ Version: '2012-10-17', Statement: [statement] })
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return told(parsed)
}

describe('an identity policy loads with a warning', () => {
  test.each<[name: string, statement: Record<string, unknown>, warning: RegExp]>([
    [
      'for bucket* without a slash',
      { Resource: 'arn:aws:s3:::data*' },
      /^Resource: matches all buckets .* write data\/\*$/,
    ],
    [
      'for a spared bucket* in a Deny',
      { Effect: 'Deny', NotResource: 'arn:aws:s3:::data*' },
      /^NotResource: matches all buckets/,
    ],
    ['for a grant on the whole backend', { Resource: '*' }, /^Resource: reaches every bucket/],
    [
      'for a grant on all keys of the backend',
      { Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::*/*'] },
      /^Resource.1: reaches every bucket/,
    ],
    ['for a grant of all but something', { NotResource: B }, /^NotResource: an Allow of all that is not listed/],
    [
      'for actions of other services',
      { Action: ['s3:GetObject', 'kms:Decrypt'] },
      /^Action.1: is an action of another service/,
    ],
    [
      'for ForAllValues in an Allow without Null',
      { Action: 's3:PutObject', Condition: { 'ForAllValues:StringLike': { 's3:RequestObjectTagKeys': 'a' } } },
      /ForAllValues:StringLike.s3:RequestObjectTagKeys: is also met without any value/,
    ],
    [
      'for a variable in NotResource',
      { Effect: 'Deny', NotResource: 'arn:aws:s3:::b/${aws:PrincipalTag/t}/*' },
      /^NotResource: when \$\{aws:PrincipalTag\/t\} has no value this excludes nothing/,
    ],
    [
      'for several values without a quantifier',
      { Action: 's3:PutObject', Condition: { StringEquals: { 's3:RequestObjectTagKeys': 'a' } } },
      /needs ForAllValues: or ForAnyValue:/,
    ],
    [
      'for a key that no proxy can fill',
      { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } },
      /aws:SourceVpc: has no value behind this proxy/,
    ],
    [
      'for a key that no action of the statement has',
      { Condition: { StringEquals: { 's3:prefix': 'a' } } },
      /s3:prefix: has no value for any action/,
    ],
    [
      'for an address compared as text',
      { Condition: { StringEquals: { 'aws:SourceIp': '10.0.0.0/8' } } },
      /aws:SourceIp: is a IPAddress, which StringEquals does not compare/,
    ],
    [
      'for an object action on a bucket',
      { Resource: 'arn:aws:s3:::b' },
      /^Action: applies to no resource .* arn:aws:s3:::BUCKET\/\*$/,
    ],
    [
      'for a bucket action on keys',
      { Action: 's3:ListBucket', Resource: B },
      /^Action: applies to no resource .* arn:aws:s3:::BUCKET$/,
    ],
    [
      'for the list of buckets on one',
      { Action: 's3:ListAllMyBuckets', Resource: 'arn:aws:s3:::b' },
      /^Action: applies to no resource .* "\*"$/,
    ],
    [
      'for a variable with several values',
      { Resource: 'arn:aws:s3:::b/${aws:TagKeys}' },
      /^Resource: \$\{aws:TagKeys\} has several values/,
    ],
    [
      'for a variable that never has a value',
      { Resource: 'arn:aws:s3:::b/${aws:SourceVpc}' },
      /^Resource: \$\{aws:SourceVpc\} never has a value/,
    ],
  ])('%s', (_name, statement, warning) => {
    const found = warnings({
      Effect: 'Allow',
      Action: 's3:GetObject',
      ...('NotResource' in statement ? {} : { Resource: B }),
      ...statement,
    })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(warning)
  })

  test.each<[name: string, statement: Record<string, unknown>]>([
    ['a prefix of a bucket', { Resource: 'arn:aws:s3:::b/p*' }],
    ['a Deny on everything', { Effect: 'Deny', Action: '*', Resource: '*' }],
    ['the list of all buckets', { Action: 's3:ListAllMyBuckets', Resource: 'arn:aws:s3:::*' }],
    [
      'ForAllValues with Null',
      {
        Action: 's3:PutObject',
        Condition: {
          'ForAllValues:StringLike': { 's3:RequestObjectTagKeys': 'a' },
          Null: { 's3:requestobjecttagkeys': 'false' },
        },
      },
    ],
    [
      'ForAllValues in a Deny',
      {
        Effect: 'Deny',
        Action: 's3:PutObject',
        Condition: { 'ForAllValues:StringLike': { 's3:RequestObjectTagKeys': 'a' } },
      },
    ],
    [
      'a variable in NotResource with a default',
      { Effect: 'Deny', NotResource: "arn:aws:s3:::b/${aws:PrincipalTag/t, 'x'}/*" },
    ],
    ['seconds compared as a number', { Condition: { NumericLessThan: { 'aws:EpochTime': '1' } } }],
  ])('and without for %s', (_name, statement) => {
    const resource = 'NotResource' in statement ? {} : { Resource: B }
    expect(warnings({ Effect: 'Allow', Action: 's3:GetObject', ...resource, ...statement })).toEqual([])
  })

  test('for what is about other services: actions, their condition keys, and resources', () => {
    const statement = {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: ['arn:aws:kms:eu-central-1:000000000000:key/a', B],
      Condition: { StringEquals: { 'kms:ViaService': 's3' } },
    }
    expect(warnings(statement)).toEqual([
      expect.stringMatching(/^Action: is an action of another service/),
      expect.stringMatching(/^Resource.0: matches no S3 resource/),
      expect.stringMatching(/kms:ViaService: is a condition key of another service/),
    ])
  })

  test('for ${ in the version of 2008, and for its size', () => {
    const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/${aws:username}/*' }
    const parsed = parseIdentityPolicy({ Statement }, 50)
    expect('warnings' in parsed && parsed.warnings.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('bytes; AWS allows 50'),
      expect.stringContaining('literal text in a document of version 2008-10-17'),
    ])
  })
})

describe('the policy of bucket b', () => {
  const alice = { AWS: 'arn:aws:iam::000000000000:user/alice' }
  const good = { Effect: 'Allow', Principal: alice, Action: 's3:GetObject', Resource: B }
  const read = (statement: unknown, top: Record<string, unknown> = {}) =>
    parseBucketPolicy({ Version: '2012-10-17', ...top, Statement: [statement] }, 'b', {
      knowsPrincipal: (arn) => /:(?:user\/alice|root)$/.test(arn),
    })

  test.each<[name: string, statement: Record<string, unknown>]>([
    ['names a user', good],
    ['names everybody', { ...good, Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    ['names an account', { ...good, Principal: { AWS: ['000000000000', 'arn:aws:iam::000000000000:root'] } }],
    ['has a Sid with blanks', { ...good, Sid: 'Read by Alice' }],
    ['is about the bucket and its keys', { ...good, Action: 's3:*', Resource: ['arn:aws:s3:::b', B] }],
  ])('is read when it %s', (_name, statement) => {
    expect(told(read(statement, { Id: 'x' }))).toEqual([])
  })

  test.each<[name: string, statement: Record<string, unknown>, warning: RegExp]>([
    [
      'NotPrincipal',
      { Effect: 'Deny', NotPrincipal: alice, Action: 's3:*', Resource: B },
      /^NotPrincipal: hits whoever/,
    ],
    ['everybody without a condition', { ...good, Principal: { AWS: '*' } }, /^Principal: is everybody/],
    [
      'services',
      { ...good, Principal: { Service: 'logging.s3.amazonaws.com' } },
      /no caller of this proxy is a Service/,
    ],
  ])('has a warning for %s', (_name, statement, warning) => {
    const parsed = read(statement)
    expect('warnings' in parsed).toBe(true)
    expect(told(parsed)[0]).toMatch(warning)
  })

  test.each<[name: string, statement: Record<string, unknown>, problem: RegExp]>([
    ['no principal', { ...good, Principal: undefined }, /must have Principal or NotPrincipal/],
    ['two of them', { ...good, NotPrincipal: '*' }, /must have Principal or NotPrincipal/],
    ['NotPrincipal in an Allow', { ...good, Principal: undefined, NotPrincipal: alice }, /goes with Deny only/],
    ['a principal that is text', { ...good, Principal: 'alice' }, /must be "\*" or an object/],
    ['a principal of an unknown kind', { ...good, Principal: { aws: '*' } }, /unknown kind of principal/],
    [
      'a principal with a wildcard',
      { ...good, Principal: { AWS: 'arn:aws:iam::000000000000:user/*' } },
      /without wildcards/,
    ],
    [
      'a principal that does not exist',
      { ...good, Principal: { AWS: 'arn:aws:iam::000000000000:user/bob' } },
      /no such principal/,
    ],
    ['no principals', { ...good, Principal: { AWS: [] } }, /must not be empty/],
    ['another bucket', { ...good, Resource: 'arn:aws:s3:::bb/*' }, /must be arn:aws:s3:::b or begin/],
    ['more buckets', { ...good, Resource: 'arn:aws:s3:::b*' }, /must be arn:aws:s3:::b or begin/],
    ['everything', { ...good, Resource: '*' }, /must be an ARN/],
    ['actions of other services', { ...good, Action: 'kms:Decrypt' }, /another service/],
    ['an object action on the bucket', { ...good, Resource: 'arn:aws:s3:::b' }, /applies to no resource/],
    ['a bucket action on keys', { ...good, Action: ['s3:GetObject', 's3:ListBucket'] }, /applies to no resource/],
    ['an action of the account', { ...good, Action: 's3:ListAllMyBuckets' }, /applies to no resource/],
    [
      'an unknown condition key',
      { ...good, Condition: { StringEquals: { 'ec2:Region': 'x' } } },
      /unknown condition key/,
    ],
  ])('is refused with %s', (_name, statement, problem) => {
    const parsed = read(statement)
    expect('problems' in parsed).toBe(true)
    expect(told(parsed).join('\n')).toMatch(problem)
  })

  test('is refused above 20 KiB, blanks left out', () => {
    const many = (count: number) => ({
      ...good,
      Resource: Array.from({ length: count }, (_, n) => `arn:aws:s3:::b/${n}/*`),
    })
    expect('problems' in read(many(700))).toBe(false)
    expect(told(read(many(1_000))).join()).toMatch(/larger than 20480 bytes/)
  })
})
