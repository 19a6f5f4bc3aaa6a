import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePolicy } from './compile.ts'
import type { PolicyDocument, Statement } from './document.ts'
import { evaluate } from './evaluate.ts'
import type { Principal } from './principal.ts'

// The language's definition, written to be obviously right: it shares neither parser, matcher nor index with the
// compiled evaluator, and it works on the document as written.

function globs(pattern: string, text: string): boolean {
  const source = Array.from(pattern)
  const subject = Array.from(text)
  // reachable[j]: the pattern so far matches the first j characters
  let reachable = subject.map(() => false)
  reachable = [true, ...reachable]
  for (const char of source) {
    const next = reachable.map(() => false)
    for (let j = 0; j < next.length; j++) {
      if (char === '*') next[j] = reachable.slice(0, j + 1).includes(true)
      else next[j] = j > 0 && reachable[j - 1] === true && (char === '?' || char === subject[j - 1])
    }
    reachable = next
  }
  return reachable.at(-1) === true
}

function arnGlobs(pattern: string, resource: string): boolean {
  if (pattern === '*') return true
  const split = (arn: string): string[] => {
    const pieces = arn.split(':')
    return [...pieces.slice(0, 5), pieces.slice(5).join(':')]
  }
  const wanted = split(pattern)
  const aliases = ['aws', 'aws-cn', 'aws-us-gov']
  return split(resource).every((piece, part) => {
    const glob = wanted[part] ?? ''
    if (part === 1) return aliases.includes(piece) && aliases.some((alias) => globs(glob, alias))
    return globs(glob, piece)
  })
}

function statementMatches(statement: Statement, action: string, resource: string): boolean {
  const actionListed = statement.action.patterns.some((pattern) => globs(pattern.toLowerCase(), action.toLowerCase()))
  const resourceListed = statement.resource.patterns.some((pattern) => arnGlobs(pattern, resource))
  return (
    actionListed === (statement.action.kind === 'Action') && resourceListed === (statement.resource.kind === 'Resource')
  )
}

function naiveEffect(documents: readonly PolicyDocument[], action: string, resource: string): string {
  const matching = documents
    .flatMap((document) => document.statements)
    .filter((s) => statementMatches(s, action, resource))
  if (matching.some((statement) => statement.effect === 'Deny')) return 'ExplicitDeny'
  return matching.length > 0 ? 'Allow' : 'ImplicitDeny'
}

const character = fc.constantFrom('a', 'b', '/', '/', '*', '?', '\n', '\u2028', '.', '+', '[', ']', ':', '$', '{', '😀')
const key = fc.string({ unit: character, minLength: 1, maxLength: 6 })
const bucket = fc.constantFrom('b', 'bb', 'ab', '*', 'b?')
const part = fc.oneof(
  bucket,
  fc.tuple(bucket, key).map(([b, k]) => `${b}/${k}`),
)
const patternPart = fc.oneof(part, fc.constantFrom('*', 'b*', 'b/*', '?b/*', 'b/a*', '*/a', 'b/*a', 'b/?', 'b/?*'))
const resourcePattern = fc.oneof(
  { weight: 8, arbitrary: patternPart.map((text) => `arn:aws:s3:::${text}`) },
  { weight: 1, arbitrary: patternPart.map((text) => `arn:aws-cn:s3:*:*:${text}`) },
  { weight: 1, arbitrary: patternPart.map((text) => `arn:aws:s?:eu::${text}`) },
  { weight: 1, arbitrary: fc.constantFrom('*', 'arn:aws:sqs:::*', 'arn:*:*:*:*:*') },
)
const actionPattern = fc.constantFrom('*', 's3:*', 's3:Get*', 'S3:getobject', 's3:Put?bject', 's3:*Tagging', 'sts:*')
const list = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 3 })
const statement: fc.Arbitrary<Statement> = fc.record({
  sid: fc.constant(undefined),
  effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  action: fc.record({ kind: fc.constantFrom('Action', 'Action', 'NotAction'), patterns: list(actionPattern) }),
  resource: fc.record({
    kind: fc.constantFrom('Resource', 'Resource', 'NotResource'),
    patterns: list(resourcePattern),
  }),
})
const document = fc
  .array(statement, { maxLength: 4 })
  .map((statements): PolicyDocument => ({ version: '2012-10-17', statements }))
const action = fc.constantFrom(
  's3:GetObject',
  's3:putobject',
  's3:GetObjectTagging',
  's3:DeleteBucket',
  'sts:AssumeRole',
)
const resource = fc.oneof(
  { weight: 9, arbitrary: part.map((text) => `arn:aws:s3:::${text}`) },
  { weight: 1, arbitrary: fc.constantFrom('arn:aws-us-gov:s3:::b/a', 'arn:aws:s3:::*') },
)

const caller: Principal = { type: 'User', name: 'u', arn: 'arn:aws:iam::0:user/u', accountId: '0', tags: new Map() }

test('compiled policies decide as the definition does, for any policies and requests', () => {
  const requests = fc.array(fc.tuple(action, resource), { minLength: 8, maxLength: 8 })
  const counts = { Allow: 0, ExplicitDeny: 0, ImplicitDeny: 0 }
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 2 }), requests, (documents, asked) => {
      const identity = documents.map((each, index) => compilePolicy(each, `p${index}`))
      for (const [wanted, on] of asked) {
        const request = { principal: caller, action: wanted, resource: on, context: () => undefined }
        const { effect } = evaluate({ identity }, request)
        expect(effect).toBe(naiveEffect(documents, wanted, on))
        counts[effect]++
      }
    }),
    { numRuns: 1500 },
  )
  // The generator is worth something only if it reaches all three answers often.
  expect(Math.min(counts.Allow, counts.ExplicitDeny, counts.ImplicitDeny)).toBeGreaterThan(500)
})

test('a statement that cannot be enforced is not compiled', () => {
  const plain: Statement = {
    sid: undefined,
    effect: 'Deny',
    action: { kind: 'Action', patterns: ['*'] },
    resource: { kind: 'Resource', patterns: ['*'] },
  }
  const compile = (extra: Partial<Statement>) => () =>
    compilePolicy({ version: '2012-10-17', statements: [{ ...plain, ...extra }] }, 'p')
  expect(compile({ condition: new Map() })).toThrow('cannot be compiled')
  expect(compile({ principal: { kind: 'Principal', values: '*' } })).toThrow('cannot be compiled')
  expect(compile({})).not.toThrow()
})
