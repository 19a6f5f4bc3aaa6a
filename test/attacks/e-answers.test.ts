import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isXmlProblem, readXml } from '../../src/s3/xml-reader.ts'
import { BACKEND_OWNER, errorReply, httpReply, xmlReply } from '../support/plausible-replies.ts'
import { freePort } from '../support/ports.ts'
import { ALICE, BOB, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import type { WireAnswer } from '../support/raw-socket.ts'
import { encode } from '../support/signer.ts'
import { HOST, type Order, type Pair, signedBy, unsignedRequest } from '../support/wire-requests.ts'

// What answers say: nothing of the backend, nothing of what the caller may not know, and nothing that a client put in
// as anything but text.

let stage: Stage
beforeAll(async () => {
  const rules = [{ origins: ['https://site.example'], methods: ['GET'] }]
  stage = await Stage.start({ more: { cors: { 'a-bkt': rules } as unknown as Record<string, unknown> } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const ID = `<ID>${BACKEND_OWNER}</ID><DisplayName>of-the-backend</DisplayName>`
const OWNER = `<Owner>${ID}</Owner>`
const INITIATOR = `<Initiator>${ID}</Initiator>`
const GRANTEE = `<Grantee ${XSI} xsi:type="CanonicalUser">${ID}</Grantee>`
const GRANT = `<Grant>${GRANTEE}<Permission>FULL_CONTROL</Permission></Grant>`

describe('E3', () => {
  const ANSWERS: readonly (readonly [string, Order, string])[] = [
    ['a listing', { path: '/a-bkt' }, `<ListBucketResult><Contents><Key>k</Key>${OWNER}</Contents></ListBucketResult>`],
    [
      'a listing of versions',
      { path: '/a-bkt', query: [['versions', '']] },
      `<ListVersionsResult><Version><Key>k</Key>${OWNER}</Version><DeleteMarker><Key>k</Key>${OWNER}</DeleteMarker></ListVersionsResult>`,
    ],
    [
      'a listing of uploads',
      { path: '/a-bkt', query: [['uploads', '']] },
      `<ListMultipartUploadsResult><Upload><Key>k</Key><UploadId>u</UploadId>${INITIATOR}${OWNER}</Upload></ListMultipartUploadsResult>`,
    ],
    [
      'a listing of parts',
      { query: [['uploadId', 'u']] },
      `<ListPartsResult>${INITIATOR}${OWNER}<Part><PartNumber>1</PartNumber></Part></ListPartsResult>`,
    ],
    [
      "an object's ACL",
      { query: [['acl', '']] },
      `<AccessControlPolicy>${OWNER}<AccessControlList>${GRANT}</AccessControlList></AccessControlPolicy>`,
    ],
    [
      "a bucket's ACL",
      { path: '/a-bkt', query: [['acl', '']] },
      `<AccessControlPolicy>${OWNER}<AccessControlList>${GRANT}</AccessControlList></AccessControlPolicy>`,
    ],
    [
      'the list of buckets',
      { path: '/' },
      `<ListAllMyBucketsResult>${OWNER}<Buckets><Bucket><Name>a-bkt</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>`,
    ],
  ]
  const HEADERS: readonly Pair[] = [
    ['via', '1.1 of-the-backend'],
    ['x-amz-id-2', 'host-of-the-backend'],
    ['x-amz-bucket-region', 'region-of-the-backend'],
    ['x-rgw-object-type', 'of-the-backend'],
    ['x-minio-deployment-id', 'of-the-backend'],
    ['x-amz-bucket', 'of-the-backend'],
    ['location', 'http://store.of-the-backend.test/'],
    ['set-cookie', 'session=of-the-backend'],
    ['strict-transport-security', 'of-the-backend'],
  ]

  test.each(ANSWERS)('E3: %s names the proxy as owner, and passes no header of the backend', async (_, order, xml) => {
    stage.backend.script = () => ({ bytes: xmlReply(xml, HEADERS) })
    const answer = await stage.send(signedBy(ROOT, order))
    expect(answer.outcome).toBe('200')
    expect(answer.text).toContain('<ID>000000000000</ID>')
    for (const [name] of HEADERS) expect(answer.headers.has(name)).toBe(false)
  })

  test.each(ANSWERS)('E3: %s with an owner that never ends is an error, and shows nothing', async (_, order, xml) => {
    const cut = xml.replaceAll('</Owner>', '').replaceAll('</Initiator>', '')
    stage.backend.script = () => ({ bytes: xmlReply(cut) })
    expect((await stage.send(signedBy(ROOT, order))).outcome).toBe('500 InternalError')
  })

  test('E3: where a copy or a new bucket is to be found is our own place', async () => {
    const location: Pair[] = [['location', 'http://store.of-the-backend.test/new-bkt']]
    stage.backend.script = ({ method }) => ({
      bytes: method === 'HEAD' ? httpReply(404) : httpReply(200, '', location),
    })
    const answer = await stage.send(signedBy(ROOT, { method: 'PUT', path: '/new-bkt' }))
    expect(`${answer.outcome} ${answer.headers.get('location')}`).toBe('200 /new-bkt')
  })

  test('E3: the words, the host and the resource of an error are ours', async () => {
    const details =
      '<HostId>of-the-backend</HostId><Resource>/of-the-backend</Resource><BucketName>of-the-backend</BucketName>'
    for (const [status, code] of [
      [404, 'NoSuchKey'],
      [409, 'BucketNotEmpty'],
      [400, 'SomethingOfTheirs'],
      [412, 'PreconditionFailed'],
    ] as const) {
      stage.backend.script = () => ({ bytes: errorReply(status, code, details) })
      const answer = await stage.send(signedBy(ALICE))
      expect(answer.status).toBe(status)
      expect(answer.text).toContain('<Resource>/a-bkt/k</Resource>')
    }
  })
})

describe('E4', () => {
  const ASKED: readonly (readonly [string, (bucket: string) => Order])[] = [
    ['an object', (bucket) => ({ path: `/${bucket}/k` })],
    ['the head of an object', (bucket) => ({ method: 'HEAD', path: `/${bucket}/k` })],
    ['an upload', (bucket) => ({ method: 'PUT', path: `/${bucket}/k`, body: 'x' })],
    ['a deletion', (bucket) => ({ method: 'DELETE', path: `/${bucket}/k` })],
    ['a listing', (bucket) => ({ path: `/${bucket}`, query: [['list-type', '2']] })],
    ['the head of a bucket', (bucket) => ({ method: 'HEAD', path: `/${bucket}` })],
    ['a region', (bucket) => ({ path: `/${bucket}`, query: [['location', '']] })],
    ['CORS rules', (bucket) => ({ path: `/${bucket}`, query: [['cors', '']] })],
    ['an ACL', (bucket) => ({ path: `/${bucket}/k`, query: [['acl', '']] })],
    ['parts', (bucket) => ({ path: `/${bucket}/k`, query: [['uploadId', 'u']] })],
    ['a new bucket', (bucket) => ({ method: 'PUT', path: `/${bucket}` })],
    ['the end of a bucket', (bucket) => ({ method: 'DELETE', path: `/${bucket}` })],
    ['a copy from there', (bucket) => ({ method: 'PUT', headers: [['x-amz-copy-source', `${bucket}/k`]] })],
    [
      'a copy to there',
      (bucket) => ({ method: 'PUT', path: `/${bucket}/k`, headers: [['x-amz-copy-source', 'a-bkt/k']] }),
    ],
  ]
  /** All that differs for another name and another moment is taken out. */
  const withoutNames = ({ text }: WireAnswer): string =>
    text
      .replace(/[vn]-bkt/g, 'BUCKET')
      .replace(/[0-9A-F]{16}/g, 'ID')
      .replace(/date: .*\r\n/i, '')

  test.each(ASKED)('E4: %s of a bucket that is and of one that is not are refused alike, unasked', async (_, order) => {
    // At the backend v-bkt exists, n-bkt does not.
    stage.backend.script = ({ target }) =>
      target.includes('n-bkt') ? { bytes: errorReply(404, 'NoSuchBucket') } : undefined
    const [real, absent] = [
      await stage.send(signedBy(BOB, order('v-bkt'))),
      await stage.send(signedBy(BOB, order('n-bkt'))),
    ]
    expect(real.status).toBe(403)
    expect(withoutNames(absent)).toBe(withoutNames(real))
    for (const name of ['etag', 'last-modified', 'content-range', 'x-amz-bucket-region'])
      expect(real.headers.has(name)).toBe(false)
    await stage.expectBackendSawNothing()
  })

  test('E4: the same holds for who is not signed at all', async () => {
    for (const [, order] of ASKED) {
      const answers = [
        await stage.send(unsignedRequest(order('v-bkt'))),
        await stage.send(unsignedRequest(order('n-bkt'))),
      ]
      expect(new Set(answers.map(withoutNames)).size).toBe(1)
      expect(answers[0]?.status).toBe(403)
    }
    await stage.expectBackendSawNothing()
  })
})

describe('E4: who may read keys, and not list them', () => {
  let blind: Stage
  beforeAll(async () => {
    const Statement = [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject*', 's3:PutObject', 's3:DeleteObject'],
        Resource: 'arn:aws:s3:::a-bkt/pfx/*',
      },
    ]
    blind = await Stage.start({ users: { nobody: { inline_policy: { Version: '2012-10-17', Statement } } } })
  })
  afterAll(() => blind.close())

  const ASKED: readonly (readonly [string, Order])[] = [
    ['an object', {}],
    ['the head of an object', { method: 'HEAD' }],
    ['an old version', { query: [['versionId', 'v1']] }],
    ['a range', { headers: [['range', 'bytes=0-1']] }],
    ['tags', { query: [['tagging', '']] }],
    ['a source', { method: 'PUT', headers: [['x-amz-copy-source', 'a-bkt/pfx/missing']] }],
  ]

  test.each(ASKED)('E4: %s that is missing is refused like one of which nothing may be known', async (_, order) => {
    blind.backend.reset()
    const refusals: string[] = []
    for (const [status, code] of [
      [404, order.query?.[0]?.[0] === 'versionId' ? 'NoSuchVersion' : 'NoSuchKey'],
      [403, 'AccessDenied'],
    ] as const) {
      const isHead = order.method === 'HEAD'
      blind.backend.script = () => ({ bytes: isHead ? httpReply(status) : errorReply(status, code) })
      const { text } = await blind.send(signedBy(NOBODY, { path: '/a-bkt/pfx/missing', ...order }))
      refusals.push(text.replace(/[0-9A-F]{16}/g, 'ID').replace(/date: .*\r\n/i, ''))
    }
    expect(refusals[0]).toMatch(/^HTTP\/1\.1 403 /)
    expect(refusals[1]).toBe(refusals[0])
    // Nothing but what was asked for, and for a copy whether its source has tags.
    const methods = (await blind.backend.settled()).map(({ method }) => method)
    for (const method of methods)
      expect([order.method === 'PUT' ? 'HEAD' : '', order.method ?? 'GET']).toContain(method)
  })
})

describe('E5', () => {
  const MARKUP = '<script>alert(1)</script>&"\'\r\nSet-Cookie: a=b\r\n\r\n<x>]]>'
  const PLACES: readonly (readonly [string, Order])[] = [
    ['a bucket', { path: `/${encode(MARKUP.replace(/\//g, ''))}` }],
    ['a key of another', { path: `/v-bkt/${encode(MARKUP)}` }],
    ['a missing key', { path: `/a-bkt/${encode(MARKUP)}` }],
    ['a parameter', { query: [[MARKUP, MARKUP]] }],
    ['a header in the query', { query: [['x-amz-acl', MARKUP]] }],
    ['an upload id', { query: [['uploadId', MARKUP]] }],
    [
      'a part number',
      {
        method: 'PUT',
        query: [
          ['uploadId', 'u'],
          ['partNumber', MARKUP],
        ],
      },
    ],
    ['a version id', { query: [['versionId', MARKUP]] }],
    ['a prefix of the list of buckets', { path: '/', query: [['prefix', MARKUP]] }],
    [
      'a continuation of the list of buckets',
      {
        path: '/',
        query: [
          ['continuation-token', MARKUP],
          ['max-buckets', '1'],
        ],
      },
    ],
    ['a source', { method: 'PUT', headers: [['x-amz-copy-source', encode(MARKUP)]] }],
  ]

  test.each(PLACES)('E5: markup and line ends in %s come back as text, or not at all', async (_, order) => {
    stage.backend.script = ({ target }) => (target === '/' ? undefined : { bytes: errorReply(404, 'NoSuchKey') })
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.status).toBeLessThan(502)
    expect(answer.headers.get('content-type')).toBe('application/xml')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.has('set-cookie')).toBe(false)
    expect(answer.text).not.toContain('<script')
    const tree = readXml(answer.body)
    if (isXmlProblem(tree)) throw new Error(tree.problem)
    expect(JSON.stringify(tree.children.map(({ name }) => name))).not.toMatch(/script|"x"/)
  })

  test('E5: an error never takes a type that a browser would run, whatever is asked', async () => {
    const types: Pair[] = [
      ['response-content-type', 'text/html'],
      ['response-content-disposition', 'inline'],
    ]
    stage.backend.script = () => ({ bytes: errorReply(404, 'NoSuchKey') })
    const answer = await stage.send(signedBy(ALICE, { query: types }))
    expect([answer.outcome, answer.headers.get('content-type')]).toEqual(['404 NoSuchKey', 'application/xml'])
  })

  test('E5: what is no request is answered in the same form', async () => {
    const answer = await stage.sendBytes('GET /<script> HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/xml'])
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.text).not.toContain('<script')
    await stage.expectBackendSawNothing()
  })
})

