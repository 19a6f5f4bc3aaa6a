import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/policy/compile.ts'
import { evaluate } from '../../src/policy/evaluate.ts'
import { readJson } from '../../src/policy/json.ts'
import { type ParsedPolicy, parseBucketPolicy, parseIdentityPolicy } from '../../src/policy/parse.ts'
import type { Principal } from '../../src/policy/principal.ts'

// Hostile documents, keys and values: an error or a right answer in bounded time, never an Allow by accident.

const alice: Principal = {
  type: 'User',
  name: 'alice',
  arn: 'arn:aws:iam::000000000000:user/alice',
  accountId: '000000000000',
  tags: new Map(),
}
const BOUND_MS = 4_000

function within<T>(boundMs: number, work: () => T): T {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1_000).toBeLessThan(boundMs)
  return result
}

function compiled(value: unknown) {
  const parsed = parseIdentityPolicy(value)
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.document, 'p')
}

const statement = (fields: Record<string, unknown> = {}) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::b/k',
  ...fields,
})
const document = (...statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements })

function effectOn(value: unknown, part: string, context: Readonly<Record<string, readonly string[]>> = {}): string {
  const request = {
    principal: alice,
    action: 's3:GetObject',
    resource: `arn:aws:s3:::${part}`,
    context: (key: string) => context[key],
  }
  return evaluate({ identity: [compiled(value)] }, request).effect
}

describe('a document', () => {
  test('of ten thousand statements is read, compiled and asked', () => {
    const statements = Array.from({ length: 10_000 }, (_, n) => statement({ Resource: `arn:aws:s3:::b/${n}` }))
    const text = JSON.stringify(document(...statements))
    const policy = within(BOUND_MS, () => {
      const read = readJson(text)
      if ('problem' in read) throw new Error(read.problem)
      return compiled(read.value)
    })
    const request = (n: number) => ({
      principal: alice,
      action: 's3:GetObject',
      resource: `arn:aws:s3:::b/${n}`,
      context: () => undefined,
    })
    expect(evaluate({ identity: [policy] }, request(9_999))).toMatchObject({ matched: { index: 9_999 } })
    expect(evaluate({ identity: [policy] }, request(10_000)).effect).toBe('ImplicitDeny')
    within(500, () => {
      for (let n = 0; n < 1_000; n++) evaluate({ identity: [policy] }, request(n))
    })
  })

  test.each<[name: string, value: unknown]>([
    ['of one long text', document(statement({ Resource: `arn:aws:s3:::b/${'a*'.repeat(600_000)}` }))],
    [
      'of many resources',
      document(statement({ Resource: Array.from({ length: 60_000 }, (_, n) => `arn:aws:s3:::bucket/${n}`) })),
    ],
    ['of many statements', document(...Array.from({ length: 20_000 }, () => statement()))],
    ['that is nested deeply', JSON.parse(`${'{"Statement":['.repeat(500)}${']}'.repeat(500)}`)],
  ])('larger than 1 MiB, or nested too deeply, is refused soon: %s', (_name, value) => {
    const parsed = within(BOUND_MS, () => parseIdentityPolicy(value))
    expect('problems' in parsed && parsed.problems).toEqual([
      { path: [], problem: 'is larger than 1 MiB, or nested too deeply' },
    ])
  })

  test('that shares its parts, as YAML can, is measured as large as it is', () => {
    let value: unknown = 'x'
    for (let n = 0; n < 40; n++) value = [value, value, value]
    const endless: unknown[] = []
    endless.push(endless)
    for (const each of [value, endless]) {
      expect('problems' in within(BOUND_MS, () => parseIdentityPolicy(document(statement({ Resource: each }))))).toBe(
        true,
      )
    }
  })

  test('full of faults says the first hundred', () => {
    const parsed = within(BOUND_MS, () =>
      parseIdentityPolicy(document(...Array.from({ length: 9_000 }, () => statement({ Action: 's3:No' })))),
    )
    expect('problems' in parsed && parsed.problems.length).toBe(100)
  })

  test.each<[name: string, text: string]>([
    ['__proto__ for a statement', '{"Version":"2012-10-17","__proto__":{"Statement":[]}}'],
    [
      '__proto__ in a statement',
      '{"Version":"2012-10-17","Statement":[{"__proto__":{"Effect":"Allow","Action":"*","Resource":"*"}}]}',
    ],
    [
      '__proto__ for an operator',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"__proto__":{"aws:username":"x"}}}]}',
    ],
    [
      '__proto__ for a key',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"__proto__":"x"}}}]}',
    ],
    [
      'constructor for a kind of principal',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"constructor":"*"},"Action":"*","Resource":"arn:aws:s3:::b"}]}',
    ],
  ])('with %s is refused', (_name, text) => {
    const read = readJson(text)
    if ('problem' in read) throw new Error(read.problem)
    const readers: readonly ((value: unknown) => ParsedPolicy)[] = [
      parseIdentityPolicy,
      (value) => parseBucketPolicy(value, 'b'),
    ]
    for (const value of [read.value, JSON.parse(text)]) {
      for (const reader of readers) expect('problems' in reader(value)).toBe(true)
    }
  })

  test('does not inherit what it lacks', () => {
    const inheriting = Object.assign(Object.create({ Effect: 'Allow' }), { Action: '*', Resource: '*' })
    expect('problems' in parseIdentityPolicy(document(inheriting))).toBe(true)
  })
})

