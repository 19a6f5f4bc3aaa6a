import { describe, expect, test } from 'vitest'
import { parseIdentityPolicy } from './parse.ts'

const good = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }
const policy = (...statements: readonly unknown[]): unknown => ({ Version: '2012-10-17', Statement: statements })

function problemsOf(value: unknown): readonly string[] {
  const parsed = parseIdentityPolicy(value)
  if (!('problems' in parsed)) return []
  return parsed.problems.map(({ path, problem }) => `${path.join('.')}: ${problem}`)
}

describe('a document is read', () => {
  test('with a single statement, single strings and no version', () => {
    expect(parseIdentityPolicy({ Statement: { ...good, Sid: 'Read1' } })).toEqual({
      document: {
        version: '2008-10-17',
        statements: [
          {
            sid: 'Read1',
            effect: 'Allow',
            action: { kind: 'Action', patterns: ['s3:GetObject'] },
            resource: { kind: 'Resource', patterns: ['arn:aws:s3:::b/*'] },
          },
        ],
      },
      warnings: [],
      size: 100,
    })
  })

  test('with an empty Sid in several statements', () => {
    expect(problemsOf(policy({ ...good, Sid: '' }, { ...good, Sid: '' }))).toEqual([])
  })

  test('with the negated elements and lists', () => {
    const parsed = parseIdentityPolicy(policy({ Effect: 'Deny', NotAction: ['s3:Get*', '*'], NotResource: ['*'] }))
    expect(parsed).toMatchObject({
      document: {
        version: '2012-10-17',
        statements: [
          {
            effect: 'Deny',
            action: { kind: 'NotAction', patterns: ['s3:Get*', '*'] },
            resource: { kind: 'NotResource', patterns: ['*'] },
          },
        ],
      },
    })
  })

  test('where ${ is literal text, in the older version', () => {
    const Statement = { ...good, Resource: 'arn:aws:s3:::b/${aws:username}/*' }
    expect(problemsOf({ Version: '2008-10-17', Statement })).toEqual([])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['actions of other services', { ...good, Action: ['s3:*', 'kms:Decrypt'] }, 'Statement.0.Action.1'],
    ['resources of other services', { ...good, Resource: 'arn:aws:sqs:eu-central-1:1:q' }, 'Statement.0.Resource'],
    [
      'S3 resources with an account',
      { ...good, NotResource: undefined, Resource: 'arn:aws:s3::1:b' },
      'Statement.0.Resource',
    ],
  ])('with a warning for %s', (_name, statement, path) => {
    const parsed = parseIdentityPolicy(policy(statement))
    expect('warnings' in parsed && parsed.warnings.map((warning) => warning.path.join('.'))).toEqual([path])
  })
})

describe('a document is refused', () => {
  test.each<[name: string, value: unknown, paths: readonly string[]]>([
    ['that is no object', 'text', ['']],
    ['that is a list', [good], ['']],
    ['that is an instance of a class', new Map(), ['']],
    ['with an unknown field', { Statement: good, Id: 'x' }, ['Id']],
    ['with a field in another case', { statement: good }, ['statement', 'Statement']],
    [
      'with a __proto__ of its own',
      JSON.parse('{"__proto__":{"Statement":{}},"Statement":[]}'),
      ['__proto__', 'Statement'],
    ],
    ['with an unknown version', { Version: '2012-10-18', Statement: good }, ['Version']],
    ['with a version that is a date', { Version: null, Statement: good }, ['Version']],
    ['without statements', { Version: '2012-10-17' }, ['Statement']],
    ['with an empty list of statements', policy(), ['Statement']],
    ['with a statement that is text', policy('x'), ['Statement.0']],
    ['with a bad Sid', policy({ ...good, Sid: 'a b' }), ['Statement.0.Sid']],
    ['with a Sid twice', policy({ ...good, Sid: 'a' }, { ...good, Sid: 'a' }), ['Statement.1.Sid']],
    ['without an effect', policy({ ...good, Effect: undefined }), ['Statement.0.Effect']],
    ['with an effect in another case', policy({ ...good, Effect: 'deny' }), ['Statement.0.Effect']],
    ['without an action', policy({ ...good, Action: undefined }), ['Statement.0']],
    ['with Action and NotAction', policy({ ...good, NotAction: 's3:*' }), ['Statement.0']],
    ['with Action null and NotAction', policy({ ...good, Action: null, NotAction: 's3:*' }), ['Statement.0']],
    ['with Resource and NotResource', policy({ ...good, NotResource: '*' }), ['Statement.0']],
    ['with an empty list of actions', policy({ ...good, Action: [] }), ['Statement.0.Action']],
    ['with an action that is a number', policy({ ...good, Action: ['s3:*', 1] }), ['Statement.0.Action.1']],
    ['with an action without a service', policy({ ...good, Action: 'GetObject' }), ['Statement.0.Action']],
    ['with a wildcard in the service', policy({ ...good, Action: 's*:GetObject' }), ['Statement.0.Action']],
    ['with a variable in an action', policy({ ...good, Action: 's3:${x}' }), ['Statement.0.Action']],
    ['with an S3 action that does not exist', policy({ ...good, Action: 's3:GetObjekt' }), ['Statement.0.Action']],
    [
      'with a misspelt Deny',
      policy({ ...good, Effect: 'Deny', Action: 's3:Delet*' }, { ...good, Action: 's3:Gut*' }),
      ['Statement.1.Action'],
    ],
    ['with a short ARN', policy({ ...good, Resource: 'arn:aws:s3:b' }), ['Statement.0.Resource']],
    ['with an ARN that names nothing', policy({ ...good, Resource: 'arn:aws:s3:::' }), ['Statement.0.Resource']],
    ['with a bucket name for an ARN', policy({ ...good, Resource: ['b'] }), ['Statement.0.Resource.0']],
    ['with an unknown partition', policy({ ...good, Resource: 'arn:awss:s3:::b' }), ['Statement.0.Resource']],
    ['with a lone surrogate', policy({ ...good, Resource: 'arn:aws:s3:::b/\ud800' }), ['Statement.0.Resource']],
    [
      'with a variable that does not exist',
      policy({ ...good, Resource: 'arn:aws:s3:::b/${aws:usrname}' }),
      ['Statement.0.Resource'],
    ],
    ['with a variable not closed', policy({ ...good, Resource: 'arn:aws:s3:::b/${aws:' }), ['Statement.0.Resource']],
    [
      'with a variable before the fifth colon',
      policy({ ...good, Resource: 'arn:aws:s3::${aws:PrincipalAccount}:b' }),
      ['Statement.0.Resource'],
    ],
    ['with a principal', policy({ ...good, Principal: '*' }), ['Statement.0.Principal']],
    ['with conditions that are a list', policy({ ...good, Condition: [] }), ['Statement.0.Condition']],
    ['with an unknown field in a statement', policy({ ...good, Actions: [] }), ['Statement.0.Actions']],
  ])('%s', (_name, value, paths) => {
    expect(problemsOf(value).map((problem) => problem.slice(0, problem.indexOf(': ')))).toEqual(paths)
  })

  test('with everything that is wrong said at once', () => {
    expect(problemsOf({ Version: 'x', Statement: [{ Effect: 'Maybe', Action: 's3:No', Resource: 'b' }] })).toHaveLength(
      4,
    )
  })
})
