import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formPart, formBy, formRequest, signatureFields } from '../support/browser-form.ts'
import { NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import { encode, encodePath } from '../support/signer.ts'
import { forgedBy, type Order, signedBy, type WireRequest } from '../support/wire-requests.ts'
import { carrying, type Unsigned } from './carriers.ts'
import { UsersByPolicy } from './users-by-policy.ts'

// Keys that hold what means something to policies, to URLs or to JavaScript: an error or a right answer, never an Allow by
// accident.

/** Key, and a neighbour that a careless matcher would take for it. */
const ODD: readonly (readonly [string, string])[] = [
  ['a*b', 'axb'],
  ['*', 'anything'],
  ['a?b', 'axb'],
  ['?', 'x'],
  ['home/${aws:username}/k', 'home/rightskey0000/k'],
  ['${*}', '*'],
  ['$', '${$}'],
  ['a+b', 'a b'],
  ['a b', 'a+b'],
  ['a%20b', 'a b'],
  ['a%2Fb', 'a/b'],
  ['a\nb', 'ab'],
  ['a\r\nb', 'a\nb'],
  ['p/\u2028x', 'p/x'],
  ['(a+)+$', 'aaaa'],
  ['[ab]', 'a'],
  ['a.b', 'axb'],
  ['a|b', 'a'],
  ['^a$', 'a'],
  ['\\', '\\\\'],
  ['__proto__', 'constructor'],
  ['toString', '__proto__'],
  ['a:b:c', 'a/b/c'],
  ['\u00e9', 'e\u0301'],
  ['\u{1F600}', '\u{1F601}'],
  ['K', '\u212a'],
]

const users = new UsersByPolicy()
/** The key as a pattern that means nothing but itself. */
const literally = (key: string): string => key.replaceAll(/[*?$]/g, (character) => `\${${character}}`)
const xml = (key: string): string => key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\r', '&#13;')

/** Every way in which a request can name a key. */
const NAMING: readonly (readonly [string, (key: string) => Unsigned])[] = [
  ['GET', (key) => carrying({ path: encodePath('a-bkt', key) }, [], 'header')],
  ['HEAD', (key) => carrying({ method: 'HEAD', path: encodePath('a-bkt', key) }, [], 'header')],
  ['PUT', (key) => carrying({ method: 'PUT', path: encodePath('a-bkt', key), body: 'x' }, [], 'header')],
  ['DELETE', (key) => carrying({ method: 'DELETE', path: encodePath('a-bkt', key) }, [], 'header')],
  ['a presigned URL', (key) => carrying({ path: encodePath('a-bkt', key) }, [], 'signed header of a presigned URL')],
  [
    'DeleteObjects',
    (key) =>
      carrying(
        {
          method: 'POST',
          path: '/a-bkt',
          query: [['delete', '']],
          body: `<Delete><Object><Key>${xml(key)}</Key></Object></Delete>`,
        },
        [],
        'header',
      ),
  ],
  [
    'a copy source',
    (key) =>
      carrying(
        {
          method: 'PUT',
          path: '/b-bkt/target',
          headers: [
            ['x-amz-copy-source', encodePath('a-bkt', key)],
            ['x-amz-tagging-directive', 'REPLACE'],
          ],
        },
        [],
        'header',
      ),
  ],
  ['a form', (key) => (user) => formBy(user, { fields: [['key', key]] })],
]

const CASES = ODD.map(([key, neighbour]) => {
  const user = users.having({
    Effect: 'Allow',
    Action: 's3:*',
    Resource: [`arn:aws:s3:::a-bkt/${literally(key)}`, 'arn:aws:s3:::b-bkt/target'],
  })
  // In a form a key may hold a variable of the form's own, and no line end.
  const ways = NAMING.filter(([name]) => name !== 'a form' || !/[\r\n]|\$\{/.test(key + neighbour))
  const made = (name: string) => ways.map(([way, naming]): [string, WireRequest] => [way, naming(name)(user)])
  return { key: JSON.stringify(key), neighbour: JSON.stringify(neighbour), own: made(key), others: made(neighbour) }
})

const allow = (resource: string, more: object = {}) => ({
  Effect: 'Allow',
  Action: 's3:*',
  Resource: `arn:aws:s3:::${resource}`,
  ...more,
})
const limited = users.having(allow('a-bkt/home/*'))
const ownHome = users.having(allow('a-bkt/home/${aws:username}/*'))
const byPrefix = users.having(allow('a-bkt', { Condition: { StringLike: { 's3:prefix': 'home/*' } } }))
const byExactPrefix = users.having(allow('a-bkt', { Condition: { StringEquals: { 's3:prefix': 'home/' } } }))
const byTag = users.having(allow('a-bkt/*', { Condition: { StringEquals: { 's3:RequestObjectTag/a': 'x' } } }))

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ extraUsers: users.configured, plain: { state: { path: './state.sqlite' } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const REFUSED = /^(?:403 AccessDenied|403|200 AccessDenied)$/

describe.each(CASES)('a right on the key $key', ({ own, others, neighbour }) => {
  test('is one on that key, however it is named', async () => {
    for (const [way, request] of own) expect(`${way} ${(await stage.send(request)).outcome}`).toMatch(/ 20[04]$/)
  })

  test(`is none on ${neighbour}`, async () => {
    for (const [way, request] of others) {
      expect([way, (await stage.send(request)).outcome]).toEqual([way, expect.stringMatching(REFUSED)])
    }
    await stage.expectBackendSawNothing()
  })
})

test.each(['*', '?', 'home', 'hom?/k', '*/k', 'home*', '${aws:username}', 'HOME/k', '/home/k', 'home\u2215k'])(
  'a right on home/* is none on the key %s',
  async (key) => {
    for (const [, naming] of NAMING.slice(0, 6)) {
      expect((await stage.send(naming(key)(limited))).outcome).toMatch(REFUSED)
    }
    await stage.expectBackendSawNothing()
  },
)

test('what a client writes for a variable or a wildcard opens no other home', async () => {
  const name = ownHome.accessKey.toLowerCase()
  expect((await stage.send(carrying({ path: `/a-bkt/home/${name}/k` }, [], 'header')(ownHome))).outcome).toBe('200')
  stage.backend.reset()
  for (const key of ['home/${aws:username}/k', 'home/*/k', 'home/?/k', 'home/bob/k', `home/${name}`, 'home//k']) {
    for (const [, naming] of NAMING.slice(0, 6)) {
      expect((await stage.send(naming(key)(ownHome))).outcome).toMatch(REFUSED)
    }
  }
  await stage.expectBackendSawNothing()
})

test('nor does what a client writes for a prefix', async () => {
  const list = (prefix: string, user = byPrefix) =>
    stage.send(signedBy(user, { path: '/a-bkt', query: [['prefix', prefix]] }))
  expect((await list('home/a')).outcome).toBe('200')
  expect((await list('home/*')).outcome).toBe('200')
  expect((await list('home/', byExactPrefix)).outcome).toBe('200')
  stage.backend.reset()
  for (const prefix of ['', '*', 'hom?/', 'home', 'h*', '${s3:prefix}', 'Home/a', ' home/a']) {
    expect((await list(prefix)).outcome).toBe('403 AccessDenied')
    expect((await list(`${prefix}*`, byExactPrefix)).outcome).toBe('403 AccessDenied')
  }
  await stage.expectBackendSawNothing()
})

describe('bytes that are no UTF-8', () => {
  const invalid = ['%C3', '%FF', '%C0%AF', '%ED%A0%80', '%F5%80%80%80'] as const
  const query = (name: string, value: string): WireRequest => {
    const request = forgedBy(ROOT, { path: '/a-bkt' })
    return { ...request, target: `/a-bkt?${name}=${value}` }
  }

  test.each(invalid)('are refused wherever a key or a value is named: %s', async (bytes) => {
    const copy: Order = { method: 'PUT', headers: [['x-amz-copy-source', `a-bkt/${bytes}`]] }
    const tagged: Order = { method: 'PUT', headers: [['x-amz-tagging', `a=${bytes}`]], body: 'x' }
    expect((await stage.send(forgedBy(ROOT, { path: `/a-bkt/${bytes}` }))).outcome).toBe('400 InvalidURI')
    for (const name of ['prefix', 'delimiter', 'marker']) {
      expect((await stage.send(query(name, bytes))).outcome).toMatch(/^400 Invalid(?:URI|Argument)$/)
    }
    expect((await stage.send(signedBy(ROOT, copy))).outcome).toBe('400 InvalidArgument')
    expect((await stage.send(signedBy(byTag, tagged))).outcome).toBe('400 InvalidArgument')
    await stage.expectBackendSawNothing()
  })

  test('are refused in documents and forms', async () => {
    const bad = Buffer.from([0x61, 0xc3, 0x62])
    const body = Buffer.concat([Buffer.from('<Delete><Object><Key>'), bad, Buffer.from('</Key></Object></Delete>')])
    const deletion: Order = { method: 'POST', path: '/a-bkt', query: [['delete', '']], body }
    expect((await stage.send(signedBy(ROOT, deletion))).outcome).toBe('400 MalformedXML')
    const fields = signatureFields(ROOT, { policy: Buffer.from('{}').toString('base64') })
    const form = Buffer.concat([
      formPart('name="key"', bad),
      ...fields.map(([name, value]) => formPart(`name="${name}"`, value)),
      formPart('name="file"; filename="a"', 'x'),
    ])
    expect((await stage.send(formRequest('a-bkt', form))).outcome).toMatch(/^400 /)
    await stage.expectBackendSawNothing()
  })
})

describe('a bucket policy that a client sets', () => {
  const put = (body: string) =>
    stage.send(signedBy(ROOT, { method: 'PUT', path: '/a-bkt', query: [['policy', '']], body }))
  const statement = (more: object = {}) => ({
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::a-bkt/x',
    ...more,
  })
  const text = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const cpuMs = async (work: () => Promise<void>): Promise<number> => {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }

  test.each<[name: string, body: () => string]>([
    ['of 1 MB', () => text(statement({ Sid: 'a'.repeat(1_048_576) }))],
    ['of 10,000 statements', () => text(...Array.from({ length: 10_000 }, () => statement()))],
    ['nested 100,000 deep', () => `{"Statement":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['nested in objects', () => `${'{"Statement":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['with a prototype', () => '{"Version":"2012-10-17","__proto__":{},"Statement":[]}'],
    [
      'with a prototype for an effect',
      () => `{"Version":"2012-10-17","Statement":[{"__proto__":${JSON.stringify(statement())}}]}`,
    ],
    [
      'with a prototype for an operator',
      () => text(statement()).replace('"Effect"', '"Condition":{"__proto__":{"aws:username":"x"}},"Effect"'),
    ],
    [
      'with a lone surrogate',
      () => text(statement({ Resource: 'arn:aws:s3:::a-bkt/x' })).replace('a-bkt/x', 'a-bkt/\\ud800'),
    ],
    ['of a million blanks', () => `${' '.repeat(1_000_000)}${text(statement())}`],
  ])('%s is refused in bounded time, or means what it says', async (_name, body) => {
    const spent = await cpuMs(async () => {
      expect((await put(body())).outcome).toMatch(/^(?:400 (?:MalformedPolicy|MaxMessageLengthExceeded)|204)$/)
    })
    expect(spent).toBeLessThan(3_000)
    stage.backend.reset()
    expect((await stage.send(signedBy(NOBODY, { path: '/a-bkt/k' }))).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
    await stage.send(signedBy(ROOT, { method: 'DELETE', path: '/a-bkt', query: [['policy', '']] }))
  })

  test.each(['a*'.repeat(400), '*a'.repeat(400), '?*'.repeat(400), 'a?*'.repeat(300)])(
    'with the pattern %.9s… matches keys in bounded time',
    async (pattern) => {
      expect((await put(text(statement({ Resource: `arn:aws:s3:::a-bkt/${pattern}b` })))).outcome).toBe('204')
      stage.backend.reset()
      const spent = await cpuMs(async () => {
        for (let n = 0; n < 20; n++) {
          const path = `/a-bkt/${encode('a'.repeat(1_024))}`
          expect((await stage.send(signedBy(NOBODY, { path }))).outcome).toBe('403 AccessDenied')
        }
      })
      expect(spent).toBeLessThan(3_000)
      await stage.expectBackendSawNothing()
      await stage.send(signedBy(ROOT, { method: 'DELETE', path: '/a-bkt', query: [['policy', '']] }))
    },
  )
})
