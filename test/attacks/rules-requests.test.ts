import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { S3_OPERATIONS } from '../../src/s3/operations.ts'
import { errorReply, httpReply, xmlReply } from '../support/plausible-replies.ts'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import {
  crc32Text,
  type Order,
  type Pair,
  signedBy,
  uploadBy,
  UPLOAD_TEXT,
  type WireRequest,
  withHeaders,
} from '../support/wire-requests.ts'

// Rules on what is asked of the backend, as the documentation states them.

const PROFILES = ['aws', 'ceph', 'hetzner', 'minio', 'generic'] as const
type Profile = (typeof PROFILES)[number]
const stages = new Map<Profile, Stage>()
beforeAll(async () => {
  for (const profile of PROFILES) stages.set(profile, await Stage.start({ profile }))
})
afterAll(async () => {
  for (const stage of stages.values()) await stage.close()
})
beforeEach(() => {
  for (const stage of stages.values()) stage.backend.reset()
})

function before(profile: Profile): Stage {
  const stage = stages.get(profile)
  if (stage === undefined) throw new Error(`no stage ${profile}`)
  return stage
}

async function expectRefused(request: WireRequest, outcome: string | RegExp, stage = before('aws')): Promise<void> {
  const answer = await stage.send(request)
  if (typeof outcome === 'string') expect(answer.outcome).toBe(outcome)
  else expect(answer.outcome).toMatch(outcome)
  await stage.expectBackendSawNothing()
}

describe('the order of answers', () => {
  test('raw syntax is refused before the signature is looked at', async () => {
    const wrong = { ...ALICE, secretKey: 'x' }
    await expectRefused(
      withHeaders(signedBy(wrong), ['range', 'bytes=0-1'], ['range', 'bytes=0-1']),
      '400 InvalidArgument',
    )
    await expectRefused(
      signedBy(wrong, {
        query: [
          ['acl', ''],
          ['policy', ''],
        ],
      }),
      '400 InvalidArgument',
    )
    await expectRefused(signedBy(wrong, { path: '/a-bkt/%zz' }), '400 InvalidURI')
  })

  test('rights are decided before anything is said about the body', async () => {
    const noLength: Order = {
      method: 'PUT',
      path: '/v-bkt/k',
      payloadHash: 'UNSIGNED-PAYLOAD',
      unsigned: [['transfer-encoding', 'chunked']],
    }
    await expectRefused(signedBy(ALICE, noLength), '403 AccessDenied')
    const tooLarge: Pair = ['content-length', String(6 * 1024 ** 3)]
    await expectRefused(signedBy(ALICE, { ...noLength, unsigned: [tooLarge] }), '403 AccessDenied')
    await expectRefused(
      uploadBy(ALICE, { mode: 'literal SHA-256', path: '/v-bkt/k', headers: [['x-amz-checksum-crc32', 'x']] }),
      '403 AccessDenied',
    )
    await expectRefused(
      signedBy(ALICE, { method: 'PUT', path: '/v-bkt', query: [['lifecycle', '']], body: 'no xml' }),
      '403 AccessDenied',
    )
  })
})

