import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ALICE, BOB, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  type Order,
  type Pair,
  presignedBy,
  signedBy,
  unsignedRequest,
  type WireRequest,
} from '../support/wire-requests.ts'

// Bodies that name what is to be done, and requests on what belongs to somebody else.

let stage: Stage
let careful: Stage
beforeAll(async () => {
  stage = await Stage.start()
  careful = await Stage.start({ profile: 'generic' })
})
afterAll(async () => {
  await stage.close()
  await careful.close()
})
beforeEach(() => {
  stage.backend.reset()
  careful.backend.reset()
})

async function expectRefused(request: WireRequest, outcome: string | RegExp): Promise<void> {
  const answer = await stage.send(request)
  if (typeof outcome === 'string') expect(answer.outcome).toBe(outcome)
  else expect(answer.outcome).toMatch(outcome)
  await stage.expectBackendSawNothing()
}

const md5 = (body: string): Pair => ['content-md5', createHash('md5').update(body).digest('base64')]
const deletion = (body: string, user = ALICE, order: Order = {}): WireRequest =>
  signedBy(user, { method: 'POST', path: '/a-bkt', query: [['delete', '']], headers: [md5(body)], body, ...order })
const keys = (...names: string[]): string =>
  `<Delete>${names.map((name) => `<Object><Key>${name}</Key></Object>`).join('')}</Delete>`

