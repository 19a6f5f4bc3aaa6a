import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { ContextValue } from '../../src/policy/context.ts'
import { decide, evaluate, type PolicySet } from '../../src/policy/evaluate.ts'
import { type ParsedPolicy, parseBucketPolicy, parseIdentityPolicy } from '../../src/policy/parse.ts'
import type { Caller } from '../../src/policy/principal.ts'
import { couldAllow, findKeyGrant } from '../../src/policy/reach.ts'
import { type CALLERS, policies, request } from './generators.ts'
import { naiveEffect, type NaivePolicies } from './naive/evaluate.ts'
import type { NaiveContext } from './naive/glob.ts'

// `npm run test:policy` sets the number so that more than 100,000 pairs are compared.
const SETS = Number(process.env['POLICY_SETS'] ?? 200)
const ASKED_OF_EACH = 25

function compiled(parsed: ParsedPolicy, name: string) {
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.document, name)
}

function compiledSet({ identity, boundary, session, resource }: NaivePolicies): PolicySet {
  const one = (value: unknown, name: string) => compiled(parseIdentityPolicy(value), name)
  return {
    identity: identity.map((document, index) => one(document, `p${index}`)),
    ...(boundary === undefined ? {} : { boundary: one(boundary, 'boundary') }),
    ...(session === undefined ? {} : { session: session.map((document) => one(document, 'session')) }),
    ...(resource === undefined ? {} : { resource: compiled(parseBucketPolicy(resource, 'b'), 'bucket') }),
  }
}

function callerOf({ name, own, role }: (typeof CALLERS)[number]): Caller {
  const accountId = '111122223333'
  if (own === undefined) return { type: 'Anonymous' }
  if (role !== undefined) return { type: 'AssumedRole', arn: own, roleArn: role, accountId }
  return { type: 'User', name: name ?? '', arn: own, accountId, tags: new Map() }
}

/** The values that are there, with those that follow from the caller. */
function contextOf(
  given: Readonly<Record<string, readonly string[] | 'waived' | undefined>>,
  caller: (typeof CALLERS)[number],
): NaiveContext {
  const context = new Map<string, readonly string[] | 'waived'>()
  for (const [key, value] of Object.entries(given)) if (value !== undefined) context.set(key, value)
  if (caller.name !== undefined) context.set('aws:username', [caller.name])
  if (caller.own !== undefined) context.set('aws:principalarn', [caller.role ?? caller.own])
  return context
}

const seed = Math.floor(Math.random() * 2 ** 31)
const askedOfEach = fc.array(request, { minLength: ASKED_OF_EACH, maxLength: ASKED_OF_EACH })

/** Throws with the pair that is at fault, which reads better than a shrunk list of many. */
function agree(what: string, fact: boolean, pair: unknown): void {
  if (!fact) throw new Error(`seed ${seed}: ${what}: ${JSON.stringify(pair)}`)
}

test('compiled policies decide as the definition does, for any policies and requests', { timeout: 180_000 }, () => {
  const counts = { Allow: 0, ExplicitDeny: 0, ImplicitDeny: 0, Undecided: 0 }
  for (const [written, asked] of fc.sample(fc.tuple(policies, askedOfEach), { numRuns: SETS, seed })) {
    const set = compiledSet(written)
    for (const { caller, action, resource, context: given } of asked) {
      const context = contextOf(given, caller)
      const principal = callerOf(caller)
      const question = { principal, action, resource, context: (key: string): ContextValue => context.get(key) }
      const { effect } = evaluate(set, question)
      const expected = naiveEffect(written, { caller, action, resource, context })
      const pair = { written, caller, action, resource, context: [...context] }
      agree(`is ${effect}, should be ${expected}`, effect === expected, pair)
      counts[effect]++
      // What is said before the tags are known must hold whatever they are.
      const early = decide(set, {
        ...question,
        context: (key) => (key.startsWith('s3:existingobjecttag/') ? 'unknown' : context.get(key)),
      }).effect
      if (early === 'Undecided') counts.Undecided++
      else agree(`was ${early} before the tags`, (early === 'Allow') === (effect === 'Allow'), pair)
    }
  }
  const pairs = SETS * ASKED_OF_EACH
  console.log(`compared ${pairs} pairs, seed ${seed}: ${JSON.stringify(counts)}`)
  // The generator is worth something only if it reaches all answers often.
  expect(Math.min(counts.Allow, counts.ExplicitDeny, counts.ImplicitDeny) / pairs).toBeGreaterThan(0.05)
  expect(counts.Undecided).toBeGreaterThan(0)
})

test('what could be allowed in a bucket holds for each of its keys', { timeout: 180_000 }, () => {
  const runs = { numRuns: Math.ceil(SETS / 10), seed }
  let grants = 0
  for (const [written, asked] of fc.sample(fc.tuple(policies, askedOfEach), runs)) {
    const set = compiledSet(written)
    for (const { caller, action, resource, context: given } of asked) {
      const context = contextOf(given, caller)
      const principal = callerOf(caller)
      const source = (key: string): ContextValue => context.get(key)
      if (!/^arn:aws:s3:::b\/./s.test(resource)) continue
      const { effect } = evaluate(set, { principal, action, resource, context: source })
      const place = { principal, bucket: 'b' }
      const pair = { written, caller, action, resource, context: [...context] }
      if (effect === 'Allow') {
        agree('could not be allowed', couldAllow(set, action, { ...place, contextFor: () => source }), pair)
        agree('could never be', couldAllow(set, action, { ...place, contextFor: () => () => 'unknown' }), pair)
      }
      const grant = findKeyGrant(set, { ...place, contextFor: () => source })
      if (grant === undefined) continue
      grants++
      const isTrue = evaluate(set, { principal, context: source, ...grant }).effect === 'Allow'
      agree('is granted and not allowed', isTrue && grant.resource.startsWith('arn:aws:s3:::b/'), { pair, grant })
    }
  }
  expect(grants).toBeGreaterThan(0)
})
