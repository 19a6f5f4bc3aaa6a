import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { xmlReply } from '../support/plausible-replies.ts'
import { ALICE, BOB, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import type { SigningKey } from '../support/signer.ts'
import { signedBy } from '../support/wire-requests.ts'

// What a candidate's decision depends on is taken from where it is known already. The backend is never asked for its sake.

const policy = (...statements: readonly object[]): object => ({ Version: '2012-10-17', Statement: statements })
const read = (more: object = {}): object => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more })
const tagged = (team: string): object => read({ Condition: { StringEquals: { 's3:ExistingObjectTag/team': team } } })
const list = (bucket: string): object => ({
  Effect: 'Allow',
  Action: 's3:ListBucket',
  Resource: `arn:aws:s3:::${bucket}`,
})

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({
    users: {
      alice: { inline_policy: policy(read()) },
      bob: { inline_policy: policy(tagged('blue')) },
      root: { inline_policy: policy(list('a-bkt'), list('b-bkt')) },
      nobody: { inline_policy: policy({ Effect: 'Allow', Action: 's3:GetBucketAcl', Resource: '*' }) },
    },
    plain: {
      policy_shadow: {
        users: [
          { name: 'alice', inline_policy: policy(tagged('blue')) },
          { name: 'bob', inline_policy: policy(tagged('red')) },
          { name: 'root', inline_policy: policy(list('b-bkt'), list('c-bkt')) },
          { name: 'nobody', inline_policy: policy(list('a-bkt')) },
        ],
      },
    },
  })
})
afterAll(() => stage.close())
beforeEach(() => {
  stage.backend.reset()
  stage.backend.script = ({ target }) => {
    const buckets = ['a-bkt', 'b-bkt', 'c-bkt'].map(
      (name) => `<Bucket><Name>${name}</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket>`,
    )
    if (target === '/')
      return {
        bytes: xmlReply(`<ListAllMyBucketsResult><Buckets>${buckets.join('')}</Buckets></ListAllMyBucketsResult>`),
      }
    if (target.includes('tagging'))
      return { bytes: xmlReply('<Tagging><TagSet><Tag><Key>team</Key><Value>blue</Value></Tag></TagSet></Tagging>') }
    return undefined
  }
})

async function ask(key: SigningKey, path: string): Promise<{ readonly outcome: string; readonly shadow: unknown }> {
  const before = stage.requestsDone
  const { outcome } = await stage.send(signedBy(key, { path }))
  await stage.untilDone(before)
  const line = stage.logLines.findLast((each) => each.includes('"msg":"request"'))
  return { outcome, shadow: (JSON.parse(line ?? '{}') as { shadow?: unknown }).shadow }
}

test('tags that nobody read are not read for a candidate: what it would do is unknown', async () => {
  expect(await ask(ALICE, '/a-bkt/k')).toMatchObject({
    outcome: '200',
    shadow: {
      would: 'unknown',
      differences: [{ action: 's3:GetObject', decision: 'Allow', shadow: 'Unknown', matched: { index: 0 } }],
    },
  })
  expect(stage.backend.lines).toEqual(['GET /a-bkt/k'])
})

test('tags that were read for the request count for the candidate, too', async () => {
  expect(await ask(BOB, '/a-bkt/k')).toMatchObject({
    outcome: '200',
    shadow: { would: 'deny', differences: [{ action: 's3:GetObject', decision: 'Allow', shadow: 'ImplicitDeny' }] },
  })
  expect(stage.backend.lines).toEqual(['GET /a-bkt/k?tagging=', 'GET /a-bkt/k'])
})

test('the buckets that a candidate would show are compared with those that are shown, from the one list that was read', async () => {
  expect(await ask(ROOT, '/')).toMatchObject({
    outcome: '200',
    shadow: {
      would: 'allow',
      differences: [
        { action: 's3:ListBucket', resource: 'arn:aws:s3:::a-bkt', decision: 'Allow', shadow: 'ImplicitDeny' },
        { action: 's3:ListBucket', resource: 'arn:aws:s3:::c-bkt', decision: 'ImplicitDeny', shadow: 'Allow' },
      ],
    },
  })
  expect(stage.backend.lines).toEqual(['GET /'])
})

test('where the list is refused the backend is not asked, and what the candidate would show is unknown', async () => {
  expect(await ask(NOBODY, '/')).toMatchObject({
    outcome: '403 AccessDenied',
    shadow: { would: 'unknown', differences: [{ action: 's3:ListAllMyBuckets', shadow: 'Unknown' }] },
  })
  await stage.expectBackendSawNothing()
})