describe('headers that S3 knows', () => {
  test.each([
    'x-amz-user-agent',
    'x-amz-api-version',
    'x-amz-te',
    'x-amz-request-payer',
    'x-amz-mfa',
    'x-amz-storage-class',
    'x-amz-copy-source-if-match',
  ])('%s is taken where it has no place, and not sent on', async (name) => {
    expect((await before('aws').send(signedBy(ALICE, { headers: [[name, 'requester']] }))).outcome).toBe('200')
    expect((await before('aws').theBackendRequest()).head).not.toContain(name)
  })

  test('an expected bucket owner is checked here and not sent on', async () => {
    const owner = (name: string, id: string): Order => ({ headers: [[name, id]] })
    expect(
      (await before('aws').send(signedBy(ALICE, owner('x-amz-expected-bucket-owner', '000000000000')))).outcome,
    ).toBe('200')
    expect((await before('aws').theBackendRequest()).head).not.toContain('owner')
    before('aws').backend.reset()
    await expectRefused(signedBy(ALICE, owner('x-amz-expected-bucket-owner', '123456789012')), '403 AccessDenied')
    const copy: Pair[] = [
      ['x-amz-copy-source', 'a-bkt/k'],
      ['x-amz-source-expected-bucket-owner', '123456789012'],
    ]
    await expectRefused(signedBy(ALICE, { method: 'PUT', headers: copy }), '403 AccessDenied')
  })

  const CREATING: readonly Order[] = [
    { method: 'PUT', body: 'x' },
    { method: 'PUT', headers: [['x-amz-copy-source', 'a-bkt/k']] },
    { method: 'POST', query: [['uploads', '']] },
    { method: 'PUT', path: '/a-bkt' },
  ]
  test('the ACL private asks for no right when something is created, and is not sent on', async () => {
    const stage = before('ceph')
    for (const order of CREATING) {
      stage.backend.reset()
      stage.backend.script = ({ method }) => (method === 'HEAD' ? { bytes: httpReply(404) } : undefined)
      expect(
        (await stage.send(signedBy(ALICE, { ...order, headers: [...(order.headers ?? []), ['x-amz-acl', 'private']] })))
          .outcome,
      ).toBe('200')
      for (const { head } of await stage.backend.settled()) expect(head).not.toContain('x-amz-acl')
    }
  })

  test('the ACL private beside a grant is no exception, and where an ACL is written it needs the right', async () => {
    for (const order of CREATING) {
      const headers: Pair[] = [...(order.headers ?? []), ['x-amz-acl', 'private'], ['x-amz-grant-read', 'id="1"']]
      await expectRefused(signedBy(ALICE, { ...order, headers }), '403 AccessDenied')
    }
    for (const path of ['/a-bkt', '/a-bkt/k']) {
      const order: Order = { method: 'PUT', path, query: [['acl', '']], headers: [['x-amz-acl', 'private']] }
      await expectRefused(signedBy(ALICE, order), '403 AccessDenied')
      expect((await before('aws').send(signedBy(ROOT, order))).outcome).toBe('200')
      expect((await before('aws').theBackendRequest()).headers.get('x-amz-acl')).toBe('private')
      before('aws').backend.reset()
    }
  })
})

const constraint = (region: string): string =>
  `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`

describe('creating a bucket', () => {
  const create = (body = ''): WireRequest => signedBy(ROOT, { method: 'PUT', path: '/new-bkt', body })
  const missing = ({ method }: { readonly method: string }) =>
    method === 'HEAD' ? { bytes: httpReply(404) } : undefined

  test.each<[Profile, string | undefined]>([
    ['aws', 'eu-test-1'],
    ['ceph', undefined],
    ['hetzner', 'eu-test-1'],
    ['minio', 'eu-test-1'],
    ['generic', undefined],
  ])('before %s any accepted region, or none, becomes the constraint %s', async (profile, sent) => {
    const stage = before(profile)
    for (const body of ['', constraint('eu-test-1'), constraint('us-east-1'), '<CreateBucketConfiguration/>']) {
      stage.backend.reset()
      stage.backend.script = missing
      const answer = await stage.send(create(body))
      expect(answer.outcome).toBe('200')
      expect(answer.headers.get('location')).toBe('/new-bkt')
      expect(stage.backend.lines).toEqual(['HEAD /new-bkt', 'PUT /new-bkt'])
      const [, put] = await stage.backend.settled()
      expect(put?.body.toString() ?? '').toContain(
        sent === undefined ? '' : `<LocationConstraint>${sent}</LocationConstraint>`,
      )
      if (sent === undefined) expect(put?.body).toHaveLength(0)
    }
  })

  test('a region that is not accepted is refused before the backend is asked', async () => {
    for (const profile of PROFILES)
      await expectRefused(create(constraint('mars-1')), '400 InvalidLocationConstraint', before(profile))
  })

  test('a bucket that is there is left alone: 200 or 409 by profile', async () => {
    for (const profile of PROFILES) {
      const expected = profile === 'aws' || profile === 'minio' ? '409 BucketAlreadyOwnedByYou' : '200'
      expect((await before(profile).send(create())).outcome).toBe(expected)
      await before(profile).expectBackendSawOnly('whether the bucket to be created exists')
    }
  })

  test("a bucket of somebody else's at the backend is BucketAlreadyExists", async () => {
    before('aws').backend.script = () => ({ bytes: httpReply(403) })
    expect((await before('aws').send(create())).outcome).toBe('409 BucketAlreadyExists')
    await before('aws').expectBackendSawOnly('whether the bucket to be created exists')
  })
})

