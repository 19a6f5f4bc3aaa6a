import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { BACKEND_OWNER, errorReply, httpReply, xmlReply } from '../support/plausible-replies.ts'
import { ALICE, MASTER, REGION, ROOT, Stage } from '../support/proxy-in-process.ts'
import type { BackendRequest } from '../support/recording-backend.ts'
import {
  type Order,
  type Pair,
  PAYLOAD_MODES,
  presignedBy,
  signedBy,
  uploadBy,
  wireBytes,
  withHeaders,
} from '../support/wire-requests.ts'

// What leaves for a backend, in the plainest form that all of them read, and what comes of their own ways to answer: the
// backend answers by a script. docs/backends.md names these tests.

const PROFILES = ['ceph', 'hetzner', 'minio', 'aws', 'generic'] as const
const stages = new Map<string, Stage>()
beforeAll(async () => {
  for (const profile of PROFILES) {
    stages.set(profile, await Stage.start({ profile, more: { server: { regions: [REGION, 'us-east-1'] } } }))
  }
})
afterAll(async () => {
  for (const stage of stages.values()) await stage.close()
})
beforeEach(() => {
  for (const stage of stages.values()) stage.backend.reset()
})

function before(profile: (typeof PROFILES)[number]): Stage {
  const stage = stages.get(profile)
  if (stage === undefined) throw new Error(`no stage ${profile}`)
  return stage
}

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const lengthOf = ({ headers }: BackendRequest): string | undefined => headers.get('content-length')

