import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { compilePolicy, type CompiledPolicy, SharedClauses } from '../src/policy/compile.ts'
import type { ContextValue } from '../src/policy/context.ts'
import { type AccessRequest, evaluate, type PolicySet } from '../src/policy/evaluate.ts'
import { parseIdentityPolicy } from '../src/policy/parse.ts'
import type { Principal } from '../src/policy/principal.ts'
import { type NaiveDocument, naiveEffect, type NaiveStatement } from '../test/policy/naive/evaluate.ts'

// usage: npm run bench:policy — how long a decision takes, against the naive evaluator of the tests in the same run, and
// what the policies of ten thousand users take in memory. Exit code 1 when a bound of the project is not held.

const USERS = 10_000
const MANAGED = 50
const BOUNDS = { smallUs: 3, largeUs: 20, bytesPerUser: 2_048 }

const CONDITION = { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32'] } }
const HOME = { StringLike: { 's3:prefix': ['', 'home/', 'home/${aws:username}/*'] } }

const allow = (
  Action: string | readonly string[],
  Resource: string | readonly string[],
  Condition?: NaiveStatement['Condition'],
): NaiveStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
})
const documentOf = (...statements: readonly NaiveStatement[]): NaiveDocument => ({
  Version: '2012-10-17',
  Statement: statements,
})

/** Twenty statements as people write them. */
function twenty(): NaiveDocument {
  const statements: NaiveStatement[] = [
    { Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    { Effect: 'Deny', Action: 's3:DeleteObject*', Resource: 'arn:aws:s3:::archive/*' },
    allow('s3:ListBucket', 'arn:aws:s3:::data', HOME),
    allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::data/home/${aws:username}/*'),
  ]
  for (let n = statements.length; n < 20; n++) {
    statements.push(
      allow(
        ['s3:GetObject', 's3:GetObjectVersion'],
        `arn:aws:s3:::data/project-${n}/*`,
        n % 3 === 0 ? CONDITION : undefined,
      ),
    )
  }
  return documentOf(...statements)
}

/** A thousand statements on prefixes of a few buckets. */
function thousand(): NaiveDocument {
  const statements = Array.from({ length: 1_000 }, (_, n) =>
    allow(
      n % 2 === 0 ? 's3:GetObject' : ['s3:GetObject', 's3:PutObject'],
      `arn:aws:s3:::bucket-${n % 7}/team/${n}/*`,
      n % 5 === 0 ? CONDITION : undefined,
    ),
  )
  return documentOf(...statements)
}

function managed(n: number): NaiveDocument {
  return documentOf(
    allow(['s3:GetObject', 's3:ListBucket'], [`arn:aws:s3:::shared-${n}`, `arn:aws:s3:::shared-${n}/*`]),
    { Effect: 'Deny', Action: 's3:PutObject', Resource: `arn:aws:s3:::shared-${n}/frozen/*` },
  )
}

function inline(n: number): NaiveDocument {
  return documentOf(
    allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], `arn:aws:s3:::home/user-${n}/*`),
    allow('s3:ListBucket', 'arn:aws:s3:::home', { StringLike: { 's3:prefix': [`user-${n}/*`] } }),
  )
}

function compiled(document: NaiveDocument, name: string, shared: SharedClauses): CompiledPolicy {
  // Over JSON, as a configuration would hand it over: no text is shared that would not be.
  const parsed = parseIdentityPolicy(JSON.parse(JSON.stringify(document)), 1_048_576)
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.document, name, shared)
}

const CONTEXT: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws:securetransport', ['true']],
  ['aws:sourceip', ['203.0.113.7']],
  ['aws:username', ['alice']],
  ['s3:prefix', ['home/alice/']],
])
const ALICE: Principal = {
  type: 'User',
  name: 'alice',
  arn: 'arn:aws:iam::000000000000:user/alice',
  accountId: '000000000000',
  tags: new Map(),
}
const asked = (action: string, resource: string): AccessRequest => ({
  principal: ALICE,
  action,
  resource,
  context: (key): ContextValue => CONTEXT.get(key),
})

/** Microseconds of processor time a call, the median of several rounds: other programs on the machine do not count. */
function timed(calls: readonly (() => unknown)[], rounds: number, repeats: number): number {
  const samples: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    for (let n = 0; n < repeats; n++) for (const call of calls) call()
    const { user, system } = process.cpuUsage(before)
    samples.push((user + system) / (repeats * calls.length))
  }
  return samples.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
}