describe('the location of a bucket', () => {
  const ask = (user = ALICE): WireRequest => signedBy(user, { path: '/a-bkt', query: [['location', '']] })

  test('it is our region, and the backend is asked only whether the bucket exists', async () => {
    for (const profile of PROFILES) {
      const answer = await before(profile).send(ask())
      expect(answer.text).toContain('>eu-test-1</LocationConstraint>')
      await before(profile).expectBackendSawOnly('whether the bucket whose location is asked for exists')
    }
  })

  test('a bucket that is missing has none', async () => {
    before('ceph').backend.script = () => ({ bytes: httpReply(404) })
    expect((await before('ceph').send(ask())).outcome).toBe('404 NoSuchBucket')
    await before('ceph').expectBackendSawOnly('whether the bucket whose location is asked for exists')
  })
})

describe('checksums', () => {
  const KEPT: readonly Profile[] = ['aws', 'minio']
  const crc: Pair = ['x-amz-checksum-crc32', crc32Text(Buffer.from(UPLOAD_TEXT))]

  test('a checksum header is verified, echoed, and sent on only where it is kept', async () => {
    for (const profile of PROFILES) {
      const answer = await before(profile).send(uploadBy(ALICE, { mode: 'UNSIGNED-PAYLOAD', headers: [crc] }))
      expect(answer.headers.get(crc[0])).toBe(crc[1])
      const seen = await before(profile).theBackendRequest()
      expect(seen.headers.get(crc[0])).toBe(KEPT.includes(profile) ? crc[1] : undefined)
      expect(seen.headers.has('x-amz-sdk-checksum-algorithm')).toBe(KEPT.includes(profile))
    }
  })

  test('a trailer is verified, echoed, and leaves in our own framing where it is kept', async () => {
    for (const mode of ['signed chunks with a trailer', 'unsigned chunks with a trailer'] as const) {
      for (const profile of PROFILES) {
        before(profile).backend.reset()
        const answer = await before(profile).send(uploadBy(ALICE, { mode }))
        expect(answer.headers.get(crc[0])).toBe(crc[1])
        const seen = await before(profile).theBackendRequest()
        const isKept = KEPT.includes(profile)
        expect(seen.headers.get('x-amz-content-sha256')).toBe(
          isKept ? 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' : 'UNSIGNED-PAYLOAD',
        )
        const framed = `14\r\n${UPLOAD_TEXT}\r\n0\r\nx-amz-checksum-crc32:${crc[1]}\r\n\r\n`
        expect(seen.body.toString()).toBe(isKept ? framed : UPLOAD_TEXT)
        expect(seen.headers.get('x-amz-decoded-content-length')).toBe(isKept ? '20' : undefined)
      }
    }
  })

  test('multipart uploads lose their checksums where none are kept', async () => {
    const part = '<Part><PartNumber>1</PartNumber><ETag>"e"</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part>'
    const headers: Pair[] = [
      ['x-amz-checksum-algorithm', 'CRC32'],
      ['x-amz-checksum-type', 'FULL_OBJECT'],
    ]
    for (const profile of PROFILES) {
      const stage = before(profile)
      const isKept = KEPT.includes(profile)
      await stage.send(signedBy(ALICE, { method: 'POST', query: [['uploads', '']], headers }))
      const created = await stage.theBackendRequest()
      expect(created.headers.has('x-amz-checksum-algorithm')).toBe(isKept)
      expect(created.headers.has('x-amz-checksum-type')).toBe(isKept)
      stage.backend.reset()
      await stage.send(
        signedBy(ALICE, {
          method: 'POST',
          query: [['uploadId', 'u']],
          headers: [['x-amz-checksum-crc32', 'AAAAAA==']],
          body: `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`,
        }),
      )
      const completed = await stage.theBackendRequest()
      expect(completed.body.toString().includes('Checksum')).toBe(isKept)
      expect(completed.headers.has('x-amz-checksum-crc32')).toBe(isKept)
    }
  })

  test('where the backend does not know a promised object size, the parts are counted here', async () => {
    const stage = before('ceph')
    const parts =
      '<ListPartsResult><Part><PartNumber>1</PartNumber><Size>7</Size></Part><IsTruncated>false</IsTruncated></ListPartsResult>'
    const body =
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>'
    const complete = (size: string): WireRequest =>
      signedBy(ALICE, { method: 'POST', query: [['uploadId', 'u']], headers: [['x-amz-mp-object-size', size]], body })
    stage.backend.script = ({ method }) => (method === 'GET' ? { bytes: xmlReply(parts) } : undefined)
    expect((await stage.send(complete('8'))).outcome).toBe('400 InvalidRequest')
    await stage.expectBackendSawOnly('the sizes of the parts, which a promised object size is held against')
    expect((await stage.send(complete('7'))).outcome).toBe('200')
  })

  test('where S3 demands a digest of the body, an unsigned body without one is refused, and we send our own', async () => {
    const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
    const order: Order = { method: 'PUT', query: [['tagging', '']], body }
    const md5 = createHash('md5').update(body).digest('base64')
    await expectRefused(signedBy(ALICE, { ...order, payloadHash: 'UNSIGNED-PAYLOAD' }), '400 InvalidRequest')
    for (const covered of [
      order,
      { ...order, payloadHash: 'UNSIGNED-PAYLOAD', headers: [['content-md5', md5]] } as const,
    ]) {
      before('aws').backend.reset()
      expect((await before('aws').send(signedBy(ALICE, covered))).outcome).toBe('200')
      const seen = await before('aws').theBackendRequest()
      expect(seen.headers.get('content-md5')).toBe(createHash('md5').update(seen.body).digest('base64'))
    }
  })
})

