import type { Circumstances } from '../../src/authz/circumstances.ts'
import { AccessDenied } from '../../src/authz/access-denied.ts'
import { authorize, type Authorization } from '../../src/authz/authorize.ts'
import { bodyFactsOf, hasBodyFacts } from '../../src/authz/body-facts.ts'
import type { PolicySource } from '../../src/authz/policy-source.ts'
import { bucketPoliciesOf } from '../../src/boot/bucket-policies.ts'
import { credentialsOf, policySourceOf } from '../../src/boot/identities.ts'
import type { Config } from '../../src/config/config.ts'
import type { Principal } from '../../src/policy/principal.ts'
import type { Authenticated } from '../../src/proof/stages.ts'
import { CIRCUMSTANCES, requestFor } from './authz-input.ts'

/** One row of an example's table, as it stands on the page. */
export interface ExampleRow {
  readonly who: string
  /** `GET /bucket/key` */
  readonly request: string
  /** Words and headers with `; ` between them, or a dash. */
  readonly how: string
  readonly answer: string
}

/** A configuration that a page shows, and what is said of it. */
export interface Example {
  readonly title: string
  readonly yaml: string
  readonly rows: readonly ExampleRow[]
}

const HEAD = '| Who | Request | How | Answer |\n| --- | --- | --- | --- |\n'

/** The examples of a page: the YAML block and the table after each heading that has one. */
export function readExamples(page: string): readonly Example[] {
  const blocks = page.matchAll(/^### (.+)\n(?:(?!#)(?!```).*\n)*```yaml\n([^]*?)^```\n\n((?:\|.*\n)+)/gm)
  return [...blocks].map(([, title = '', yaml = '', table = '']) => {
    if (!table.startsWith(HEAD)) throw new Error(`${title}: another table than that of an example`)
    return { title, yaml, rows: table.slice(HEAD.length).trim().split('\n').map(readRow) }
  })
}

function readRow(line: string): ExampleRow {
  const [, who = '', request = '', how = '', answer = '', end, ...rest] = line.split('|').map((cell) => cell.trim())
  if (end !== '' || rest.length > 0 || !/^`[A-Z]+ \/[^`]*`$/.test(request)) throw new Error(`not a row: ${line}`)
  return { who, request: request.slice(1, -1), how, answer }
}

/** How many rows of a page end in an answer. */
export function rowsOf(page: string): number {
  return [...page.matchAll(/\| *(?:allowed|refused) *\|$/gm)].length
}

interface Told {
  readonly circumstances: Circumstances
  readonly headers: Readonly<Record<string, string>>
  /** Of the object, when the row says. */
  readonly tags: readonly { readonly key: string; readonly value: string }[] | undefined
}

type Reader = (told: Told, words: RegExpExecArray) => Told

const within = (told: Told, more: Partial<Circumstances>): Told => ({
  ...told,
  circumstances: { ...told.circumstances, ...more },
})

const WORDS: readonly (readonly [form: RegExp, read: Reader])[] = [
  [/^–$/, (told) => told],
  [/^from (\S+)$/, (told, [, sourceAddress = '']) => within(told, { sourceAddress })],
  [/^at (\S+)$/, (told, [, moment = '']) => within(told, { now: new Date(moment) })],
  [/^over http$/, (told) => within(told, { transport: 'plain', tlsVersion: undefined })],
  [
    /^`([\w-]+): ([^`]+)`$/,
    (told, [, name = '', value = '']) => ({ ...told, headers: { ...told.headers, [name]: value } }),
  ],
  [/^of an object without tags$/, (told) => ({ ...told, tags: [] })],
  [/^of an object tagged (\w+)=(\w+)$/, (told, [, key = '', value = '']) => ({ ...told, tags: [{ key, value }] })],
]

function toldBy(how: string, accountId: string): Told {
  const start: Told = {
    circumstances: { ...CIRCUMSTANCES, now: new Date('2027-01-01T00:00:00Z'), accountId },
    headers: {},
    tags: undefined,
  }
  return how.split('; ').reduce((told, part) => {
    for (const [form, read] of WORDS) {
      const words = form.exec(part)
      if (words !== null) return read(told, words)
    }
    throw new Error(`nobody knows what ${JSON.stringify(part)} means`)
  }, start)
}

/** Answers the rows of an example by the functions that the proxy decides with. */
export class PolicyExample {
  readonly #source: PolicySource
  readonly #principals: ReadonlyMap<string, Principal>
  readonly #accountId: string

  constructor(config: Config) {
    this.#source = policySourceOf(config, bucketPoliciesOf(config, undefined))
    this.#accountId = config.accountId
    this.#principals = new Map<string, Principal>([
      ['nobody known', { type: 'Anonymous' }],
      ...credentialsOf(config).map(({ principal }) => [nameOf(principal), principal] as const),
    ])
  }

  /** @throws Error for a row that cannot be asked, or whose answer depends on tags that it does not tell */
  answerTo({ who, request: line, how }: ExampleRow): 'allowed' | 'refused' {
    const principal = this.#principals.get(who)
    if (principal === undefined) throw new Error(`the example has no user ${who}`)
    const { circumstances, headers, tags } = toldBy(how, this.#accountId)
    const authType = principal.type === 'Anonymous' ? 'Anonymous' : 'REST-HEADER'
    const authenticated = { principal, authType, accessKey: undefined, seed: undefined } as unknown as Authenticated
    try {
      const asked = requestFor(line, headers)
      const { request, operation } = asked
      // A row shows no body: what could be read from one is what an empty one says.
      const facts = hasBodyFacts(operation.name) ? bodyFactsOf(operation.name, Buffer.alloc(0), request) : {}
      settle(authorize({ ...asked, authenticated, circumstances, source: this.#source, facts }), tags)
      return 'allowed'
    } catch (error) {
      if (error instanceof AccessDenied) return 'refused'
      throw error
    }
  }
}

function nameOf(principal: Principal): string {
  return principal.type === 'User' ? principal.name : ''
}

function settle(authorization: Authorization, tags: Told['tags']): void {
  if (authorization.kind === 'authorized') return
  if (authorization.kind !== 'tags-decide') {
    authorization.settle('untagged')
    return
  }
  if (tags === undefined) throw new Error('the answer depends on tags that the row does not tell')
  settle(authorization.settle(tags), tags)
}
