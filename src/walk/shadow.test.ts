import { expect, test } from 'vitest'
import type { AccessCheck, Decision } from '../proof/stages.ts'
import { shadowResult } from './shadow.ts'

const allow: Decision = { effect: 'Allow', matched: { policy: 'P', sid: undefined, index: 0 } }
const deny: Decision = { effect: 'ExplicitDeny', matched: { policy: 'Q', sid: 'No', index: 1 } }
const missing: Decision = { effect: 'ImplicitDeny', matched: undefined, missing: 'identity' }

const check = (decision: Decision, shadow?: Decision): AccessCheck => ({
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
  ['an Allow more of two that are needed', [check(missing, allow), check(missing, missing)], 'deny'],
])('%s', (_name, checks, would) => {
  expect(shadowResult(checks)?.would).toBe(would)
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
