import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explainRequest } from '../../src/cli/explain-request.ts'
import { parseConfig } from '../../src/config/load.ts'
import { ALICE, BOB, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import { presignedBy, signedBy, unsignedRequest, type WireRequest } from '../support/wire-requests.ts'

const policy = (...statements: readonly object[]): object => ({ Version: '2012-10-17', Statement: statements })
const OWN = { Sid: 'Own', Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::a-bkt/alice/*' }
const LIST = {
  Effect: 'Allow',
  Action: 's3:ListBucket',
  Resource: 'arn:aws:s3:::a-bkt',
  Condition: { StringLike: { 's3:prefix': 'alice/*' } },
}
const UPLOADS = { ...LIST, Action: 's3:ListBucketMultipartUploads' }
const NO_DELETE = { Sid: 'Keep', Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }
const FROM_OFFICE = {
  Effect: 'Allow',
  Action: 's3:*',
  Resource: '*',
  Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
}
const UNTIL = {
  Effect: 'Allow',
  Action: 's3:*',
  Resource: '*',
  Condition: { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
}

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({
    plain: {
      policies: { Bound: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }), Late: policy(UNTIL) },
      groups: [{ name: 'office', policies: ['Late'] }],
      bucket_policies: {
        's-bkt': policy(
          { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::s-bkt/*' },
          { Sid: 'Hidden', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::s-bkt/hidden/*' },
        ),
      },
    },
    users: {
      alice: { inline_policy: policy(OWN, LIST, UPLOADS, NO_DELETE) },
      bob: { inline_policy: policy(FROM_OFFICE), groups: ['office'] },
      nobody: { allowed_buckets: ['n-bkt'], permissions_boundary: 'Bound' },
    },
  })
})
afterAll(() => stage.close())

async function explained(request: WireRequest): Promise<{ exitCode: number; outcome: string; words: string }> {
  const answer = await stage.send(request)
  const requestId = answer.headers.get('x-amz-request-id') ?? ''
  const loaded = await parseConfig(
    `{master_credentials: {access_key: mmm, secret_key: s, endpoint: "https://s3.example.com", region: r}, users: [{access_key: uuu, secret_key: s}]}`,
    { file: 'c.yaml', env: {} },
  )
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  let words = ''
  const exitCode = await explainRequest({
    config: { ...loaded.config, audit: { sinks: [{ type: 'file', path: join(stage.folder, 'audit.jsonl') }] } },
    requestId,
    format: 'words',
    write: (text) => void (words += text),
    writeError: (text) => void (words += text),
  })
  return { exitCode, outcome: answer.outcome, words }
}

const remove = '<Delete><Object><Key>alice/1</Key></Object><Object><Key>alice/2</Key></Object></Delete>'

test.each<[name: string, request: () => WireRequest, outcome: string, words: readonly string[]]>([
  [
    'another prefix',
    () => signedBy(ALICE, { path: '/a-bkt/bob/k' }),
    '403 AccessDenied',
    [
      'no statement of the policies of the user alice allows s3:GetObject on arn:aws:s3:::a-bkt/bob/k',
      '"arn:aws:s3:::a-bkt/bob/k"',
    ],
  ],
  [
    'a Deny',
    () => signedBy(ALICE, { method: 'DELETE', path: '/a-bkt/alice/k' }),
    '403 AccessDenied',
    ['policy inline_policy, statement 3 (Sid Keep), denies s3:DeleteObject on arn:aws:s3:::a-bkt/alice/k'],
  ],
  [
    'a listing of everything',
    () => signedBy(ALICE, { path: '/a-bkt' }),
    '403 AccessDenied',
    ['allows s3:ListBucket on arn:aws:s3:::a-bkt', 's3:prefix: absent'],
  ],
  [
    'a listing of another prefix',
    () => signedBy(ALICE, { path: '/a-bkt', query: [['prefix', 'bob/']] }),
    '403 AccessDenied',
    ['s3:prefix: bob/'],
  ],
  [
    'the uploads of another prefix',
    () =>
      signedBy(ALICE, {
        path: '/a-bkt',
        query: [
          ['uploads', ''],
          ['prefix', 'bob/'],
        ],
      }),
    '403 AccessDenied',
    [
      'no statement of the policies of the user alice allows s3:ListBucketMultipartUploads on arn:aws:s3:::a-bkt',
      's3:prefix: bob/',
    ],
  ],
  ['another address', () => signedBy(BOB, { path: '/b-bkt/k' }), '403 AccessDenied', ['aws:SourceIp: 127.0.0.1']],
  ['a time that is past', () => signedBy(BOB, { path: '/b-bkt/k' }), '403 AccessDenied', ['aws:CurrentTime: 20']],
  [
    'a boundary',
    () => signedBy(NOBODY, { method: 'PUT', path: '/n-bkt/k', body: 'x' }),
    '403 AccessDenied',
    ['no statement of the permissions boundary of the user nobody', 's3:PutObject on arn:aws:s3:::n-bkt/k'],
  ],
  [
    'a bucket policy',
    () => signedBy(ROOT, { path: '/s-bkt/hidden/k' }),
    '403 AccessDenied',
    ['policy bucket-policy:s-bkt, statement 1 (Sid Hidden), denies'],
  ],
  [
    'nobody in particular',
    () => unsignedRequest({ path: '/a-bkt/k' }),
    '403 AccessDenied',
    ["no statement of the bucket's policy, which alone lets in callers without a key,", '"Principal": "*"'],
  ],
  [
    'keys that a body names',
    () =>
      signedBy(ALICE, {
        method: 'POST',
        path: '/a-bkt',
        query: [['delete', '']],
        body: remove,
        headers: [['content-md5', md5(remove)]],
      }),
    '200 AccessDenied',
    ['Sid Keep', 'Refused beside it'],
  ],
  [
    'a wrong secret',
    () => signedBy({ ...ALICE, secretKey: 'wrong' }),
    '403 SignatureDoesNotMatch',
    ['the signature is wrong'],
  ],
  [
    'an unknown key',
    () => signedBy({ ...ALICE, accessKey: 'NOBODYHASTHIS' }),
    '403 InvalidAccessKeyId',
    ['(key NOBO)', 'no user has this access key'],
  ],
  [
    'a URL with a wrong secret',
    () => presignedBy({ ...ALICE, secretKey: 'wrong' }),
    '403 SignatureDoesNotMatch',
    ['the signature is wrong'],
  ],
  [
    'an operation that is refused',
    () => signedBy(ROOT, { path: '/a-bkt', query: [['surprise', '']] }),
    '501 NotImplemented',
    ['before the policies were asked'],
  ],
  [
    'broken syntax',
    () => unsignedRequest({ path: '/a-bkt/%zz' }),
    '400 InvalidURI',
    ['the request itself is not right (InvalidURI)'],
  ],
])('%s is explained', async (_name, request, outcome, words) => {
  const found = await explained(request())
  expect([found.exitCode, found.outcome]).toEqual([0, outcome])
  for (const each of words) expect(found.words).toContain(each)
})

function md5(text: string): string {
  return createHash('md5').update(text).digest('base64')
}