describe('what a backend does not have', () => {
  function orderFor(row: (typeof S3_OPERATIONS)[number]): Order {
    const { subresource, demands, copySource } = row.selector
    const query: Pair[] = subresource === undefined ? [] : [[subresource, subresource === 'uploadId' ? 'u' : '']]
    for (const [name, value] of demands) if (name !== subresource) query.push([name, value ?? '1'])
    const headers: Pair[] = copySource === 'present' ? [['x-amz-copy-source', 'a-bkt/k']] : []
    return { method: row.method, path: row.level === 'bucket' ? '/a-bkt' : '/a-bkt/k', query, headers }
  }

  test.each(PROFILES)('is refused with 501 before %s, and nothing is sent in its place', async (profile) => {
    const stage = before(profile)
    const refused = S3_OPERATIONS.filter(
      (row) => row.handling[profile] === 'refuse' && row.level !== 'service' && !row.selector.form,
    )
    expect(refused.length).toBeGreaterThan(1)
    for (const row of refused) {
      const answer = await stage.send(signedBy(ROOT, orderFor(row)))
      expect(`${row.name}: ${answer.status}`).toMatch(/: (?:501|400)$/)
    }
    await stage.expectBackendSawNothing()
  })

  test('is told only to those who would have been allowed', async () => {
    const order: Order = {
      path: '/v-bkt/k',
      query: [['attributes', '']],
      headers: [['x-amz-object-attributes', 'ETag']],
    }
    await expectRefused(signedBy(ALICE, order), '403 AccessDenied', before('ceph'))
    await expectRefused(signedBy(ROOT, order), '501 NotImplemented', before('ceph'))
  })

  test('can be opened by name in the configuration', async () => {
    const stage = await Stage.start({
      profile: 'ceph',
      more: { backend: { extra_operations: ['GetObjectAttributes'] } },
    })
    stage.backend.script = () => ({ bytes: errorReply(404, 'NoSuchKey') })
    await stage.send(signedBy(ROOT, { query: [['attributes', '']], headers: [['x-amz-object-attributes', 'ETag']] }))
    expect(stage.backend.lines).toEqual(['GET /a-bkt/k?attributes='])
    await stage.close()
  })
})
