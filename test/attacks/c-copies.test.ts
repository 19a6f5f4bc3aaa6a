import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { errorReply, httpReply } from '../support/plausible-replies.ts'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import { changeHeader, type Pair, signedBy, type WireRequest } from '../support/wire-requests.ts'

// Copies read with the master key: the source has to be understood and authorised like the target of a GET.

const stages: Record<string, Stage> = {}
const PROFILES = ['aws', 'ceph', 'minio', 'generic'] as const
beforeAll(async () => {
  for (const profile of PROFILES) stages[profile] = await Stage.start({ profile })
})
afterAll(async () => {
  for (const stage of Object.values(stages)) await stage.close()
})
beforeEach(() => {
  for (const stage of Object.values(stages)) stage.backend.reset()
})

function before(profile: string): Stage {
  const stage = stages[profile]
  if (stage === undefined) throw new Error(`no stage ${profile}`)
  return stage
}

const KINDS: readonly (readonly [string, readonly Pair[]])[] = [
  ['CopyObject', []],
  [
    'UploadPartCopy',
    [
      ['partNumber', '1'],
      ['uploadId', 'u'],
    ],
  ],
]
/** The source goes over the wire in UTF-8, as it was signed. */
function copyFrom(source: string, query: readonly Pair[] = [], user = ALICE): WireRequest {
  const order = { method: 'PUT', path: '/a-bkt/copy', query, headers: [['x-amz-copy-source', source]] } as const
  return changeHeader(signedBy(user, order), 'x-amz-copy-source', (text) => Buffer.from(text).toString('latin1'))
}

describe.each(KINDS)('%s', (_, query) => {
  test.each(['a-bkt/../v-bkt/k', 'a-bkt/%2e%2e/v-bkt/k', '/a-bkt/./k', 'a-bkt/..%2Fv-bkt%2Fk'])(
    'C2: dot segments in the source %s follow the rule for keys',
    async (source) => {
      for (const profile of ['minio', 'generic']) {
        const answer = await before(profile).send(copyFrom(source, query))
        expect(answer.outcome).toBe('400 InvalidURI')
        await before(profile).expectBackendSawNothing()
      }
      for (const profile of ['aws', 'ceph']) {
        expect((await before(profile).send(copyFrom(source, query))).outcome).toBe('200')
        const seen = await before(profile).theBackendRequest()
        expect(seen.headers.get('x-amz-copy-source')).toBe(
          `a-bkt/${decodeURIComponent(source).replace(/^\/?a-bkt\//, '')}`,
        )
      }
    },
  )

  test.each(['../v-bkt/k', './k', '%2e%2e/v-bkt/k', 'v-bkt%2F..%2Fa-bkt'])(
    'C2: the source %s has no bucket',
    async (source) => {
      const answer = await before('aws').send(copyFrom(source, query, ROOT))
      expect(answer.outcome).toMatch(/^(?:400 InvalidArgument|200)$/)
      if (answer.status === 200)
        expect((await before('aws').theBackendRequest()).headers.get('x-amz-copy-source')).toBe('v-bkt/../a-bkt')
      else await before('aws').expectBackendSawNothing()
    },
  )

  test.each([
    'v-bkt/k',
    '/v-bkt/k',
    'v%2Dbkt/k',
    'v-bkt%2Fk',
    '%2Fv-bkt%2Fk',
    'v-bkt/k?versionId=1',
    'v-bkt/k?versionId=null',
    'v-bkt//a-bkt/k',
    '%76-bkt/k',
    'v-bkt/%2e%2e/a-bkt/k',
  ])('C3: the source %s needs a right to read it', async (source) => {
    for (const profile of ['aws', 'ceph']) {
      const answer = await before(profile).send(copyFrom(source, query))
      expect(answer.outcome).toBe('403 AccessDenied')
      await before(profile).expectBackendSawNothing()
    }
  })

  test.each([
    '',
    '/',
    'a-bkt',
    'a-bkt/',
    '/a-bkt',
    'a-bkt/?versionId=x',
    'a-bkt/%',
    'a-bkt/%zz',
    'a-bkt/%00',
    'a-bkt/%C3',
    '//a-bkt/k',
    'a-bkt/k?versionId=',
    'a-bkt/k?x=1',
    'a-bkt/k?versionId=1&versionId=2',
    'a-bkt/k?versionId=1?versionId=2',
    'tenant:a-bkt/k',
    'A-BKT/k',
    'arn:aws:s3:::a-bkt/k',
    'arn:aws:s3:eu-west-1:123456789012:accesspoint/ap/object/k',
    'http://a-bkt/k',
  ])('C3: the source "%s" is refused', async (source) => {
    for (const profile of ['aws', 'ceph']) {
      const answer = await before(profile).send(copyFrom(source, query, ROOT))
      expect(answer.outcome).toBe('400 InvalidArgument')
      await before(profile).expectBackendSawNothing()
    }
  })

  test.each<[string, string]>([
    ['/a-bkt/k', 'a-bkt/k'],
    ['a-bkt%2Fk', 'a-bkt/k'],
    ['%61-bkt/%6B', 'a-bkt/k'],
    ['a-bkt/a b+c', 'a-bkt/a%20b%2Bc'],
    ['a-bkt/gr\u00fc', 'a-bkt/gr%C3%BC'],
    ['a-bkt//k', 'a-bkt//k'],
    ['a-bkt/k?versionId=a%2Fb', 'a-bkt/k?versionId=a%2Fb'],
    ['a-bkt/k?versionId=null', 'a-bkt/k?versionId=null'],
    ['a-bkt/k%3FversionId=1', 'a-bkt/k%3FversionId%3D1'],
    ['a-bkt/s%2565c', 'a-bkt/s%2565c'],
  ])('C3: the source %s leaves as %s, or not at all where it would be decoded twice', async (source, sent) => {
    expect((await before('aws').send(copyFrom(source, query))).outcome).toBe('200')
    expect((await before('aws').theBackendRequest()).headers.get('x-amz-copy-source')).toBe(sent)
    const isAmbiguous = query.length > 0 && /%25|%3F/.test(sent)
    expect((await before('ceph').send(copyFrom(source, query))).outcome).toBe(
      isAmbiguous ? '501 NotImplemented' : '200',
    )
    if (isAmbiguous) await before('ceph').expectBackendSawNothing()
    else expect((await before('ceph').theBackendRequest()).headers.get('x-amz-copy-source')).toBe(sent)
  })

  test('C3: a version of the source is asked for as a version', async () => {
    expect((await before('aws').send(copyFrom('a-bkt/k?versionId=v1', query))).outcome).toBe('200')
    const actions = before('aws')
      .lastEvent()
      .checks.map(({ action, resource }) => `${action} ${resource}`)
    expect(actions).toContain('s3:GetObjectVersion arn:aws:s3:::a-bkt/k')
    expect(actions).not.toContain('s3:GetObject arn:aws:s3:::a-bkt/k')
  })
})

