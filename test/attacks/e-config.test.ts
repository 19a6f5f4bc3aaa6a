import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'

// The configuration holds every secret and decides over every right: what stands in it must mean one thing, and what is
// wrong with it must be told without it.

const SECRET = 'a-secret-that-nobody-may-see'
const MASTER = `master_credentials: {access_key: MASTERACCESSKEY00001, secret_key: ${SECRET}, endpoint: "https://store.test", region: eu-test-1}`
const USER = `{access_key: ALICEACCESSKEY01, secret_key: ${SECRET}, allowed_buckets: [a-bkt]}`
const GOOD = `${MASTER}\nusers: [${USER}]\n`

async function problemsOf(text: string): Promise<readonly string[]> {
  const loaded = await parseConfig(text, { file: 'config.yaml', env: { NAMED: SECRET } })
  return loaded.ok ? [] : loaded.problems
}

describe('E9', () => {
  test('E9: the configuration of these tests is a good one', async () => {
    expect(await problemsOf(GOOD)).toEqual([])
  })

  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 12; i++)
    bomb.push(
      `${'abcdefghijkl'[i]}: &${'abcdefghijkl'[i]} [${Array.from({ length: 10 }, () => `*${'abcdefghijkl'[i - 1]}`).join(', ')}]`,
    )

  test.each<[string, string]>([
    ['aliases that multiply', `${GOOD}${bomb.join('\n')}\n`],
    ['an alias of itself', `${GOOD}cors: &c {a-bkt: *c}\n`],
    ['brackets without end', `${GOOD}cors: ${'['.repeat(20_000)}`],
    [
      'blocks without end',
      `${GOOD}cors:\n${Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i + 1)}a:`).join('\n')}\n`,
    ],
    ['thousands of users that are none', `${MASTER}\nusers: [${'{},'.repeat(5_000)}]\n`],
  ])('E9: %s cost neither the stack nor much time', async (_, text) => {
    const startedAt = performance.now()
    expect((await problemsOf(text)).length).toBeGreaterThan(0)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  test.each<[string, string]>([
    ['__proto__', `${GOOD}__proto__: {polluted: yes}\n`],
    ['constructor', `${GOOD}constructor: {prototype: {polluted: yes}}\n`],
    [
      '__proto__ of a user',
      `${MASTER}\nusers: [{"__proto__": {allowed_buckets: ["*"]}, access_key: ALICEACCESSKEY01, secret_key: ${SECRET}}]\n`,
    ],
    [
      'a merge key',
      `${MASTER}\nusers: [{<<: {allowed_buckets: ["*"]}, access_key: ALICEACCESSKEY01, secret_key: ${SECRET}}]\n`,
    ],
    ['a key that stands twice', `${MASTER}\n${MASTER}\nusers: [${USER}]\n`],
    ['a key in another case', `${MASTER}\nUsers: [${USER}]\n`],
    ['a second document', `${GOOD}---\n${GOOD}`],
    ['a tag', `${MASTER}\nusers: !!js/function "x"\n`],
    ['two users with one key', `${MASTER}\nusers: [${USER}, ${USER}]\n`],
    ['the master key as a user', `${GOOD.replace('ALICEACCESSKEY01', 'MASTERACCESSKEY00001')}`],
    ['a star among buckets', `${MASTER}\nusers: [${USER.replace('[a-bkt]', '["*", a-bkt]')}]\n`],
    ['plain http over the internet', GOOD.replace('https://store.test', 'http://store.test')],
  ])('E9: %s is refused, and no secret is told with it', async (_, text) => {
    const problems = await problemsOf(text)
    expect(problems.length).toBeGreaterThan(0)
    for (const problem of problems) {
      expect(problem).toMatch(/^config\.yaml/)
      expect(problem).not.toContain(SECRET)
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('E9: secrets of a configuration do not show when it is printed or turned into JSON', async () => {
    const loaded = await parseConfig(GOOD, { file: 'config.yaml', env: {} })
    if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
    const { inspect } = await import('node:util')
    const shown = [
      JSON.stringify(loaded.config),
      inspect(loaded.config, { depth: 9, showHidden: true }),
      String(loaded.config.users),
    ]
    for (const text of shown) expect(text).not.toContain(SECRET)
  })
})