describe('a pattern', () => {
  const long = 'a'.repeat(1_024)
  test.each<[pattern: string]>([
    [`${'a*'.repeat(500)}b`],
    [`${'*a'.repeat(500)}b`],
    [`*${'a'.repeat(1_000)}b`],
    [`${'*?'.repeat(500)}b`],
    [`${'a?*'.repeat(300)}b`],
    [`${'a*'.repeat(100_000)}b`],
  ])('like %.12s… is matched in bounded time', (pattern) => {
    const value = document(statement({ Resource: `arn:aws:s3:::b/${pattern}` }))
    expect(within(1_000, () => effectOn(value, `b/${long}`))).toBe('ImplicitDeny')
    const condition = { StringLike: { 'aws:UserAgent': pattern } }
    const conditional = document(statement({ Resource: '*', Condition: condition }))
    expect(within(2_000, () => effectOn(conditional, 'b/k', { 'aws:useragent': ['a'.repeat(8_192)] }))).toBe(
      'ImplicitDeny',
    )
  })

  test.each<[pattern: string, key: string, effect: string]>([
    ['[abc].txt', 'a.txt', 'ImplicitDeny'],
    ['[abc].txt', '[abc].txt', 'Allow'],
    ['a.b', 'axb', 'ImplicitDeny'],
    ['(a+)+$', 'aaaa', 'ImplicitDeny'],
    ['a|b', 'a', 'ImplicitDeny'],
    ['\\*', '\\anything', 'Allow'],
    ['^a$', 'a', 'ImplicitDeny'],
    ['p/*', 'p/\n', 'Allow'],
    ['p/*', 'p/\u2028x', 'Allow'],
    ['p/?', 'p/\u{1F600}', 'Allow'],
    ['p/${aws:username}/*', 'p/${aws:username}/x', 'ImplicitDeny'],
    ['p/${$}{aws:username}/*', 'p/${aws:username}/x', 'Allow'],
    ['p+q', 'p q', 'ImplicitDeny'],
    ['p/../q', 'q', 'ImplicitDeny'],
    ['é', 'e\u0301', 'ImplicitDeny'],
  ])('%j against the key %j: %s', (pattern, key, effect) => {
    expect(
      effectOn(document(statement({ Resource: `arn:aws:s3:::b/${pattern}` })), `b/${key}`, {
        'aws:username': ['alice'],
      }),
    ).toBe(effect)
  })

  test('is never opened by what a client chose', () => {
    const value = document(statement({ Resource: 'arn:aws:s3:::b/${s3:prefix}/*' }))
    for (const chosen of ['*', '?', '', '${aws:username}', '*/..']) {
      expect(effectOn(value, 'b/secret/x', { 's3:prefix': [chosen], 'aws:username': ['secret'] })).toBe('ImplicitDeny')
    }
    expect(effectOn(value, 'b/secret/x', { 's3:prefix': ['secret'] })).toBe('Allow')
  })
})