test('C3: the right to read the source does not give the right to write the target', async () => {
  const request = signedBy(ALICE, { method: 'PUT', path: '/v-bkt/copy', headers: [['x-amz-copy-source', 'a-bkt/k']] })
  expect((await before('aws').send(request)).outcome).toBe('403 AccessDenied')
  await before('aws').expectBackendSawNothing()
})

test('C3: a copy source on an operation that does not copy is not sent on', async () => {
  for (const [method, query] of [
    ['POST', [['uploads', '']]],
    ['PUT', [['tagging', '']]],
    ['GET', []],
    ['DELETE', []],
  ] as const) {
    const stage = before('aws')
    stage.backend.reset()
    const body = method === 'PUT' ? '<Tagging><TagSet></TagSet></Tagging>' : ''
    const answer = await stage.send(
      signedBy(ALICE, { method, query, body, headers: [['x-amz-copy-source', 'v-bkt/k']] }),
    )
    for (const seen of await stage.backend.settled()) expect(seen.headers.has('x-amz-copy-source')).toBe(false)
    expect([200, 204, 400, 501]).toContain(answer.status)
  }
})

test('C3: a source that is missing is a secret to those who may not list its bucket', async () => {
  const stage = before('aws')
  stage.backend.script = () => ({ bytes: errorReply(404, 'NoSuchKey') })
  expect((await stage.send(copyFrom('a-bkt/missing'))).outcome).toBe('404 NoSuchKey')
  stage.backend.reset()
  stage.backend.script = () => ({ bytes: httpReply(404) })
  expect((await stage.send(copyFrom('v-bkt/missing'))).outcome).toBe('403 AccessDenied')
  await stage.expectBackendSawNothing()
})