describe('E10', () => {
  test("E10: what caches are told is the object's own word, and nothing is added to it", async () => {
    for (const said of [undefined, 'private', 'public, max-age=60', 'no-store']) {
      const headers: Pair[] = said === undefined ? [] : [['cache-control', said]]
      stage.backend.script = () => ({ bytes: httpReply(200, 'x', headers) })
      expect((await stage.send(signedBy(ALICE))).headers.get('cache-control')).toBe(said)
    }
  })

  test('E10: no refusal invites a cache to keep it', async () => {
    const answer = await stage.send(signedBy(BOB))
    expect(answer.outcome).toBe('403 AccessDenied')
    for (const name of ['cache-control', 'expires', 'etag', 'age']) expect(answer.headers.has(name)).toBe(false)
  })
})

describe('E11', () => {
  const preflight = (bucket: string, origin: string) =>
    stage.send({
      method: 'OPTIONS',
      target: `/${bucket}/k`,
      headers: [
        ['host', HOST],
        ['origin', origin],
        ['access-control-request-method', 'GET'],
      ],
    })
  const named = (answer: WireAnswer): string[] =>
    [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))

  test('E11: a preflight never reaches the backend, and tells no bucket from none', async () => {
    stage.backend.script = () => ({ bytes: httpReply(200, '', [['access-control-allow-methods', 'PUT']]) })
    for (const bucket of ['v-bkt', 'no-such-bkt']) {
      const answer = await preflight(bucket, 'https://site.example')
      expect(answer.outcome).toBe('403 AccessForbidden')
      expect(named(answer)).toEqual([])
    }
    await stage.expectBackendSawNothing()
  })

  test('E11: only an origin that a rule names is allowed, and none is sent back for being asked', async () => {
    expect((await preflight('a-bkt', 'https://site.example')).headers.get('access-control-allow-origin')).toBe(
      'https://site.example',
    )
    for (const origin of ['https://evil.example', 'null', 'https://site.example.evil.test', 'http://site.example']) {
      const answer = await preflight('a-bkt', origin)
      expect(answer.outcome).toBe('403 AccessForbidden')
      expect(named(answer)).toEqual([])
      expect(answer.text).not.toContain('evil')
    }
    await stage.expectBackendSawNothing()
  })

  test('E11: of an actual answer, the headers of the backend for other origins do not pass', async () => {
    const theirs: Pair[] = [
      ['access-control-allow-credentials', 'true'],
      ['access-control-allow-headers', '*'],
    ]
    stage.backend.script = () => ({ bytes: httpReply(200, 'x', theirs) })
    const request = signedBy(ALICE, { headers: [['origin', 'https://evil.example']] })
    expect(named(await stage.send(request))).toEqual([])
    expect((await stage.theBackendRequest()).headers.has('origin')).toBe(false)
  })
})

