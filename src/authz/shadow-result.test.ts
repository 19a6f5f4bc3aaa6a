import { expect, test } from 'vitest'
import type { Undecided } from '../policy/decision.ts'
import type { AccessCheck, Decision } from '../proof/stages.ts'
import { shadowResult } from './shadow-result.ts'

const allow: Decision = { effect: 'Allow', matched: { policy: 'P', sid: undefined, index: 0 } }
const deny: Decision = { effect: 'ExplicitDeny', matched: { policy: 'Q', sid: 'No', index: 1 } }
const missing: Decision = { effect: 'ImplicitDeny', matched: undefined, missing: 'identity' }

const open: Undecided = { effect: 'Undecided', matched: { policy: 'Q', sid: undefined, index: 2 } }

const check = (decision: Decision, shadow?: Decision | Undecided): AccessCheck => ({
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  decision,
  ...(shadow === undefined ? {} : { shadow }),
})

test.each<[string, AccessCheck[], string | undefined]>([
  ['no candidate', [check(allow)], undefined],
  ['the same', [check(allow, allow)], undefined],
  ['a refusal of another kind', [check(missing, deny)], undefined],
  ['an Allow that is lacking', [check(allow, missing)], 'deny'],
  ['a Deny more', [check(allow, allow), check(allow, deny)], 'deny'],
  ['an Allow more', [check(missing, allow)], 'allow'],
  ['what depends on a fact that is not known', [check(allow, open)], 'unknown'],
  ['the same of a refusal', [check(missing, open)], 'unknown'],
  ['an unknown fact beside a refusal that is certain', [check(allow, open), check(allow, deny)], 'deny'],
  ['an unknown fact beside an Allow', [check(allow, allow), check(allow, open)], 'unknown'],
  ['an Allow more of two that are needed', [check(missing, allow), check(missing, missing)], 'deny'],
])('%s', (_name, checks, would) => {
  expect(shadowResult(checks)?.would).toBe(would)
})

test('what is not known is called so, with the statement that may count', () => {
  expect(shadowResult([check(allow, open)])?.differences).toMatchObject([
    { decision: 'Allow', shadow: 'Unknown', matched: { policy: 'Q', index: 2 } },
  ])
})

test('a difference names both decisions and the statement of the candidate', () => {
  expect(shadowResult([check(allow, deny)])).toEqual({
    would: 'deny',
    differences: [
      {
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::b/k',
        decision: 'Allow',
        shadow: 'ExplicitDeny',
        matched: { policy: 'Q', sid: 'No', index: 1 },
      },
    ],
  })
  expect(shadowResult(Array.from({ length: 50 }, () => check(allow, deny)))?.differences.length).toBe(20)
})
