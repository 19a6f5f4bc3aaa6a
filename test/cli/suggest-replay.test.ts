import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suggestCommand } from '../../src/cli/suggest.ts'
import { parseConfig } from '../../src/config/load.ts'
import { type FormOrder, formBy } from '../support/browser-form.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import { type Order, type Pair, presignedBy, signedBy, type WireRequest } from '../support/wire-requests.ts'

// From real requests and the audit file that they leave to the policy that `suggest` prints, and to the same requests under
// it: what was recorded is allowed, and nothing else.

const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
})
const KEYS = 'arn:aws:s3:::a-bkt/*'
/** It looks at all sorts of circumstances, and allows much more than is done. */
const GENEROUS = {
  Version: '2012-10-17',
  Statement: [
    allow(['s3:ListBucket', 's3:ListBucketVersions'], 'arn:aws:s3:::a-bkt', {
      StringLike: { 's3:prefix': ['home/*', ''] },
    }),
    allow(['s3:GetObject*', 's3:Delete*', 's3:AbortMultipartUpload', 's3:BypassGovernanceRetention'], KEYS),
    allow('s3:PutObject*', KEYS, {
      StringLikeIfExists: { 's3:x-amz-acl': '*', 's3:x-amz-storage-class': '*' },
      'ForAllValues:StringLike': { 's3:RequestObjectTagKeys': 'team*' },
    }),
    allow('s3:GetObject', 'arn:aws:s3:::b-bkt/*'),
    { Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } },
  ],
}

type Make = () => WireRequest
const by =
  (order: Order): Make =>
  () =>
    signedBy(ALICE, order)
const form =
  (order: FormOrder): Make =>
  () =>
    formBy(ALICE, order)
const list = (prefix: string, ...more: Pair[]): Make => by({ path: '/a-bkt', query: [...more, ['prefix', prefix]] })
const put = (path: string, ...headers: Pair[]): Make => by({ method: 'PUT', path, headers, body: 'x' })
const copy = (source: string, path: string): Make =>
  by({
    method: 'PUT',
    path,
    headers: [
      ['x-amz-copy-source', source],
      ['x-amz-tagging-directive', 'REPLACE'],
    ],
  })
const remove = (...keys: string[]): Make =>
  by({
    method: 'POST',
    path: '/a-bkt',
    query: [['delete', '']],
    body: `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`,
  })

const RECORDED: readonly Make[] = [
  list('home/a'),
  list('', ['list-type', '2']),
  list('home/', ['versions', '']),
  by({ path: '/a-bkt/one' }),
  by({ method: 'HEAD', path: '/a-bkt/one' }),
  () => presignedBy(ALICE, { path: '/a-bkt/one' }),
  by({ path: '/a-bkt/a*b%3Fc$%7Bd%7D' }),
  by({ path: '/a-bkt/one', query: [['versionId', 'v']] }),
  put('/a-bkt/plain'),
  put('/a-bkt/cold', ['x-amz-storage-class', 'GLACIER']),
  put('/a-bkt/public', ['x-amz-acl', 'public-read']),
  put('/a-bkt/tagged', ['x-amz-tagging', 'team=a']),
  copy('b-bkt/source', '/a-bkt/copy'),
  remove('gone', 'too'),
  by({ method: 'DELETE', path: '/a-bkt/locked', headers: [['x-amz-bypass-governance-retention', 'true']] }),
  form({ fields: [['key', 'from-form']] }),
]

/** All of them are allowed by the generous policy; each is a neighbour of one that was recorded. */
const OTHERS: readonly Make[] = [
  list('home/b'),
  list('home/a', ['versions', '']),
  by({ path: '/a-bkt/two' }),
  by({ path: '/a-bkt/axbyc$%7Bd%7D' }),
  by({ path: '/a-bkt/two', query: [['versionId', 'v']] }),
  by({ path: '/a-bkt/one', query: [['tagging', '']] }),
  put('/a-bkt/one'),
  put('/a-bkt/plain', ['x-amz-storage-class', 'GLACIER']),
  put('/a-bkt/plain', ['x-amz-acl', 'public-read']),
  put('/a-bkt/plain', ['x-amz-tagging', 'team=a']),
  put('/a-bkt/cold'),
  put('/a-bkt/cold', ['x-amz-storage-class', 'STANDARD_IA']),
  put('/a-bkt/public', ['x-amz-acl', 'authenticated-read']),
  put('/a-bkt/tagged', ['x-amz-tagging', 'team2=a']),
  copy('b-bkt/other', '/a-bkt/copy'),
  copy('b-bkt/source', '/a-bkt/other'),
  by({ path: '/b-bkt/other' }),
  by({ method: 'DELETE', path: '/a-bkt/one' }),
  by({ method: 'DELETE', path: '/a-bkt/gone', query: [['versionId', 'v']] }),
  form({ fields: [['key', 'another']] }),
]

let wide: Stage
let narrow: Stage
let printed = ''
beforeAll(async () => {
  wide = await Stage.start({ users: { alice: { inline_policy: GENEROUS } } })
  for (const make of RECORDED) await wide.send(make())
  printed = await suggested(join(wide.folder, 'audit.jsonl'))
  narrow = await Stage.start({ users: { alice: { inline_policy: JSON.parse(printed) as object } } })
})
afterAll(async () => {
  await wide.close()
  await narrow.close()
})

async function suggested(from: string): Promise<string> {
  const text = `
master_credentials: {access_key: m, secret_key: s, endpoint: "https://s3.example.com", region: fsn1}
users: [{name: alice, access_key: alice, secret_key: s}]
`
  const loaded = await parseConfig(text, { file: 'c.yaml', env: {} })
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  let out = ''
  const exitCode = await suggestCommand({
    config: loaded.config,
    user: 'alice',
    from,
    format: 'words',
    write: (piece) => void (out += piece),
    writeError: () => undefined,
  })
  if (exitCode !== 0) throw new Error(`suggest ended with ${exitCode}`)
  return out
}

test.each(RECORDED.map((make, index) => [index, make] as const))(
  'recorded request %i is allowed again',
  async (_, make) => {
    expect((await narrow.send(make())).outcome).toMatch(/^20[04]$/)
  },
)

test.each(OTHERS.map((make, index) => [index, make] as const))(
  'request %i, which was not made, is refused',
  async (_, make) => {
    expect((await wide.send(make())).outcome).toMatch(/^20[04]$/)
    narrow.backend.reset()
    expect((await narrow.send(make())).outcome).toMatch(/^(?:403 AccessDenied|403)$/)
    await narrow.expectBackendSawNothing()
  },
)

test('every request was recorded', () => {
  expect(
    wide
      .events()
      .slice(0, RECORDED.length)
      .map(({ decision }) => decision),
  ).toEqual(RECORDED.map(() => 'Allow'))
})

test('the policy has no pattern that reaches further than one resource', () => {
  expect(printed.replaceAll(/\$\{[*?$]\}/g, '')).not.toMatch(/[*?]/)
})