interface Figure {
  readonly name: string
  readonly us: number
  readonly naiveUs: number
}

function compare(
  name: string,
  set: PolicySet,
  documents: readonly NaiveDocument[],
  requests: readonly AccessRequest[],
): Figure {
  const caller = {
    own: ALICE.type === 'User' ? ALICE.arn : undefined,
    role: undefined,
    root: 'arn:aws:iam::000000000000:root',
  }
  for (const { action, resource } of requests) {
    const expected = naiveEffect({ identity: documents }, { caller, action, resource, context: CONTEXT })
    const { effect } = evaluate(set, asked(action, resource))
    if (effect !== expected) throw new Error(`${name}: ${action} on ${resource} is ${effect}, should be ${expected}`)
  }
  timed(
    requests.map((request) => () => evaluate(set, request)),
    3,
    2_000,
  )
  return {
    name,
    us: timed(
      requests.map((request) => () => evaluate(set, request)),
      9,
      5_000,
    ),
    naiveUs: timed(
      requests.map(
        ({ action, resource }) =>
          () =>
            naiveEffect({ identity: documents }, { caller, action, resource, context: CONTEXT }),
      ),
      3,
      3,
    ),
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
function heapBytes(): number {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const shared = new SharedClauses()
const managedDocuments = Array.from({ length: MANAGED }, (_, n) => managed(n))
const managedPolicies = managedDocuments.map((document, n) => compiled(document, `Managed${n}`, shared))
compiled(inline(0), 'inline', shared)

const before = heapBytes()
const users: PolicySet[] = []
for (let n = 0; n < USERS; n++) users.push({ identity: managedPolicies.concat(compiled(inline(n), 'inline', shared)) })
const bytesPerUser = (heapBytes() - before) / users.length

const small = compiled(twenty(), 'twenty', shared)
const large = compiled(thousand(), 'thousand', shared)
const figures: readonly Figure[] = [
  compare(
    '20 statements',
    { identity: [small] },
    [twenty()],
    [
      asked('s3:GetObject', 'arn:aws:s3:::data/project-19/a/b/c'),
      asked('s3:GetObject', 'arn:aws:s3:::data/project-18/a/b/c'),
      asked('s3:PutObject', 'arn:aws:s3:::data/home/alice/x'),
      asked('s3:ListBucket', 'arn:aws:s3:::data'),
      asked('s3:DeleteObject', 'arn:aws:s3:::archive/x'),
      asked('s3:GetObject', 'arn:aws:s3:::elsewhere/x'),
    ],
  ),
  compare(
    `1,000 statements and ${MANAGED} managed policies`,
    { identity: [...managedPolicies, large] },
    [...managedDocuments, thousand()],
    [
      asked('s3:GetObject', 'arn:aws:s3:::bucket-5/team/999/a/b/c'),
      asked('s3:PutObject', 'arn:aws:s3:::bucket-4/team/501/a/b/c'),
      asked('s3:PutObject', 'arn:aws:s3:::bucket-4/team/500/a/b/c'),
      asked('s3:GetObject', 'arn:aws:s3:::shared-49/x'),
      asked('s3:GetObject', 'arn:aws:s3:::elsewhere/x'),
    ],
  ),
  compare(
    `one of ${USERS} users: ${MANAGED} managed policies, 2 statements`,
    users[77] ?? { identity: [] },
    [...managedDocuments, inline(77)],
    [
      asked('s3:GetObject', 'arn:aws:s3:::home/user-77/x'),
      asked('s3:GetObject', 'arn:aws:s3:::home/user-78/x'),
      asked('s3:PutObject', 'arn:aws:s3:::shared-7/frozen/x'),
    ],
  ),
]

for (const { name, us, naiveUs } of figures) {
  console.log(
    `${name}: ${us.toFixed(2)} us a decision, naive ${naiveUs.toFixed(1)} us, ratio ${(naiveUs / us).toFixed(0)}`,
  )
}
console.log(`memory: ${Math.round(bytesPerUser)} bytes for each of ${USERS} users`)
const [ofSmall, ofLarge] = figures
const isHeld =
  (ofSmall?.us ?? Infinity) < BOUNDS.smallUs &&
  (ofLarge?.us ?? Infinity) < BOUNDS.largeUs &&
  bytesPerUser < BOUNDS.bytesPerUser
console.log(isHeld ? 'all bounds are held' : `a bound is not held: ${JSON.stringify(BOUNDS)}`)
process.exitCode = isHeld ? 0 : 1