describe.each(PROFILES)('before %s', (profile) => {
  test.each(PAYLOAD_MODES)('Q4: an empty object (%s) leaves with its length', async (mode) => {
    const stage = before(profile)
    const answer = await stage.send(uploadBy(ALICE, { mode, pieces: [] }))
    expect(answer.outcome).toBe('200')
    const seen = await stage.theBackendRequest()
    const isFramed = mode.includes('trailer') && (profile === 'aws' || profile === 'minio')
    const framing = '0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'
    expect(seen.body.toString()).toBe(isFramed ? framing : '')
    expect(lengthOf(seen)).toBe(String(isFramed ? framing.length : 0))
    expect(seen.headers.has('transfer-encoding')).toBe(false)
    expect(seen.headers.get('x-amz-content-sha256')).toBe(
      mode === 'literal SHA-256' ? EMPTY_SHA256 : isFramed ? 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' : 'UNSIGNED-PAYLOAD',
    )
  })

  test('Q4: what has no body at all leaves with the digest of none, and with a length where there could be one', async () => {
    const stage = before(profile)
    const orders: readonly Order[] = [
      { method: 'POST', query: [['uploads', '']] },
      { method: 'PUT', headers: [['x-amz-copy-source', 'a-bkt/source']] },
      { method: 'DELETE' },
      { method: 'GET' },
    ]
    for (const order of orders) {
      stage.backend.reset()
      await stage.send(signedBy(ALICE, { ...order, payloadHash: 'UNSIGNED-PAYLOAD' }))
      const seen = await stage.theBackendRequest()
      expect(seen.headers.get('x-amz-content-sha256')).toBe(EMPTY_SHA256)
      expect(lengthOf(seen)).toBe(order.method === 'POST' || order.method === 'PUT' ? '0' : undefined)
    }
  })

  test('Q12: whatever a client signs by, what leaves is signed by version 4 in the header, with the master key', async () => {
    const stage = before(profile)
    const requests = [
      signedBy(ALICE),
      presignedBy(ALICE),
      ...PAYLOAD_MODES.map((mode) => uploadBy(ALICE, { mode })),
      presignedBy(ALICE, { method: 'PUT', body: 'x' }),
    ]
    for (const request of requests) {
      stage.backend.reset()
      expect((await stage.send(request)).outcome).toBe('200')
      const { headers, target } = await stage.theBackendRequest()
      expect(headers.get('authorization')).toMatch(
        new RegExp(`^AWS4-HMAC-SHA256 Credential=${MASTER.accessKey}/\\d{8}/${REGION}/s3/aws4_request,`),
      )
      expect(target).toBe('/a-bkt/k')
    }
  })

  test('Q13: a copy source leaves in one spelling, however it was written', async () => {
    const stage = before(profile)
    const spellings: readonly (readonly [string, string])[] = [
      ['/a-bkt/a%20b%2Fc', 'a-bkt/a%20b/c'],
      ['a-bkt/a b/c', 'a-bkt/a%20b/c'],
      ['%2Fa-bkt%2Fa%20b%2fc', 'a-bkt/a%20b/c'],
      ['a-bkt/a+b', 'a-bkt/a%2Bb'],
      ['/a-bkt/k?versionId=null', 'a-bkt/k?versionId=null'],
    ]
    for (const [source, sent] of spellings) {
      stage.backend.reset()
      const order: Order = { method: 'PUT', path: '/a-bkt/copy', headers: [['x-amz-copy-source', source]] }
      expect((await stage.send(signedBy(ALICE, order))).outcome).toBe('200')
      expect((await stage.theBackendRequest()).headers.get('x-amz-copy-source')).toBe(sent)
    }
  })

  test('Q14: Expect ends here: the client is told to go on, the backend hears nothing of it', async () => {
    const stage = before(profile)
    const connection = await stage.connect()
    const upload = uploadBy(ALICE, { mode: 'literal SHA-256' })
    const head = wireBytes({ ...withHeaders(upload, ['expect', '100-continue']), body: Buffer.alloc(0) })
    await connection.write(head)
    expect(await connection.continues()).toBe(true)
    await connection.write(upload.body ?? '')
    expect((await connection.answer())?.outcome).toBe('200')
    connection.destroy()
    expect((await stage.theBackendRequest()).headers.has('expect')).toBe(false)
  })

  test('Q15: no upload leaves in HTTP chunks, and each with its exact length', async () => {
    const stage = before(profile)
    for (const mode of PAYLOAD_MODES) {
      stage.backend.reset()
      await stage.send(uploadBy(ALICE, { mode }))
      const seen = await stage.theBackendRequest()
      expect(seen.headers.has('transfer-encoding')).toBe(false)
      expect(lengthOf(seen)).toBe(String(seen.body.length))
    }
  })

  test('Q16: a client may sign for any accepted region; the backend sees its own', async () => {
    const stage = before(profile)
    const elsewhere = { ...ALICE, region: 'us-east-1' }
    expect((await stage.send(signedBy(elsewhere))).outcome).toBe('200')
    expect((await stage.theBackendRequest()).headers.get('authorization')).toContain(`/${REGION}/s3/aws4_request`)
  })

  test('Q18: a version called null stays that, in the query, in a copy source and in a deletion of keys', async () => {
    const stage = before(profile)
    expect((await stage.send(signedBy(ALICE, { query: [['versionId', 'null']] }))).outcome).toBe('200')
    expect(stage.backend.lines).toEqual(['GET /a-bkt/k?versionId=null'])
    stage.backend.reset()
    const body = '<Delete><Object><Key>k</Key><VersionId>null</VersionId></Object></Delete>'
    await stage.send(signedBy(ALICE, { method: 'POST', path: '/a-bkt', query: [['delete', '']], body }))
    expect((await stage.theBackendRequest()).body.toString()).toContain('<VersionId>null</VersionId>')
  })
})