describe('C4', () => {
  test('C4: a delete of many keys needs a right to delete something in the bucket before its body is read', async () => {
    await expectRefused(deletion(keys('k'), ALICE, { path: '/v-bkt' }), '403 AccessDenied')
    await expectRefused(
      unsignedRequest({ method: 'POST', path: '/a-bkt', query: [['delete', '']], body: keys('k') }),
      '403 AccessDenied',
    )
  })

  test('C4: the body that leaves is written anew, with its own digests, and holds nothing but keys and versions', async () => {
    const body =
      '<?xml version="1.0"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a&amp;b&#x63;&#100;</Key><VersionId>v1</VersionId></Object><Object><Key>plain</Key></Object></Delete>'
    expect((await stage.send(deletion(body))).outcome).toBe('200')
    const seen = await stage.theBackendRequest()
    const text = seen.body.toString()
    expect(text).toContain('<Key>a&amp;bcd</Key><VersionId>v1</VersionId>')
    expect(text).not.toMatch(/xmlns:|&#/)
    expect(seen.headers.get('content-md5')).toBe(createHash('md5').update(text).digest('base64'))
    expect(seen.headers.get('x-amz-content-sha256')).toBe(createHash('sha256').update(text).digest('hex'))
    expect(stage.lastEvent().checks.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      's3:DeleteObjectVersion arn:aws:s3:::a-bkt/a&bcd',
      's3:DeleteObject arn:aws:s3:::a-bkt/plain',
    ])
  })

  test.each(['../v-bkt/k', '/../../v-bkt/k', './k'])(
    'C4: the key %s is one of the own bucket, or not sent where it could be another',
    async (key) => {
      expect((await stage.send(deletion(keys(key)))).outcome).toBe('200')
      expect((await stage.theBackendRequest()).body.toString()).toContain(`<Key>${key}</Key>`)
      const answer = await careful.send(deletion(keys(key)))
      expect(answer.text).toContain('<Code>InvalidURI</Code>')
      await careful.expectBackendSawNothing()
    },
  )

  test('C4: Quiet does not hide what was not deleted', async () => {
    const body = keys('../k', 'k').replace('<Delete>', '<Delete><Quiet>true</Quiet>')
    const answer = await careful.send(deletion(body))
    expect(answer.text).toContain('<Error><Key>../k</Key>')
    expect(answer.text).not.toContain('<Deleted>')
    expect((await careful.theBackendRequest()).body.toString()).not.toContain('../k')
  })

  const MALFORMED: readonly (readonly [string, string])[] = [
    ['no element', ''],
    ['another root', '<Remove><Object><Key>k</Key></Object></Remove>'],
    ['no keys', '<Delete></Delete>'],
    ['an object without a key', '<Delete><Object></Object></Delete>'],
    ['an empty key', '<Delete><Object><Key></Key></Object></Delete>'],
    ['two keys in an object', '<Delete><Object><Key>mine</Key><Key>theirs</Key></Object></Delete>'],
    [
      'two versions in an object',
      '<Delete><Object><Key>k</Key><VersionId>1</VersionId><VersionId>2</VersionId></Object></Delete>',
    ],
    ['an empty version', '<Delete><Object><Key>k</Key><VersionId></VersionId></Object></Delete>'],
    ['two Quiets', '<Delete><Quiet>true</Quiet><Quiet>false</Quiet><Object><Key>k</Key></Object></Delete>'],
    ['an unknown element', '<Delete><Object><Key>k</Key><Bucket>v-bkt</Bucket></Object></Delete>'],
    ['a key within a key', '<Delete><Object><Key>a<Key>b</Key></Key></Object></Delete>'],
    [
      'a prefixed name of another namespace',
      '<x:Delete xmlns:x="urn:x"><x:Object><x:Key>k</x:Key></x:Object></x:Delete>',
    ],
    ['two roots', `${keys('k')}${keys('k2')}`],
    ['text after the root', `${keys('k')}x`],
    ['an unclosed element', '<Delete><Object><Key>k</Key></Object>'],
    ['a document type', `<!DOCTYPE Delete>${keys('k')}`],
    ['an entity of its own', `<!DOCTYPE d [<!ENTITY e "k">]>${keys('&e;')}`],
    ['an external entity', `<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>${keys('&e;')}`],
    ['an unknown entity', keys('&nbsp;')],
    ['a forbidden character', keys('&#0;')],
    ['a surrogate', keys('&#xD800;')],
    ['a comment within a key', keys('a<!-- x -->b')],
    ['a CDATA section', keys('<![CDATA[k]]>')],
    ['a processing instruction', `<?php x?>${keys('k')}`],
    ['an attribute', '<Delete><Object Key="k"><Key>k</Key></Object></Delete>'],
    ['UTF-16', Buffer.from(`\ufeff${keys('k')}`, 'utf16le').toString('latin1')],
    ['depth', `<Delete>${'<a>'.repeat(500)}${'</a>'.repeat(500)}</Delete>`],
    ['1,001 keys', keys(...Array.from({ length: 1_001 }, (_, i) => `k${i}`))],
  ]
  test.each(MALFORMED)('C4: a delete with %s is refused whole', async (_, body) => {
    await expectRefused(deletion(body), /^400 (?:MalformedXML|UserKeyMustBeSpecified|InvalidArgument)$/)
  })

  test('C4: a body that differs from its signed hash, its MD5 or its length is not acted on', async () => {
    const request = deletion(keys('mine'))
    await expectRefused({ ...request, body: Buffer.from(keys('evil')) }, '400 XAmzContentSHA256Mismatch')
    const wrongMd5 = {
      method: 'POST',
      path: '/a-bkt',
      query: [['delete', '']],
      body: keys('k'),
      headers: [md5('x')],
    } as const
    await expectRefused(signedBy(ALICE, { ...wrongMd5, payloadHash: 'UNSIGNED-PAYLOAD' }), '400 BadDigest')
    await expectRefused(presignedBy(ALICE, wrongMd5), '400 BadDigest')
  })

  test('C4: an unsigned body needs a digest that covers it', async () => {
    const order = { method: 'POST', path: '/a-bkt', query: [['delete', '']], body: keys('k') } as const
    await expectRefused(signedBy(ALICE, { ...order, payloadHash: 'UNSIGNED-PAYLOAD' }), '400 InvalidRequest')
    await expectRefused(presignedBy(ALICE, order), '400 InvalidRequest')
    expect((await stage.send(signedBy(ALICE, order))).outcome).toBe('200')
  })

  test('C4: a body above the limit is refused as soon as it is announced, and as soon as it grows beyond it', async () => {
    const big = keys('k'.repeat(900)).repeat(2_500)
    await expectRefused(deletion(big), '400 MaxMessageLengthExceeded')
    const chunked = `${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`
    const { headers, ...rest } = deletion(big)
    const request = {
      ...rest,
      headers: [...headers.filter(([name]) => name !== 'content-length'), ['transfer-encoding', 'chunked'] as const],
    }
    await expectRefused({ ...request, body: Buffer.from(chunked) }, '400 MaxMessageLengthExceeded')
  })
})

