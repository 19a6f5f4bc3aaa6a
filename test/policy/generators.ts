import fc from 'fast-check'
import type { NaiveDocument, NaivePolicies, NaiveStatement } from './naive/evaluate.ts'

// Policies and requests in which keys and patterns are rich in the characters that matter: wildcards, variables, regular
// expressions' own, line breaks, and characters beyond 16 bits.

const ACCOUNT = '111122223333'
const ROOT = `arn:aws:iam::${ACCOUNT}:root`
const USERS = ['alice', 'bob', '*', 'a?', '${aws:userid}', 'a b']
const userArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`
const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/r/s`

export const CALLERS = [
  ...USERS.map((name) => ({ name, own: userArn(name), role: undefined, root: ROOT })),
  { name: undefined, own: SESSION, role: ROLE, root: ROOT },
  { name: undefined, own: undefined, role: undefined, root: undefined },
] as const

const character = fc.constantFrom(
  'a',
  'b',
  '/',
  '/',
  '*',
  '?',
  '\n',
  '\u2028',
  '.',
  '+',
  '[',
  ')',
  ':',
  '$',
  '{',
  '}',
  '😀',
  'é',
)
const key = fc.string({ unit: character, minLength: 1, maxLength: 6 })
const bucket = fc.constantFrom('b', 'b', 'bb', 'ab')
const literalPart = fc.oneof(
  bucket,
  fc.tuple(bucket, key).map(([name, rest]) => `${name}/${rest}`),
  fc.constantFrom('b/alice/x', 'b/*', 'b/a?', 'b/all/x', 'b//x', 'b/${aws:username}/x', 'b/blue/x'),
)
const variable = fc.constantFrom(
  '${aws:username}',
  '${AWS:UserName}',
  "${aws:PrincipalTag/team, 'all'}",
  '${aws:PrincipalTag/team}',
  '${*}',
  '${?}',
  '${$}',
  '${s3:prefix}',
  '${aws:TagKeys}',
  '${s3:ExistingObjectTag/pub}',
)
/** A `${` that opens no variable refuses a document. */
function withoutOpening(text: string): string {
  const less = text.replace(/\$\{(?!(?:aws|AWS|s3):[^{}]*\}|[*?$]\})/g, '$')
  return less === text ? text : withoutOpening(less)
}
const tail = fc.array(fc.oneof(key.map(withoutOpening), fc.constantFrom('*', '?', 'a*', '/*'), variable), {
  maxLength: 3,
})
const patternPart = fc.oneof(
  literalPart.map(withoutOpening),
  fc.constantFrom('*', 'b*', 'b/*', '?b/*', 'b/a*', '*/a', 'b/*a', 'b/?', 'b/?*', '*b*'),
  fc.tuple(bucket, tail).map(([name, parts]) => withoutOpening(`${name}/${parts.join('')}x*`)),
)

const resourcePattern = fc.oneof(
  { weight: 9, arbitrary: patternPart.map((text) => `arn:aws:s3:::${text}`) },
  { weight: 1, arbitrary: patternPart.map((text) => `arn:aws-cn:s3:*:*:${text}`) },
  { weight: 1, arbitrary: patternPart.map((text) => `arn:aws:s?:eu::${text}`) },
  { weight: 1, arbitrary: fc.constantFrom('*', 'arn:aws:sqs:::*', 'arn:*:*:*:*:*') },
)
const actionPattern = fc.constantFrom(
  '*',
  's3:*',
  's3:Get*',
  'S3:getobject',
  's3:Put?bject',
  's3:*Tagging',
  'sts:*',
  's3:List*',
)
const oneOrMore = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }))

const text = fc.constantFrom(
  '',
  'a',
  'A',
  'ab',
  'a*',
  'a?',
  'blue',
  'alice',
  '*',
  'K',
  '\u212a',
  'ß',
  'ẞ',
  'ı',
  'I',
  'i',
  'a\nb',
)
const pattern = fc.oneof(text, variable, fc.constantFrom('*', '?', 'a*', '*b', 'a${*}', 'a${?}', '${aws:username}*'))
const number = fc.constantFrom(
  '10',
  '10.0',
  '-1',
  '0',
  '-0',
  '010',
  '9007199254740993',
  '9007199254740992',
  '0.1',
  '0.10',
)
const date = fc.constantFrom(
  '2024-01-01',
  '2024-01-01T00:00:00Z',
  '2024-01-01T01:00:00+01:00',
  '1704067200',
  '1704067200000',
  '2024',
  '2023-12-31T23:59Z',
  '2024-02',
)
const network = fc.constantFrom(
  '203.0.113.0/24',
  '203.0.113.7',
  '203.0.113.9/24',
  '0.0.0.0/0',
  '2001:DB8::/32',
  '::/0',
  '10.0.0.0/8',
  '203.0.113.7/31',
)
const arn = fc.constantFrom(
  userArn('a*'),
  userArn('alice'),
  'arn:aws:iam::*:user/*',
  'arn:*:*::*:*',
  'arn:aws:iam::111122223333:user/${aws:username}',
  '${aws:PrincipalArn}',
  'arn:aws:iam::1:finance/*',
)
const bool = fc.constantFrom<unknown>('true', 'false', true, false, 'TRUE')

