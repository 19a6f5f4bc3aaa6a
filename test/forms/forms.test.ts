import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formBy, type FormOrder, formPart, formRequest } from '../support/browser-form.ts'
import { ALICE, BOB, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import { type Pair, signedBy, wireHead, withHeaders } from '../support/wire-requests.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start()
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const post = (order: FormOrder = {}, key = ALICE) => stage.send(formBy(key, order))

const TAGS = '<Tagging><TagSet><Tag><Key>team</Key><Value>a b</Value></Tag></TagSet></Tagging>'

describe('a form that its policy allows', () => {
  test('stores the file under the key, and answers 204 with ETag and Location', async () => {
    const answer = await post()
    expect(answer.outcome).toBe('204')
    expect(answer.headers.get('etag')).toBe('"900150983cd24fb0d6963f7d28e17f72"')
    expect(answer.headers.get('location')).toBe('http://proxy.test/a-bkt/k')
    const seen = await stage.theBackendRequest()
    expect(`${seen.method} ${seen.target}`).toBe('PUT /a-bkt/k')
    expect(seen.body.toString()).toBe('bytes of the file')
  })

  test('is audited with its sender, its key and what it asked for', async () => {
    await post({
      fields: [['key', 'user/${filename}']],
      conditions: [['starts-with', '$key', 'user/']],
      fileName: 'ä.png',
    })
    expect((await stage.theBackendRequest()).target).toBe('/a-bkt/user/%C3%A4.png')
    expect(stage.lastEvent()).toMatchObject({
      operation: 'PostObject',
      access_key: ALICE.accessKey,
      bucket: 'a-bkt',
      key: 'user/ä.png',
      action: 's3:PutObject',
      resources: ['arn:aws:s3:::a-bkt/user/ä.png'],
      decision: 'Allow',
      status: 204,
    })
  })

  test('gives its fields to the backend as headers, and nothing else of what came', async () => {
    const fields: Pair[] = [
      ['key', 'k'],
      ['acl', 'public-read'],
      ['tagging', TAGS],
      ['Content-Type', 'text/plain'],
      ['Cache-Control', 'no-cache'],
      ['X-Amz-Meta-Name', 'ä'],
      ['x-amz-storage-class', 'STANDARD'],
      ['x-amz-server-side-encryption', 'AES256'],
      ['x-amz-object-lock-legal-hold', 'ON'],
      ['If-None-Match', '*'],
      ['success_action_status', '200'],
      ['comment', 'hello'],
    ]
    const headers: Pair[] = [
      ['origin', 'https://site.example'],
      ['x-amz-website-redirect-location', '/elsewhere'],
      ['cookie', 'a=b'],
    ]
    const order = { fields, headers, uncovered: [['x-ignore-me', '1']] as const, after: [['acl', 'private']] as const }
    expect((await post(order, ROOT)).outcome).toBe('200')
    const seen = await stage.theBackendRequest()
    const own = ['host', 'x-amz-date', 'x-amz-content-sha256', 'authorization', 'content-length', 'connection']
    expect(Object.fromEntries([...seen.headers].filter(([name]) => !own.includes(name)))).toEqual({
      'x-amz-acl': 'public-read',
      'x-amz-tagging': 'team=a%20b',
      'content-type': 'text/plain',
      'cache-control': 'no-cache',
      'x-amz-meta-name': 'Ã¤',
      'x-amz-storage-class': 'STANDARD',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-object-lock-legal-hold': 'ON',
      'if-none-match': '*',
    })
    const actions = ['PutObject', 'PutObjectAcl', 'PutObjectTagging', 'PutObjectLegalHold']
    expect(stage.lastEvent().checks.map(({ action }) => action)).toEqual(actions.map((name) => `s3:${name}`))
  })

  test.each([
    ['200', 200],
    ['204', 204],
    ['404', 204],
    ['', 204],
  ])('with success_action_status %j answers %i without a body', async (status, expected) => {
    const answer = await post({
      fields: [
        ['key', 'k'],
        ['success_action_status', status],
      ],
    })
    expect(answer.status).toBe(expected)
    expect(answer.body.length).toBe(0)
  })

  test('with success_action_status 201 answers with a document', async () => {
    const answer = await post({
      fields: [
        ['key', 'a&b'],
        ['success_action_status', '201'],
      ],
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('content-type')).toBe('application/xml')
    expect(answer.body.toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>http://proxy.test/a-bkt/a%26b</Location>' +
        '<Bucket>a-bkt</Bucket><Key>a&amp;b</Key><ETag>&quot;900150983cd24fb0d6963f7d28e17f72&quot;</ETag></PostResponse>',
    )
  })

  test.each([
    ['https://site.example/done', 303, 'https://site.example/done?bucket=a-bkt&key=k&etag=%22'],
    ['javascript:alert(1)', 204, 'http://proxy.test/a-bkt/k'],
  ])('with success_action_redirect %s answers %i', async (url, status, location) => {
    const answer = await post({
      fields: [
        ['key', 'k'],
        ['success_action_redirect', url],
      ],
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('location')).toMatch(new RegExp(`^${location.replaceAll(/[.?]/g, '\\$&')}`))
  })

  test('of a user who sends acl=private needs no right for it, and none is sent', async () => {
    expect(
      (
        await post({
          fields: [
            ['key', 'k'],
            ['acl', 'private'],
          ],
        })
      ).outcome,
    ).toBe('204')
    expect((await stage.theBackendRequest()).headers.has('x-amz-acl')).toBe(false)
  })

  test('may be empty', async () => {
    expect((await post({ file: '' })).outcome).toBe('204')
    expect((await stage.theBackendRequest()).headers.get('content-length')).toBe('0')
  })

  test('may be sent in HTTP chunks, and to the host of the bucket', async () => {
    const other = await Stage.start({ more: { server: { hostnames: ['s3.test'] } } })
    const { body = Buffer.alloc(0), headers } = formBy(ALICE)
    const kept = headers.filter(([name]) => name === 'content-type')
    const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
    const answer = await other.send({
      method: 'POST',
      target: '/',
      headers: [['host', 'a-bkt.s3.test'], ...kept, ['transfer-encoding', 'chunked']],
      body: chunk,
    })
    expect(answer.outcome).toBe('204')
    expect(answer.headers.get('location')).toBe('http://a-bkt.s3.test/k')
    expect(other.backend.lines).toEqual(['PUT /a-bkt/k'])
    await other.close()
  })

  test('may wait for 100 Continue', async () => {
    const { body = '', ...head } = formBy(ALICE)
    const connection = await stage.connect()
    await connection.write(wireHead(withHeaders(head, ['expect', '100-continue'])))
    expect(await connection.continues()).toBe(true)
    await connection.write(body)
    expect((await connection.answer('POST'))?.outcome).toBe('204')
    connection.destroy()
  })
})

describe('C20: a form is refused', () => {
  const crc = (text: string): string => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(crc32(text))
    return bytes.toString('base64')
  }
  const withField = (...fields: Pair[]): FormOrder => ({ fields: [['key', 'k'], ...fields] })
  const policy = (document: unknown): string => Buffer.from(JSON.stringify(document)).toString('base64')
  test.each<[string, FormOrder, string]>([
    ['whose policy is for another bucket', { policyBucket: 'v-bkt' }, '403 AccessDenied'],
    [
      'whose policy and bucket field are for another bucket than the URL',
      { policyBucket: 'v-bkt', uncovered: [['bucket', 'v-bkt']] },
      '403 AccessDenied',
    ],
    ['with a field that the policy does not cover', { uncovered: [['acl', 'private']] }, '403 AccessDenied'],
    [
      'whose file name leads out of the allowed keys',
      { fields: [['key', '${filename}']], conditions: [['starts-with', '$key', 'user/']], fileName: 'x' },
      '403 AccessDenied',
    ],
    [
      'with a redirect that the policy does not cover',
      { uncovered: [['success_action_redirect', 'https://evil.example']] },
      '403 AccessDenied',
    ],
    ['whose policy has expired', { expiration: '2020-01-01T00:00:00Z' }, '403 AccessDenied'],
    ['that is signed a day ahead', { date: new Date(Date.now() + 86_400_000) }, '403 AccessDenied'],
    [
      'that was signed long ago',
      { date: new Date(Date.now() - 8 * 86_400_000), expiration: '2099-01-01T00:00:00Z' },
      '403 AccessDenied',
    ],
    ['with two keys', { uncovered: [['key', 'k']] }, '400 InvalidArgument'],
    ['with two keys in different case', { uncovered: [['KEY', 'other']] }, '400 InvalidArgument'],
    ['with two policies', { uncovered: [['Policy', 'x']] }, '400 InvalidArgument'],
    ['without a key', { fields: [['acl', 'private']] }, '400 InvalidArgument'],
    ['with a key of 1025 bytes', { fields: [['key', 'x'.repeat(1025)]] }, '400 KeyTooLongError'],
    ['with a policy that is no document', { policy: 'bm8=' }, '400 InvalidPolicyDocument'],
    ['with a policy of an unknown operator', { conditions: [['in', '$key', 'k']] }, '400 InvalidPolicyDocument'],
    ['with a policy that says nothing', { policy: policy({}) }, '400 InvalidPolicyDocument'],
    ['with x-amz-tagging', withField(['x-amz-tagging', 'a=b']), '400 InvalidArgument'],
    ['with a grant', withField(['x-amz-grant-read', 'uri=x']), '400 InvalidArgument'],
    ['with a copy source', withField(['x-amz-copy-source', '/v-bkt/k']), '400 InvalidArgument'],
    [
      'with a header of its own in a value',
      withField(['x-amz-meta-a', 'x\r\nx-amz-acl: public-read']),
      '400 InvalidArgument',
    ],
    ["with a vendor's back door", withField(['x-minio-extract', 'true']), '501 NotImplemented'],
    ['with an unknown x-amz-* field', withField(['x-amz-unheard-of', '1']), '501 NotImplemented'],
    ['with metadata over 2 KiB', withField(['x-amz-meta-a', 'x'.repeat(2048)]), '400 MetadataTooLarge'],
    ['with tags that are no document', withField(['tagging', 'a=b']), '400 MalformedXML'],
    [
      'signed in the old way',
      {
        uncovered: [
          ['AWSAccessKeyId', 'A'],
          ['signature', 's'],
        ],
      },
      '400 InvalidArgument',
    ],
    ['with a session token', withField(['x-amz-security-token', 't']), '400 InvalidToken'],
    ['that expects another owner', withField(['x-amz-expected-bucket-owner', '123']), '403 AccessDenied'],
    ['that asks for a public ACL without the right', withField(['acl', 'public-read']), '403 AccessDenied'],
    ['of a checksum that is none', withField(['x-amz-checksum-crc32', 'x']), '400 InvalidRequest'],
    ['of another checksum', withField(['x-amz-checksum-crc32', crc('other bytes')]), '400 BadDigest'],
    ['of another MD5', withField(['Content-MD5', 'AAAAAAAAAAAAAAAAAAAAAA==']), '400 BadDigest'],
    ['that is larger than its policy allows', { conditions: [['content-length-range', 0, 16]] }, '400 EntityTooLarge'],
    ['that is smaller than its policy wants', { conditions: [['content-length-range', 18, 99]] }, '400 EntityTooSmall'],
  ])('%s', async (_name, order, expected) => {
    const answer = await post(order)
    expect(answer.outcome).toBe(expected)
    await stage.expectBackendSawNothing()
  })

  test.each([
    ['of a user without rights', NOBODY, '403 AccessDenied'],
    ['on the bucket of another user', BOB, '403 AccessDenied'],
    ['signed with another secret', { ...ALICE, secretKey: 'x' }, '403 SignatureDoesNotMatch'],
    ['of a key that nobody has', { ...ALICE, accessKey: 'NOBODYATALL' }, '403 InvalidAccessKeyId'],
    ['of another region', { ...ALICE, region: 'mars-1' }, '400 AuthorizationQueryParametersError'],
    ['that nobody signed', undefined, '403 AccessDenied'],
  ])('%s', async (_name, key, expected) => {
    expect((await stage.send(formBy(key))).outcome).toBe(expected)
    await stage.expectBackendSawNothing()
  })

  test('signed by SigV2 alone', async () => {
    const fields: Pair[] = [
      ['key', 'k'],
      ['AWSAccessKeyId', ALICE.accessKey],
      ['policy', 'e30='],
      ['signature', 'c2ln'],
    ]
    expect((await stage.send(formBy(undefined, { fields }))).outcome).toBe('400 InvalidRequest')
  })

  test('with a redirect when nobody signed it: nobody is sent anywhere', async () => {
    const fields: Pair[] = [
      ['key', 'k'],
      ['success_action_redirect', 'https://evil.example'],
    ]
    const answer = await stage.send(formBy(undefined, { fields }))
    expect(answer.outcome).toBe('403 AccessDenied')
    expect(answer.headers.has('location')).toBe(false)
  })

  test('whose request expects another owner of the bucket', async () => {
    const headers: Pair[] = [['x-amz-expected-bucket-owner', '123456789012']]
    expect((await post({ headers })).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
  })

  test('signed by a header as well', async () => {
    const { headers, body = '' } = formBy(ALICE)
    const content = headers.filter(([name]) => name === 'content-type')
    const answer = await stage.send(signedBy(ALICE, { method: 'POST', path: '/a-bkt', headers: content, body }))
    expect(answer.outcome).toBe('400 InvalidArgument')
    await stage.expectBackendSawNothing()
  })

  test.each<[string, readonly Pair[], Buffer, string]>([
    ['without a boundary', [['content-type', 'multipart/form-data']], Buffer.from('x'), '400 MalformedPOSTRequest'],
    [
      'of another boundary',
      [['content-type', 'multipart/form-data; boundary=y']],
      formPart('name="key"', 'k'),
      '400 MalformedPOSTRequest',
    ],
    ['that ends early', [], formPart('name="key"', 'k'), '400 MalformedPOSTRequest'],
    ['without a body', [], Buffer.alloc(0), '400 MalformedPOSTRequest'],
    ['that is no multipart form', [['content-type', 'text/plain']], Buffer.from('x'), '403 AccessDenied'],
    [
      'with more fields than fit',
      [],
      Buffer.concat(Array.from({ length: 101 }, (_, at) => formPart(`name="f${at}"`, ''))),
      '400 MaxPostPreDataLengthExceededError',
    ],
    [
      'with a field of megabytes',
      [],
      formPart('name="key"', 'x'.repeat(2_000_000)),
      '400 MaxPostPreDataLengthExceededError',
    ],
  ])('D8: %s', async (_name, headers, body, expected) => {
    expect((await stage.send(formRequest('a-bkt', body, headers))).outcome).toBe(expected)
    await stage.expectBackendSawNothing()
  })

  test('that is signed but no multipart form, by its name', async () => {
    const answer = await stage.send(signedBy(ALICE, { method: 'POST', path: '/a-bkt', body: 'x' }))
    expect(answer.outcome).toBe('400 RequestIsNotMultiPartContent')
  })
})

describe('under the profile of the backend', () => {
  test.each([
    ['minio', '400 InvalidURI'],
    ['generic', '400 InvalidURI'],
    ['ceph', '204'],
  ])('%s, a dot segment in the final key gives %s', async (profile, expected) => {
    const other = await Stage.start({ profile })
    const order = { fields: [['key', 'a/${filename}/../b']] as const, conditions: [['starts-with', '$key', 'a/']] }
    expect((await other.send(formBy(ALICE, order))).outcome).toBe(expected)
    if (expected === '204') expect(other.backend.lines).toEqual(['PUT /a-bkt/a/a.txt/../b'])
    else await other.expectBackendSawNothing()
    await other.close()
  })

  test.each([
    ['aws', true],
    ['ceph', false],
  ])('%s, a verified checksum is sent on: %s; it is always echoed', async (profile, isSent) => {
    const other = await Stage.start({ profile })
    const value = Buffer.from([0, 0, 0, 0])
    value.writeUInt32BE(crc32('bytes of the file'))
    const fields: Pair[] = [
      ['key', 'k'],
      ['x-amz-checksum-crc32', value.toString('base64')],
    ]
    const answer = await other.send(formBy(ALICE, { fields }))
    expect(answer.outcome).toBe('204')
    expect(answer.headers.get('x-amz-checksum-crc32')).toBe(value.toString('base64'))
    expect((await other.theBackendRequest()).headers.has('x-amz-checksum-crc32')).toBe(isSent)
    await other.close()
  })
})