describe('C5', () => {
  const upload = (path: string): readonly Order[] => [
    {
      method: 'PUT',
      path,
      query: [
        ['partNumber', '1'],
        ['uploadId', 'theirs'],
      ],
      body: 'x',
    },
    {
      method: 'POST',
      path,
      query: [['uploadId', 'theirs']],
      body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>',
    },
    { method: 'DELETE', path, query: [['uploadId', 'theirs']] },
    { method: 'GET', path, query: [['uploadId', 'theirs']] },
  ]

  test('C5: an upload id gives no right to the key that the upload belongs to', async () => {
    for (const order of upload('/v-bkt/k')) await expectRefused(signedBy(ALICE, order), '403 AccessDenied')
  })

  test('C5: an upload id leaves beside the key that was authorised, byte for byte, so that the backend can tell', async () => {
    for (const order of upload('/a-bkt/k')) {
      stage.backend.reset()
      expect((await stage.send(signedBy(ALICE, order))).status).toBeLessThan(300)
      const { target } = await stage.theBackendRequest()
      expect(target.startsWith('/a-bkt/k?')).toBe(true)
      expect(new URLSearchParams(target.split('?')[1]).get('uploadId')).toBe('theirs')
    }
  })

  test.each([
    ['no parts', '<CompleteMultipartUpload></CompleteMultipartUpload>'],
    ['another root', '<Delete><Object><Key>k</Key></Object></Delete>'],
    [
      'a part twice in one',
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><PartNumber>2</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>',
    ],
    [
      'the part 0',
      '<CompleteMultipartUpload><Part><PartNumber>0</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>',
    ],
    [
      'an entity',
      '<!DOCTYPE x [<!ENTITY e "1">]><CompleteMultipartUpload><Part><PartNumber>&e;</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>',
    ],
  ])('C5: a completion with %s is refused', async (_, body) => {
    await expectRefused(signedBy(ALICE, { method: 'POST', query: [['uploadId', 'u']], body }), /^400 /)
  })
})

test.each<[string, readonly Pair[]]>([
  ['ListObjects', []],
  ['ListObjects with a prefix', [['prefix', 'pfx/']]],
  ['ListObjects with a marker', [['marker', 'a']]],
  ['ListObjectsV2', [['list-type', '2']]],
  [
    'ListObjectsV2 with start-after',
    [
      ['list-type', '2'],
      ['start-after', 'a'],
    ],
  ],
  ['ListObjectVersions', [['versions', '']]],
  ['ListMultipartUploads', [['uploads', '']]],
  [
    'a listing with metadata',
    [
      ['list-type', '2'],
      ['metadata', 'true'],
    ],
  ],
  ['a listing with a delimiter', [['delimiter', '/']]],
])("C6: %s of another's bucket is refused", async (_, query) => {
  await expectRefused(signedBy(ALICE, { path: '/v-bkt', query }), '403 AccessDenied')
  await expectRefused(signedBy(BOB, { path: '/a-bkt/', query }), '403 AccessDenied')
  expect((await stage.send(signedBy(ALICE, { path: '/a-bkt', query }))).outcome).toBe('200')
  expect((await stage.theBackendRequest()).target).not.toContain('metadata')
})

test.each<[string, string, string]>([
  ['GET', 's3:GetObject', 's3:GetObjectVersion'],
  ['HEAD', 's3:GetObject', 's3:GetObjectVersion'],
  ['DELETE', 's3:DeleteObject', 's3:DeleteObjectVersion'],
])('C19: %s asks %s, and %s as soon as a version is named, null too', async (method, plain, versioned) => {
  for (const [query, action] of [
    [[], plain],
    [[['versionId', 'v1']], versioned],
    [[['versionId', 'null']], versioned],
  ] as const) {
    stage.backend.reset()
    expect((await stage.send(signedBy(ALICE, { method, query }))).status).toBeLessThan(300)
    expect(stage.lastEvent().checks.map((check) => check.action)).toEqual([action])
  }
})