describe('answers', () => {
  const PAGE = '<html><body>of-the-backend</body></html>'
  const tagsOfVersion: Order = {
    query: [
      ['tagging', ''],
      ['versionId', 'v'],
    ],
  }
  test.each<[name: string, status: number, order: Order, outcome: string]>([
    ['a missing key', 404, {}, '404 NoSuchKey'],
    ['a missing version', 404, { query: [['versionId', 'v']] }, '404 NoSuchVersion'],
    ['a missing bucket', 404, { path: '/a-bkt' }, '404 NoSuchBucket'],
    ['an operation that is not there', 501, tagsOfVersion, '501 NotImplemented'],
    ['a request that took too long', 408, { method: 'PUT', body: 'x' }, '400 RequestTimeout'],
    ['an upload too large for a load balancer', 413, { method: 'PUT', body: 'x' }, '400 EntityTooLarge'],
    ['too many requests', 429, {}, '503 SlowDown'],
    ['no server behind the load balancer', 503, {}, '503 SlowDown'],
    ['a server that does not answer', 504, {}, '503 SlowDown'],
    ['anything else', 599, {}, '500 InternalError'],
  ])('Q5: a page of HTML about %s (%i) becomes the error of S3 for it', async (_, status, order, outcome) => {
    const stage = before('hetzner')
    stage.backend.script = () => ({ bytes: httpReply(status, PAGE, [['content-type', 'text/html']]) })
    const answer = await stage.send(signedBy(ROOT, order))
    expect(answer.outcome).toBe(outcome)
    expect(answer.headers.get('content-type')).toBe('application/xml')
  })

  test('Q21: an upload is begun, completed and refused though the answers name its key by references that XML has not', async () => {
    const stage = before('ceph')
    const key = '<Key>bell&#x01;end</Key>'
    const path = '/a-bkt/bell%01end'
    const begin: Order = { method: 'POST', path, query: [['uploads', '']] }
    const part = '<Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part>'
    const body = `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`
    const complete: Order = { method: 'POST', path, query: [['uploadId', 'u']], body }

    const answers: readonly (readonly [Order, string])[] = [
      [begin, `<InitiateMultipartUploadResult>${key}<UploadId>u</UploadId></InitiateMultipartUploadResult>`],
      [complete, `<CompleteMultipartUploadResult>${key}<ETag>"e-1"</ETag></CompleteMultipartUploadResult>`],
    ]
    for (const [order, xml] of answers) {
      stage.backend.script = () => ({ bytes: xmlReply(xml) })
      const answer = await stage.send(signedBy(ALICE, order))
      expect(answer.outcome).toBe('200')
      expect(answer.text).toContain(key)
    }
    const error = `<Error><Code>NoSuchUpload</Code>${key}</Error>`
    stage.backend.script = () => ({ bytes: httpReply(404, error, [['content-type', 'application/xml']]) })
    expect((await stage.send(signedBy(ALICE, complete))).outcome).toBe('404 NoSuchUpload')
  })

  test('Q22: the memory of a Ceph in the Location of a completion stays here, and the completion is none the worse', async () => {
    const stage = before('ceph')
    const order: Order = {
      method: 'POST',
      query: [['uploadId', 'u']],
      body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>',
    }
    const location = '<Location>http://backend/x&#x00;@@I&#x7f;secret</Location>'
    const xml = `<CompleteMultipartUploadResult>${location}<ETag>"e-1"</ETag></CompleteMultipartUploadResult>`
    // No characters of UTF-8.
    stage.backend.script = () => ({ bytes: Buffer.from(xmlReply(xml).replace('@@', '\u00ba\u0086'), 'latin1') })
    const answer = await stage.send(signedBy(ALICE, order))
    expect(answer.outcome).toBe('200')
    expect(answer.text).toContain('<Location>http://proxy.test/a-bkt/k</Location><ETag>"e-1"</ETag>')
    expect(answer.text).not.toContain('secret')
  })

  test('Q7: both listings are passed on, and whoever owns the keys at the backend, here it is the account', async () => {
    const stage = before('ceph')
    const owner = `<Owner><ID>${BACKEND_OWNER}</ID><DisplayName>words of the backend</DisplayName></Owner>`
    const listings: readonly (readonly [Pair[], string, string])[] = [
      [[], 'GET /a-bkt', owner],
      [[['list-type', '2']], 'GET /a-bkt?list-type=2', ''],
      [
        [
          ['fetch-owner', 'true'],
          ['list-type', '2'],
        ],
        'GET /a-bkt?fetch-owner=true&list-type=2',
        owner,
      ],
    ]
    for (const [query, line, shown] of listings) {
      stage.backend.reset()
      stage.backend.script = () => ({
        bytes: xmlReply(`<ListBucketResult><Contents><Key>k</Key>${shown}</Contents></ListBucketResult>`),
      })
      const { text } = await stage.send(signedBy(ALICE, { path: '/a-bkt', query }))
      expect(stage.backend.lines).toEqual([line])
      expect(/<Owner><ID>(\d+)<\/ID>/.exec(text)?.[1]).toBe(shown === '' ? undefined : '000000000000')
    }
  })

  test.each([
    [503, 'SlowDown'],
    [503, 'SlowDownRead'],
    [503, 'SlowDownWrite'],
    [429, 'SlowDown'],
  ])('Q10: %i %s is 503 SlowDown, with a time to wait', async (status, code) => {
    const stage = before('minio')
    stage.backend.script = () => ({ bytes: errorReply(status, code) })
    const answer = await stage.send(signedBy(ALICE))
    expect(`${answer.outcome} ${answer.headers.get('retry-after')}`).toBe('503 SlowDown 1')
  })

  test('Q16: a backend that wants another region, or another place, is told to the operator, not to the client', async () => {
    const stage = before('generic')
    for (const reply of [
      errorReply(400, 'AuthorizationHeaderMalformed', '<Region>region-of-the-backend</Region>'),
      errorReply(301, 'PermanentRedirect', '<Endpoint>s3.of-the-backend.test</Endpoint>'),
      httpReply(307, '', [['location', 'https://s3.of-the-backend.test/a-bkt/k']]),
    ]) {
      stage.backend.script = () => ({ bytes: reply })
      const answer = await stage.send(signedBy(ALICE))
      expect(answer.outcome).toBe('500 InternalError')
      expect(answer.headers.has('location')).toBe(false)
    }
    expect(stage.logLines.join('')).toContain('the backend refuses the master key')
  })

  test('Q17: a connection is used again, by HTTP/1.1, and one that was closed meanwhile is no error', async () => {
    const stage = before('hetzner')
    await stage.send(signedBy(ALICE))
    stage.backend.script = () => ({ bytes: httpReply(200, 'x'), afterwards: 'end' })
    for (let n = 0; n < 3; n++) {
      stage.backend.reset()
      stage.backend.script = () => ({ bytes: httpReply(200, 'x'), afterwards: 'end' })
      expect((await stage.send(signedBy(ALICE))).outcome).toBe('200')
      expect((await stage.theBackendRequest()).head).toMatch(/^GET \/a-bkt\/k HTTP\/1\.1\r\n/)
    }
  })

  test('Q18: a delete marker is told: 405 when it is asked for by version, 404 when it hides the key', async () => {
    const stage = before('ceph')
    const marker: Pair[] = [
      ['x-amz-delete-marker', 'true'],
      ['x-amz-version-id', 'v1'],
    ]
    for (const [order, status, code] of [
      [{ query: [['versionId', 'v1']] }, 405, 'MethodNotAllowed'],
      [{}, 404, 'NoSuchKey'],
    ] as const) {
      stage.backend.script = () => ({
        bytes: httpReply(status, `<Error><Code>${code}</Code><Message></Message></Error>`, [
          ['content-type', 'application/xml'],
          ...marker,
        ]),
      })
      const answer = await stage.send(signedBy(ALICE, order))
      expect(answer.outcome).toBe(`${status} ${code}`)
      expect([answer.headers.get('x-amz-delete-marker'), answer.headers.get('x-amz-version-id')]).toEqual([
        'true',
        'v1',
      ])
    }
  })

  test('Q19: keys that are denied and keys that the backend keeps stand in one answer, in the order of the request', async () => {
    const stage = before('generic')
    const asked = ['one', '../two', 'three', 'four']
    const objects = asked.map((key) => `<Object><Key>${key}</Key></Object>`)
    stage.backend.script = () => ({
      bytes: xmlReply(
        '<DeleteResult><Error><Key>four</Key><Code>AccessDenied</Code><Message>words of the backend</Message></Error>' +
          '<Deleted><Key>one</Key></Deleted>' +
          '<Error><Key>three</Key><Code>InternalError</Code><Message>words of the backend</Message></Error></DeleteResult>',
      ),
    })
    const body = `<Delete>${objects.join('')}</Delete>`
    const answer = await stage.send(signedBy(ALICE, { method: 'POST', path: '/a-bkt', query: [['delete', '']], body }))
    expect(answer.outcome).toMatch(/^200/)
    const told = [...answer.text.matchAll(/<(Deleted|Error)><Key>([^<]*)<\/Key>(?:<Code>(\w+))?/g)]
    expect(told.map(([, kind, key, code]) => [kind, key, code])).toEqual([
      ['Deleted', 'one', undefined],
      ['Error', '../two', 'InvalidURI'],
      ['Error', 'three', 'InternalError'],
      ['Error', 'four', 'AccessDenied'],
    ])
    expect((await stage.theBackendRequest()).body.toString()).not.toContain('two')
  })
})