const STRING_KEYS = [
  's3:prefix',
  's3:delimiter',
  'aws:username',
  'AWS:UserAgent',
  's3:ExistingObjectTag/pub',
  's3:RequestObjectTag/T',
  'aws:PrincipalTag/team',
  's3:x-amz-acl',
]
const SETS = ['aws:TagKeys', 's3:RequestObjectTagKeys']

const suffixes = fc.constantFrom('', '', 'IfExists')
const quantifiers = fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:')
function tests(operators: readonly string[], keys: readonly string[], values: fc.Arbitrary<unknown>) {
  return fc
    .tuple(quantifiers, fc.constantFrom(...operators), suffixes, fc.constantFrom(...keys), oneOrMore(values))
    .map(([quantifier, operator, suffix, name, wanted]) => ({
      [`${quantifier}${operator}${suffix}`]: { [name]: wanted },
    }))
}
const orders = (family: string): string[] =>
  ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map((each) => family + each)

const oneCondition = fc.oneof(
  {
    weight: 4,
    arbitrary: tests(
      [
        'StringEquals',
        'StringNotEquals',
        'StringEqualsIgnoreCase',
        'StringNotEqualsIgnoreCase',
        'stringlike',
        'StringNotLike',
      ],
      [...STRING_KEYS, ...SETS],
      pattern,
    ),
  },
  { weight: 2, arbitrary: tests(orders('Numeric'), ['s3:max-keys', 's3:signatureAge', 's3:TlsVersion'], number) },
  { weight: 2, arbitrary: tests(orders('Date'), ['aws:CurrentTime', 'aws:EpochTime'], date) },
  { weight: 2, arbitrary: tests(['IpAddress', 'NotIpAddress'], ['aws:SourceIp'], network) },
  { weight: 1, arbitrary: tests(['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike'], ['aws:PrincipalArn'], arn) },
  { weight: 1, arbitrary: tests(['Bool'], ['aws:SecureTransport'], bool) },
  { weight: 1, arbitrary: tests(['BinaryEquals'], ['aws:UserAgent'], fc.constantFrom('YQ==', 'YmlY', '')) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...STRING_KEYS, ...SETS, 'aws:SourceIp'), oneOrMore(bool))
      .map(([name, wanted]) => ({ Null: { [name]: wanted } })),
  },
)
const condition = fc
  .array(oneCondition, { maxLength: 2 })
  .map((parts) => Object.assign({}, ...parts) as NonNullable<NaiveStatement['Condition']>)

const rule = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    actions: oneOrMore(actionPattern),
    resources: oneOrMore(resourcePattern),
    negated: fc.constantFrom('', '', '', 'A', 'R', 'AR'),
    condition: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 3, arbitrary: condition }),
  })
  .map(
    ({ Effect, actions, resources, negated, condition: Condition }): NaiveStatement => ({
      Effect,
      [negated.includes('A') ? 'NotAction' : 'Action']: actions,
      [negated.includes('R') ? 'NotResource' : 'Resource']: resources,
      ...(Condition === undefined ? {} : { Condition }),
    }),
  )

const documentOf = (statement: fc.Arbitrary<NaiveStatement>, maxLength: number): fc.Arbitrary<NaiveDocument> =>
  fc
    .record({
      Version: fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17'),
      Statement: fc.array(statement, { minLength: 1, maxLength }),
    })
    .map((document) => (document.Version === '2012-10-17' ? document : withoutVariableArns(document)))

/** In the older version a variable is no ARN, and refuses the document. */
function withoutVariableArns(document: NaiveDocument): NaiveDocument {
  return JSON.parse(JSON.stringify(document).replaceAll('"${aws:PrincipalArn}"', '"arn:aws:iam::*:*"'))
}

const identityDocument = fc.oneof(
  { weight: 5, arbitrary: documentOf(rule, 4) },
  // Enough rules to be looked up instead of gone through.
  { weight: 1, arbitrary: documentOf(rule, 40) },
)

