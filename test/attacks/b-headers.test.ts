import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  crc32Text,
  type Order,
  type Pair,
  presignedBy,
  signedBy,
  type WireRequest,
  withHeaders,
} from '../support/wire-requests.ts'

// Headers and parameters that a client adds in the hope that they leave with the master key's signature.

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ more: { limits: { ignore_headers: ['x-amz-cf-id'] } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

async function expectRefused(request: WireRequest, outcome: string): Promise<string> {
  const answer = await stage.send(request)
  expect(answer.outcome).toBe(outcome)
  await stage.expectBackendSawNothing()
  return answer.text
}

const PUT: Order = { method: 'PUT', body: 'x' }

describe('B1', () => {
  test.each<[string, (order: Order) => WireRequest]>([
    ['a presigned URL for an upload', (order) => presignedBy(ALICE, order)],
    ['an upload signed in the header', (order) => signedBy(ALICE, order)],
  ])('B1: %s cannot be turned into a copy by a header that was not signed', async (_, make) => {
    for (const source of ['v-bkt/secret', 'a-bkt/own', '/v-bkt/secret?versionId=1', '']) {
      const text = await expectRefused(withHeaders(make(PUT), ['x-amz-copy-source', source]), '403 AccessDenied')
      expect(text).toContain('<HeadersNotSigned>x-amz-copy-source</HeadersNotSigned>')
    }
  })

  test('B1: a copy source that was signed is authorised all the same', async () => {
    for (const make of [signedBy, presignedBy]) {
      await expectRefused(
        make(ALICE, { ...PUT, body: '', headers: [['x-amz-copy-source', 'v-bkt/secret']] }),
        '403 AccessDenied',
      )
    }
  })

  test('B1: part uploads cannot be turned into part copies either', async () => {
    const query: Pair[] = [
      ['partNumber', '1'],
      ['uploadId', 'u'],
    ]
    const request = presignedBy(ALICE, { ...PUT, query })
    await expectRefused(withHeaders(request, ['x-amz-copy-source', 'v-bkt/secret']), '403 AccessDenied')
  })
})

const MEANINGFUL: readonly Pair[] = [
  ['x-amz-acl', 'public-read'],
  ['x-amz-acl', 'private'],
  ['x-amz-grant-read', 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'],
  ['x-amz-grant-write', 'id="1"'],
  ['x-amz-grant-read-acp', 'id="1"'],
  ['x-amz-grant-write-acp', 'id="1"'],
  ['x-amz-grant-full-control', 'id="1"'],
  ['x-amz-tagging', 'a=b'],
  ['x-amz-website-redirect-location', '/elsewhere'],
  ['x-amz-storage-class', 'GLACIER'],
  ['x-amz-object-lock-mode', 'COMPLIANCE'],
  ['x-amz-object-lock-retain-until-date', '2099-01-01T00:00:00Z'],
  ['x-amz-object-lock-legal-hold', 'ON'],
  ['x-amz-server-side-encryption', 'aws:kms'],
  ['x-amz-server-side-encryption-aws-kms-key-id', 'arn:aws:kms:x'],
  ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
  ['x-amz-server-side-encryption-customer-key', 'a2V5'],
  ['x-amz-server-side-encryption-customer-key-md5', 'bWQ1'],
  ['x-amz-server-side-encryption-context', 'e30='],
  ['x-amz-meta-author', 'somebody else'],
  ['x-amz-metadata-directive', 'REPLACE'],
  ['x-amz-tagging-directive', 'REPLACE'],
  ['x-amz-expected-bucket-owner', '000000000000'],
  ['x-amz-request-payer', 'requester'],
  ['x-amz-bypass-governance-retention', 'true'],
  ['x-amz-checksum-crc32', crc32Text(Buffer.from('x'))],
  ['x-amz-decoded-content-length', '1'],
  ['x-amz-trailer', 'x-amz-checksum-crc32'],
  ['x-amz-write-offset-bytes', '0'],
  ['x-amz-mfa', '1 2'],
]

describe('B2', () => {
  test.each(MEANINGFUL)('B2: %s (%s) is refused unless it was signed', async (name, value) => {
    for (const make of [signedBy, presignedBy]) {
      const text = await expectRefused(withHeaders(make(ROOT, PUT), [name, value]), '403 AccessDenied')
      expect(text).toContain(`<HeadersNotSigned>${name}</HeadersNotSigned>`)
    }
  })

  test.each(
    MEANINGFUL.slice(2, 7).concat([
      ['x-amz-acl', 'public-read'],
      ['x-amz-acl', 'bucket-owner-full-control'],
      ['x-amz-acl', 'PRIVATE'],
    ]),
  )('B2: a signed %s (%s) needs the right to write ACLs', async (name, value) => {
    await expectRefused(signedBy(ALICE, { ...PUT, headers: [[name, value]] }), '403 AccessDenied')
    expect((await stage.send(signedBy(ROOT, { ...PUT, headers: [[name, value]] }))).outcome).toBe('200')
    // Objects cannot be granted to be written: the header has no place in the request.
    const left = name === 'x-amz-grant-write' ? undefined : value
    expect((await stage.theBackendRequest()).headers.get(name)).toBe(left)
  })

  test.each<[string, string, string]>([
    ['x-amz-tagging', 'a=b', 's3:PutObjectTagging'],
    ['x-amz-object-lock-mode', 'GOVERNANCE', 's3:PutObjectRetention'],
    ['x-amz-object-lock-retain-until-date', '2099-01-01T00:00:00Z', 's3:PutObjectRetention'],
    ['x-amz-object-lock-legal-hold', 'ON', 's3:PutObjectLegalHold'],
  ])('B2: a signed %s (%s) asks %s of the policies', async (name, value, action) => {
    for (const [method, path, query] of [
      ['PUT', '/a-bkt/k', []],
      ['POST', '/a-bkt/k', [['uploads', '']]],
    ] as const) {
      stage.backend.reset()
      expect((await stage.send(signedBy(ALICE, { method, path, query, headers: [[name, value]] }))).outcome).toBe('200')
      expect(stage.lastEvent().checks.map((check) => check.action)).toEqual(['s3:PutObject', action])
      expect((await stage.theBackendRequest()).headers.get(name)).toBe(value)
    }
  })
})

describe('B3', () => {
  test('B3: a header in the form of a parameter is authorised as a header', async () => {
    for (const name of ['x-amz-acl', 'X-Amz-Acl', 'X-AMZ-ACL']) {
      await expectRefused(presignedBy(ALICE, { ...PUT, query: [[name, 'public-read']] }), '403 AccessDenied')
      await expectRefused(signedBy(ALICE, { ...PUT, query: [[name, 'public-read']] }), '403 AccessDenied')
    }
    const copy = { method: 'PUT', query: [['x-amz-copy-source', 'v-bkt/secret']] } as const
    await expectRefused(presignedBy(ALICE, copy), '403 AccessDenied')
    await expectRefused(signedBy(ALICE, copy), '403 AccessDenied')
    const grant = [['x-amz-grant-full-control', 'id="1"']] as const
    await expectRefused(presignedBy(ALICE, { ...PUT, query: grant }), '403 AccessDenied')
  })

  test('B3: a header in the form of a parameter leaves as a header', async () => {
    const query = [
      ['X-Amz-Tagging', 'a=b'],
      ['x-amz-meta-colour', 'blue'],
      ['x-amz-storage-class', 'GLACIER'],
    ] as const
    expect((await stage.send(presignedBy(ALICE, { ...PUT, query }))).outcome).toBe('200')
    const { target, headers } = await stage.theBackendRequest()
    expect(target).toBe('/a-bkt/k')
    expect(['x-amz-tagging', 'x-amz-meta-colour', 'x-amz-storage-class'].map((name) => headers.get(name))).toEqual([
      'a=b',
      'blue',
      'GLACIER',
    ])
  })

  test.each<[string, string, string]>([
    ['x-amz-acl', 'private', 'public-read'],
    ['x-amz-acl', 'public-read', 'private'],
    ['x-amz-copy-source', 'a-bkt/own', 'v-bkt/secret'],
    ['x-amz-tagging', 'a=b', 'a=c'],
  ])('B3: %s as a header (%s) and as a parameter (%s) is refused', async (name, header, parameter) => {
    const order = { ...PUT, headers: [[name, header]], query: [[name, parameter]] } as const
    await expectRefused(presignedBy(ROOT, order), '400 InvalidArgument')
    await expectRefused(signedBy(ROOT, order), '400 InvalidArgument')
  })

  test('B3: the same header twice as a parameter, in another case, is refused', async () => {
    const query = [
      ['x-amz-acl', 'private'],
      ['X-Amz-Acl', 'public-read'],
    ] as const
    await expectRefused(presignedBy(ROOT, { ...PUT, query }), '400 InvalidArgument')
  })
})

describe('B4', () => {
  const bypass = (value: string): Pair => ['x-amz-bypass-governance-retention', value]
  const DELETIONS: readonly Order[] = [
    { method: 'DELETE' },
    { method: 'DELETE', query: [['versionId', 'v1']] },
    {
      method: 'PUT',
      query: [['retention', '']],
      body: '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>',
    },
  ]

  test('B4: bypassing a retention is a right of its own, read without case', async () => {
    for (const order of DELETIONS) {
      for (const value of ['true', 'TRUE', 'True']) {
        await expectRefused(signedBy(ALICE, { ...order, headers: [bypass(value)] }), '403 AccessDenied')
        await expectRefused(
          presignedBy(ALICE, { ...order, query: [...(order.query ?? []), bypass(value)] }),
          '403 AccessDenied',
        )
      }
    }
  })

  test('B4: the bypass reaches the backend only for who has the right, and false never does', async () => {
    for (const order of DELETIONS) {
      stage.backend.reset()
      expect((await stage.send(signedBy(ROOT, { ...order, headers: [bypass('True')] }))).status).toBeLessThan(300)
      expect((await stage.theBackendRequest()).headers.get('x-amz-bypass-governance-retention')?.toLowerCase()).toBe(
        'true',
      )
      stage.backend.reset()
      expect((await stage.send(signedBy(ALICE, { ...order, headers: [bypass('false')] }))).status).toBeLessThan(300)
      expect((await stage.theBackendRequest()).headers.has('x-amz-bypass-governance-retention')).toBe(false)
    }
  })

  test('B4: any other value, and any other operation, is refused', async () => {
    for (const value of ['1', 'yes', '', 'true,false', ' ']) {
      await expectRefused(signedBy(ROOT, { method: 'DELETE', headers: [bypass(value)] }), '400 InvalidArgument')
    }
    for (const order of [PUT, { method: 'GET' }, { method: 'DELETE', path: '/a-bkt' }]) {
      await expectRefused(signedBy(ROOT, { ...order, headers: [bypass('true')] }), '400 InvalidArgument')
      await expectRefused(signedBy(ROOT, { ...order, headers: [bypass('false')] }), '400 InvalidArgument')
    }
  })
})

describe('B5', () => {
  const unknownAmz = Array.from({ length: 70 }, (_, i) => `x-amz-invented-${i}`)
  const backDoors = [
    'x-minio-force-delete',
    'x-minio-force-create',
    'x-minio-extract',
    'x-minio-replication-ssec-crc',
    'x-minio-source-mtime',
    'x-minio-source-etag',
    'x-minio-source-replication-request',
    'x-minio-source-deletemarker',
    'x-minio-source-proxy-request',
    'x-rgw-auth-key',
    'rgwx-uid',
    'rgwx-copy-if-newer',
  ].concat(Array.from({ length: 28 }, (_, i) => `x-minio-replication-${i}`))
  const others = Array.from({ length: 90 }, (_, i) => `x-${['store', 'ceph', 'obj'][i % 3]}-invented-${i}`)

  test('B5: an x-amz header that S3 does not know is refused: unsigned 403, signed 501', async () => {
    for (const name of unknownAmz) {
      await expectRefused(withHeaders(signedBy(ROOT, PUT), [name, '1']), '403 AccessDenied')
      await expectRefused(signedBy(ROOT, { ...PUT, headers: [[name, '1']] }), '501 NotImplemented')
    }
  })

  test("B5: a vendor's back door is refused, signed or not, as a header and as a parameter", async () => {
    for (const name of backDoors) {
      await expectRefused(signedBy(ROOT, { ...PUT, headers: [[name, 'true']] }), '501 NotImplemented')
      await expectRefused(withHeaders(signedBy(ROOT, PUT), [name, 'true']), '501 NotImplemented')
      await expectRefused(signedBy(ROOT, { ...PUT, query: [[name, 'true']] }), '501 NotImplemented')
      await expectRefused(presignedBy(ROOT, { ...PUT, query: [[name.toUpperCase(), 'true']] }), '501 NotImplemented')
    }
  })

  test('B5: any other unknown header is dropped, whether signed or not', async () => {
    for (const [i, name] of others.entries()) {
      stage.backend.reset()
      const request =
        i % 2 === 0 ? signedBy(ROOT, { ...PUT, headers: [[name, '1']] }) : withHeaders(signedBy(ROOT, PUT), [name, '1'])
      expect((await stage.send(request)).outcome).toBe('200')
      expect((await stage.theBackendRequest()).head).not.toContain(name)
    }
  })

  test('B5: what the configuration ignores is dropped and need not be signed', async () => {
    expect((await stage.send(withHeaders(signedBy(ROOT, PUT), ['x-amz-cf-id', 'edge']))).outcome).toBe('200')
    expect((await stage.theBackendRequest()).head).not.toContain('x-amz-cf-id')
  })

  test('B5: every header that reaches the backend is signed by the master key or framing', async () => {
    const headers: Pair[] = [
      ['content-type', 'text/plain'],
      ['cache-control', 'no-store'],
      ['x-amz-meta-a', 'b'],
      ['x-amz-storage-class', 'STANDARD'],
    ]
    expect(
      (
        await stage.send(
          signedBy(ROOT, {
            ...PUT,
            headers,
            unsigned: [
              ['user-agent', 'x'],
              ['accept', '*/*'],
              ['cookie', 'a=b'],
              ['origin', 'http://x'],
            ],
          }),
        )
      ).outcome,
    ).toBe('200')
    const seen = await stage.theBackendRequest()
    const signed = /SignedHeaders=([^,]*)/.exec(seen.headers.get('authorization') ?? '')?.[1]?.split(';') ?? []
    const framing = ['authorization', 'content-length', 'connection']
    expect([...seen.headers.keys()].filter((name) => !framing.includes(name)).sort()).toEqual(signed)
    expect(signed).toEqual([
      'cache-control',
      'content-type',
      'host',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-meta-a',
      'x-amz-storage-class',
    ])
  })
})

test.each([
  'x-amz-meta-snowball-auto-extract',
  'x-amz-meta-snowball-prefix',
  'x-amz-meta-snowball-ignore-dirs',
  'x-amz-meta-minio-snowball-prefix',
  'X-Amz-Meta-Snowball-Auto-Extract',
])('B6: %s, which unpacks archives, is refused as a header and as a parameter', async (name) => {
  await expectRefused(signedBy(ROOT, { ...PUT, headers: [[name, 'true']] }), '501 NotImplemented')
  await expectRefused(presignedBy(ROOT, { ...PUT, query: [[name, 'true']] }), '501 NotImplemented')
  await expectRefused(withHeaders(presignedBy(ROOT, PUT), [name, 'true']), '403 AccessDenied')
})

test.each([
  'x-auth-token',
  'x-storage-token',
  'x-storage-user',
  'x-copy-from',
  'x-object-manifest',
  'x-subject-token',
  'x-service-token',
  'http_x_amz_acl',
])('B7: %s, which means something in other protocols of the backend, never reaches it', async (name) => {
  expect((await stage.send(signedBy(ROOT, { ...PUT, headers: [[name, 'v-bkt/k']] }))).outcome).toBe('200')
  expect((await stage.theBackendRequest()).head.toLowerCase()).not.toContain(name)
})