describe('C20', () => {
  const form = (...fields: Pair[]): string =>
    `${fields.map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nbytes\r\n--x--\r\n`
  test.each<[string, readonly Pair[]]>([
    ['without a policy', [['key', 'k']]],
    [
      'with a policy that nobody signed',
      [
        ['key', 'k'],
        ['policy', Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64')],
      ],
    ],
    [
      "with another's bucket in a field",
      [
        ['key', 'k'],
        ['bucket', 'v-bkt'],
      ],
    ],
  ])('C20: a browser form %s stores nothing', async (_, fields) => {
    const headers: Pair[] = [['content-type', 'multipart/form-data; boundary=x']]
    for (const path of ['/a-bkt', '/v-bkt'])
      await expectRefused(
        unsignedRequest({ method: 'POST', path, headers, body: form(...fields) }),
        /^(?:400|403|501) /,
      )
  })
})

const CONFIGURATIONS: readonly (readonly [string, string])[] = [
  ['policy', '{"Version":"2012-10-17","Statement":[]}'],
  ['acl', '<AccessControlPolicy/>'],
  ['publicAccessBlock', '<PublicAccessBlockConfiguration/>'],
  ['ownershipControls', '<OwnershipControls/>'],
  ['website', '<WebsiteConfiguration/>'],
  ['notification', '<NotificationConfiguration/>'],
  ['replication', '<ReplicationConfiguration/>'],
  ['inventory', '<InventoryConfiguration/>'],
  ['logging', '<BucketLoggingStatus/>'],
  ['accelerate', '<AccelerateConfiguration/>'],
  ['requestPayment', '<RequestPaymentConfiguration/>'],
  ['analytics', '<AnalyticsConfiguration/>'],
  ['metrics', '<MetricsConfiguration/>'],
  ['intelligent-tiering', '<IntelligentTieringConfiguration/>'],
]
const withId = (name: string): Pair[] => (/inventory|analytics|metrics|tiering/.test(name) ? [['id', '1']] : [])

test.each(CONFIGURATIONS.slice(0, 4))(
  'C21: ?%s of the own bucket is not to be written: it would open the backend past the proxy',
  async (name, body) => {
    for (const method of ['PUT', 'DELETE']) {
      await expectRefused(
        signedBy(ALICE, { method, path: '/a-bkt', query: [[name, '']], body: method === 'PUT' ? body : '' }),
        /^(?:403|405|501) /,
      )
    }
  },
)

test('C21: neither objects nor buckets are made public by a header', async () => {
  const headers: Pair[] = [['x-amz-acl', 'public-read']]
  for (const order of [
    { path: '/a-bkt' },
    { path: '/a-bkt/k' },
    { path: '/a-bkt/k', query: [['acl', '']] },
    { path: '/a-bkt', query: [['acl', '']] },
  ] as const) {
    await expectRefused(signedBy(ALICE, { method: 'PUT', headers, ...order }), '403 AccessDenied')
  }
})

test.each(CONFIGURATIONS.slice(4))(
  'C22: ?%s of the own bucket, which could send data elsewhere, is not to be written',
  async (name, body) => {
    await expectRefused(
      signedBy(ALICE, { method: 'PUT', path: '/a-bkt', query: [[name, ''], ...withId(name)], body }),
      /^(?:403|501) /,
    )
  },
)

test('C22: a restore cannot write its result into another bucket', async () => {
  const output =
    '<OutputLocation><S3><BucketName>v-bkt</BucketName><Prefix>k</Prefix></S3></OutputLocation><SelectParameters><Expression>SELECT * FROM S3Object</Expression></SelectParameters>'
  for (const content of [`<Type>SELECT</Type>${output}`, output, `<Days>1</Days>${output}`]) {
    const body = `<RestoreRequest>${content}</RestoreRequest>`
    for (const user of [ALICE, ROOT]) {
      await expectRefused(signedBy(user, { method: 'POST', query: [['restore', '']], body }), '501 NotImplemented')
    }
  }
})

test('C23: buckets are created only by who has the right on that very name', async () => {
  for (const path of ['/v-bkt', '/a-bkt-2', '/new-bucket'])
    await expectRefused(signedBy(ALICE, { method: 'PUT', path }), '403 AccessDenied')
  await expectRefused(unsignedRequest({ method: 'PUT', path: '/new-bucket' }), '403 AccessDenied')
})

test('C23: a bucket that is there is not taken over: nothing but the question reaches the backend', async () => {
  expect((await stage.send(signedBy(ROOT, { method: 'PUT', path: '/v-bkt' }))).outcome).toBe(
    '409 BucketAlreadyOwnedByYou',
  )
  await stage.expectBackendSawOnly('whether the bucket to be created exists')
})