const principalNames = fc.array(fc.constantFrom(...USERS.slice(0, 2).map(userArn), ROOT, ACCOUNT, ROLE, SESSION, '*'), {
  minLength: 1,
  maxLength: 4,
})
const principal = fc.oneof(
  fc.constant('*' as const),
  principalNames.map((names) => ({ AWS: names })),
)
/** Bucket policies are about bucket b and name actions that apply to what they name. */
const sharedRule = fc
  .record({
    rule,
    principal,
    negated: fc.constantFrom('no', 'no', 'yes'),
    action: oneOrMore(fc.constantFrom('s3:*', '*', 's3:Get*')),
    resource: fc.array(fc.constantFrom('b', 'b/*', 'b/a*', 'b/${aws:username}/*', 'b/?'), {
      minLength: 0,
      maxLength: 2,
    }),
  })
  .map(
    ({ rule: { Effect, Condition }, principal: who, negated, action, resource }): NaiveStatement => ({
      Effect,
      Action: action,
      Resource: ['b', 'b/*', ...resource].slice(resource.length > 0 ? 2 : 0).map((part) => `arn:aws:s3:::${part}`),
      [negated === 'yes' && Effect === 'Deny' ? 'NotPrincipal' : 'Principal']: who,
      ...(Condition === undefined ? {} : { Condition }),
    }),
  )

/** Everything that can bear on a caller. */
export const policies: fc.Arbitrary<NaivePolicies> = fc.record(
  {
    identity: fc.array(identityDocument, { minLength: 1, maxLength: 2 }),
    boundary: documentOf(rule, 3),
    session: fc.array(documentOf(rule, 3), { maxLength: 1 }),
    resource: documentOf(sharedRule, 3),
  },
  { requiredKeys: ['identity'] },
)

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: fc.constant(undefined) })
const single = (value: fc.Arbitrary<string>): fc.Arbitrary<readonly string[] | undefined> =>
  optional(value.map((each) => [each]))
const several = optional(fc.array(fc.constantFrom('a', 'ab', 'blue', 'A'), { maxLength: 3 }))
const unreadable = fc.constantFrom('10abc', '', 'NaN', '0x10')

/** A request by one of {@link CALLERS}; the values of condition keys by lower-case name. */
export const request = fc.record({
  caller: fc.constantFrom(...CALLERS),
  action: fc.constantFrom(
    's3:GetObject',
    's3:putobject',
    's3:GetObjectTagging',
    's3:ListBucket',
    's3:DeleteBucket',
    'sts:AssumeRole',
  ),
  resource: fc.oneof(
    { weight: 12, arbitrary: literalPart.map((part) => `arn:aws:s3:::${part}`) },
    { weight: 1, arbitrary: fc.constantFrom('arn:aws-us-gov:s3:::b/a', 'arn:aws:s3:::*') },
  ),
  context: fc.record({
    's3:prefix': single(text),
    's3:delimiter': single(text),
    'aws:useragent': single(fc.constantFrom('a', 'YQ==', 'blue')),
    's3:existingobjecttag/pub': optional(fc.array(text, { minLength: 1, maxLength: 2 })),
    's3:requestobjecttag/t': optional(fc.array(text, { minLength: 1, maxLength: 2 })),
    'aws:principaltag/team': single(text),
    's3:x-amz-acl': fc.oneof(
      { weight: 3, arbitrary: single(text) },
      { weight: 1, arbitrary: fc.constant('waived' as const) },
    ),
    'aws:tagkeys': several,
    's3:requestobjecttagkeys': several,
    's3:max-keys': single(fc.oneof({ weight: 4, arbitrary: number }, { weight: 1, arbitrary: unreadable })),
    's3:signatureage': single(number),
    's3:tlsversion': optional(
      fc.array(fc.oneof({ weight: 4, arbitrary: number }, { weight: 1, arbitrary: unreadable }), {
        minLength: 1,
        maxLength: 2,
      }),
    ),
    'aws:currenttime': single(
      fc.oneof({ weight: 4, arbitrary: date }, { weight: 1, arbitrary: fc.constant('2024-02-30') }),
    ),
    'aws:epochtime': single(date),
    'aws:sourceip': single(
      fc.constantFrom('203.0.113.7', '198.51.100.1', '2001:db8::1', '::ffff:203.0.113.7', 'no address', '010.1.1.1'),
    ),
    'aws:securetransport': single(fc.constantFrom('true', 'false', 'TRUE', '1')),
  }),
})
