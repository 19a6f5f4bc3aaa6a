import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { httpReply } from '../support/plausible-replies.ts'
import { Stage } from '../support/proxy-in-process.ts'
import { type Order, type Pair, signedBy } from '../support/wire-requests.ts'
import { UsersByPolicy } from './users-by-policy.ts'

// Headers of an answer that tell what only a right of its own lets one know (AWS's pages on Object Lock and on tagging and
// access control).

const LOCK: readonly Pair[] = [
  ['x-amz-object-lock-mode', 'GOVERNANCE'],
  ['x-amz-object-lock-retain-until-date', '2099-01-01T00:00:00Z'],
]
const HOLD: readonly Pair[] = [['x-amz-object-lock-legal-hold', 'ON']]
const COUNT: readonly Pair[] = [['x-amz-tagging-count', '2']]
const TOLD = [...LOCK, ...HOLD, ...COUNT]

const users = new UsersByPolicy()
const allow = (...actions: string[]) =>
  users.having({ Effect: 'Allow', Action: actions.map((action) => `s3:${action}`), Resource: 'arn:aws:s3:::a-bkt/*' })

const version: Pair = ['versionId', 'v']
const ROWS = [
  ['nothing more', [], [], []],
  ['the tags', ['GetObjectTagging'], COUNT, []],
  ['the tags of versions', ['GetObjectVersionTagging'], [], COUNT],
  ['the retention', ['GetObjectRetention'], LOCK, LOCK],
  ['the legal hold', ['GetObjectLegalHold'], HOLD, HOLD],
  [
    'everything',
    ['GetObjectTagging', 'GetObjectVersionTagging', 'GetObjectRetention', 'GetObjectLegalHold'],
    TOLD,
    TOLD,
  ],
].map(([name, actions, ofCurrent, ofVersion]) => ({
  name: name as string,
  user: allow('GetObject', 'GetObjectVersion', ...(actions as string[])),
  ofCurrent: ofCurrent as readonly Pair[],
  ofVersion: ofVersion as readonly Pair[],
}))

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ extraUsers: users.configured })
})
afterAll(() => stage.close())
beforeEach(() => {
  stage.backend.reset()
  stage.backend.script = () => ({ bytes: httpReply(200, '', [['etag', '"e"'], ...TOLD]) })
})

test.each(ROWS)('who may read the object and $name is told so much of it', async ({ user, ofCurrent, ofVersion }) => {
  const orders: readonly (readonly [Order, readonly Pair[]])[] = [
    [{}, ofCurrent],
    [{ method: 'HEAD' }, ofCurrent],
    [{ query: [version] }, ofVersion],
    [{ method: 'HEAD', query: [version] }, ofVersion],
  ]
  for (const [order, shown] of orders) {
    const { status, headers } = await stage.send(signedBy(user, order))
    expect(status).toBe(200)
    expect(headers.get('etag')).toBe('"e"')
    const told = TOLD.filter(([name]) => headers.has(name))
    expect(told.sort()).toEqual([...shown].sort())
  }
})
