import { expect, test } from 'vitest'
import { authenticatedAs, policyOf, requestFor } from '../../test/support/authz-input.ts'
import type { PolicySet } from '../policy/evaluate.ts'
import { AccessDenied } from './access-denied.ts'
import { authorizeListBuckets } from './list-buckets.ts'
import type { PolicySource } from './policy-source.ts'
import { shadowBucketList } from './shadow-buckets.ts'
import type { ShadowResult } from './shadow-result.ts'

const BUCKETS = ['alpha', 'beta', 'gamma']

const allow = (action: string, ...resources: readonly string[]) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resources.map((resource) => `arn:aws:s3:::${resource}`),
})
const setOf = (statements: readonly unknown[]): PolicySet => ({ identity: [policyOf(...statements)] })

/** What the log is told of a caller with these statements, when others are tried out. */
function told(inForce: readonly unknown[], candidate?: readonly unknown[]): ShadowResult | 'nothing' {
  const source: PolicySource = {
    policiesFor: () => setOf(inForce),
    shadowFor: () => (candidate === undefined ? undefined : setOf(candidate)),
  }
  const caller = { authenticated: authenticatedAs('alice'), source, ...requestFor('GET /') }
  const shadow = shadowBucketList(caller)
  try {
    const access = authorizeListBuckets(caller)
    const [everything] = access.authorized.checks
    const grantOn = access.kind === 'some' ? access.grantOn : () => everything
    return shadow?.comparedWith(BUCKETS, grantOn) ?? 'nothing'
  } catch (error) {
    if (error instanceof AccessDenied) return shadow?.whenRefused() ?? 'nothing'
    throw error
  }
}

const all = allow('s3:ListAllMyBuckets', '*')
const one = allow('s3:ListBucket', 'alpha')
const none = allow('s3:GetBucketAcl', 'alpha')
const differing = (result: ShadowResult | 'nothing') =>
  result === 'nothing'
    ? result
    : [result.would, ...result.differences.map(({ resource, shadow }) => `${resource.slice(13)} ${shadow}`)]

test.each<[name: string, inForce: readonly unknown[], candidate: readonly unknown[] | undefined, expected: unknown]>([
  ['no candidate', [all], undefined, 'nothing'],
  ['the same list', [all], [allow('s3:ListBucket', '*')], 'nothing'],
  ['fewer buckets', [all], [one], ['allow', 'beta ImplicitDeny', 'gamma ImplicitDeny']],
  ['no bucket', [all], [none], ['deny', 'alpha ImplicitDeny', 'beta ImplicitDeny', 'gamma ImplicitDeny']],
  ['more buckets', [one], [all], ['allow', 'beta Allow', 'gamma Allow']],
  ['another bucket', [one], [allow('s3:GetObject', 'gamma/*')], ['allow', 'alpha ImplicitDeny', 'gamma Allow']],
  ['all in place of a refusal', [none], [all], ['allow', '* Allow']],
  ['perhaps some in place of a refusal', [none], [one], ['unknown', '* Unknown']],
  ['a refusal, too', [none], [none], 'nothing'],
])('a candidate that shows %s is told so', (_name, inForce, candidate, expected) => {
  expect(differing(told(inForce, candidate))).toEqual(expected)
})

test('a difference names the right, both decisions and the statement', () => {
  expect(told([one], [none, all])).toEqual({
    would: 'allow',
    differences: BUCKETS.slice(1).map((bucket) => ({
      action: 's3:ListAllMyBuckets',
      resource: `arn:aws:s3:::${bucket}`,
      decision: 'ImplicitDeny',
      shadow: 'Allow',
      matched: { policy: 'test', sid: undefined, index: 1 },
    })),
  })
})

test('a candidate that cannot be evaluated changes nothing', () => {
  const source: PolicySource = {
    policiesFor: () => setOf([all]),
    shadowFor: () => {
      throw new Error('no')
    },
  }
  const caller = { authenticated: authenticatedAs('alice'), source, ...requestFor('GET /') }
  expect(shadowBucketList(caller)).toBeUndefined()
  expect(authorizeListBuckets(caller).kind).toBe('all')
})