describe('E12', () => {
  const PATHS = [
    '/metrics',
    '/livez',
    '/healthz',
    '/readyz',
    '/debug',
    '/admin/v1/users',
    '/minio/health/live',
    '/-/reload',
  ]

  test.each(PATHS)(
    'E12: %s of the S3 listener is a bucket like any other: nothing without a signature',
    async (path) => {
      const answer = await stage.send(unsignedRequest({ path }))
      expect(answer.outcome).toMatch(/^403 AccessDenied$|^400 InvalidBucketName$/)
      expect(answer.text).not.toMatch(/s3_iam_proxy_|^ok$/m)
      await stage.expectBackendSawNothing()
    },
  )

  test('E12: a bucket called metrics can be used', async () => {
    const answer = await stage.send(signedBy(ROOT, { path: '/metrics' }))
    expect(answer.outcome).toBe('200')
    expect((await stage.theBackendRequest()).target).toBe('/metrics')
  })

  test("E12: the operators' listener serves no S3, and its port is another one", async () => {
    const port = await freePort()
    const other = await Stage.start({ more: { admin: { listen_addr: `127.0.0.1:${port}` } } })
    try {
      const { target, headers } = signedBy(ROOT)
      const response = await fetch(`http://127.0.0.1:${port}${target}`, {
        headers: headers.filter(([name]) => name !== 'host').map(([name, value]): [string, string] => [name, value]),
      })
      expect(response.status).toBe(404)
      await other.expectBackendSawNothing()
    } finally {
      await other.close()
    }
  })
})
