import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formBy } from '../support/browser-form.ts'
import { BACKEND_OWNER } from '../support/plausible-replies.ts'
import { ALICE, ROOT, Stage } from '../support/proxy-in-process.ts'
import { type Order, type Pair, signedBy, unsignedRequest } from '../support/wire-requests.ts'

const EXISTS = 'whether the bucket whose setting is asked for or set exists'
const FIELDS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const
type Field = (typeof FIELDS)[number]

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ plain: { state: { path: './state.sqlite' } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const block = (method: string, body = '', bucket = 'a-bkt') =>
  stage.send(signedBy(ROOT, { method, path: `/${bucket}`, query: [['publicAccessBlock', '']], body }))
const document = (...on: readonly Field[]): string =>
  `<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${on
    .map((name) => `<${name}>true</${name}>`)
    .join('')}</PublicAccessBlockConfiguration>`
const setPolicy = (text: string) =>
  stage.send(signedBy(ROOT, { method: 'PUT', path: '/a-bkt', query: [['policy', '']], body: text }))
const PUBLIC = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a-bkt/*' }],
})

describe('the public access block of a bucket', () => {
  test('is kept by the proxy and never sent on', async () => {
    expect((await block('GET')).outcome).toBe('404 NoSuchPublicAccessBlockConfiguration')
    expect((await block('PUT', document('BlockPublicPolicy'))).outcome).toBe('200')
    const shown = (await block('GET')).body.toString()
    for (const name of FIELDS) expect(shown).toContain(`<${name}>${name === 'BlockPublicPolicy'}</${name}>`)
    expect((await block('DELETE')).outcome).toBe('204')
    expect((await block('GET')).outcome).toBe('404 NoSuchPublicAccessBlockConfiguration')
    await stage.expectBackendSawOnly(EXISTS)
  })

  test.each([
    ['nothing', '', '400 MissingRequestBodyError'],
    ['another document', '<Tagging/>', '400 MalformedXML'],
    [
      'an unknown field',
      '<PublicAccessBlockConfiguration><All>true</All></PublicAccessBlockConfiguration>',
      '400 MalformedXML',
    ],
    ['a value that is none', document('BlockPublicAcls').replace('true', 'yes'), '400 MalformedXML'],
    ['a field twice', document('BlockPublicAcls', 'BlockPublicAcls'), '400 MalformedXML'],
  ])('of %s is refused', async (_name, body, expected) => {
    expect((await block('PUT', body)).outcome).toBe(expected)
    await stage.expectBackendSawNothing()
  })

  test('needs its right', async () => {
    const order = { method: 'PUT', path: '/a-bkt', query: [['publicAccessBlock', '']], body: document() } as const
    expect((await stage.send(signedBy(ALICE, order))).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
  })

  test('BlockPublicPolicy refuses a policy for everybody, and takes others', async () => {
    await block('PUT', document('BlockPublicPolicy'))
    expect((await setPolicy(PUBLIC)).outcome).toBe('403 AccessDenied')
    const [statement] = JSON.parse(PUBLIC).Statement
    const Condition = { StringEquals: { 'aws:userid': 'anonymous' } }
    const forStrangers = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Condition }] })
    expect((await setPolicy(forStrangers)).outcome).toBe('403 AccessDenied')
    expect((await stage.send(unsignedRequest())).outcome).toBe('403 AccessDenied')
    expect((await setPolicy(PUBLIC.replace('"*"', '{"AWS":"000000000000"}'))).outcome).toBe('204')
    await block('DELETE')
  })

  test('BlockPublicPolicy takes a policy that is pinned to a key of a key service, by which no stranger gets in', async () => {
    await block('PUT', document('BlockPublicPolicy'))
    const header = 'x-amz-server-side-encryption-aws-kms-key-id'
    const pinned = {
      Action: 's3:PutObject',
      Condition: { StringEquals: { [`s3:${header}`]: 'arn:aws:kms:r:1:key/a' } },
    }
    const [statement] = JSON.parse(PUBLIC).Statement
    const text = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...pinned }] })
    expect((await setPolicy(text)).outcome).toBe('204')
    stage.backend.reset()
    const fields: Pair[] = [
      ['x-amz-server-side-encryption', 'aws:kms'],
      [header, 'arn:aws:kms:r:1:key/a'],
    ]
    const put = { method: 'PUT', body: 'x', headers: fields }
    expect((await stage.send(unsignedRequest(put))).outcome).toBe('400 InvalidArgument')
    expect((await stage.send(formBy(undefined, { fields: [['key', 'k'], ...fields] }))).outcome).toBe(
      '400 InvalidArgument',
    )
    await stage.expectBackendSawNothing()
    expect((await stage.send(signedBy(ALICE, put))).outcome).toBe('200')
    await block('DELETE')
  })

  test('RestrictPublicBuckets keeps strangers out of a public bucket, and lets users in', async () => {
    expect((await setPolicy(PUBLIC)).outcome).toBe('204')
    expect((await stage.send(unsignedRequest())).outcome).toBe('200')
    await block('PUT', document('RestrictPublicBuckets'))
    stage.backend.reset()
    expect((await stage.send(unsignedRequest())).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
    expect((await stage.send(signedBy(ALICE))).outcome).toBe('200')
    await block('DELETE')
  })
})

const GROUP = 'http://acs.amazonaws.com/groups/global/AllUsers'
const ACL = `<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>${GROUP}</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`
const canned: Pair = ['x-amz-acl', 'public-read']

describe.each(['BlockPublicAcls', 'IgnorePublicAcls'] as const)('%s refuses a public ACL', (field) => {
  beforeAll(() => block('PUT', document(field)))
  afterAll(() => block('DELETE'))

  test.each<[string, Order]>([
    ['of PutObject', { method: 'PUT', headers: [canned], body: 'x' }],
    ['for holders of any key', { method: 'PUT', headers: [['x-amz-acl', 'authenticated-read']], body: 'x' }],
    ['as a parameter', { method: 'PUT', query: [canned], body: 'x' }],
    ['as a grant', { method: 'PUT', headers: [['x-amz-grant-read', `uri="${GROUP}"`]], body: 'x' }],
    ['of CopyObject', { method: 'PUT', headers: [canned, ['x-amz-copy-source', 'a-bkt/s']] }],
    ['of CreateMultipartUpload', { method: 'POST', query: [['uploads', '']], headers: [canned] }],
    ['of PutObjectAcl', { method: 'PUT', query: [['acl', '']], headers: [canned] }],
    ['in a document for an object', { method: 'PUT', query: [['acl', '']], body: ACL }],
    ['in a document for the bucket', { method: 'PUT', path: '/a-bkt', query: [['acl', '']], body: ACL }],
  ])('%s', async (_name, order) => {
    const answer = await stage.send(signedBy(ROOT, order))
    expect(answer.outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
  })

  test('of a form', async () => {
    const answer = await stage.send(
      formBy(ROOT, {
        fields: [
          ['key', 'k'],
          ['acl', 'public-read'],
        ],
      }),
    )
    expect(answer.outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
  })

  test('and takes a private one, and those of other buckets', async () => {
    const one = { method: 'PUT', query: [['acl', '']], headers: [['x-amz-acl', 'private']] } as const
    expect((await stage.send(signedBy(ROOT, one))).outcome).toBe('200')
    const ignored = { headers: [canned] }
    expect((await stage.send(signedBy(ROOT, ignored))).outcome).toBe('200')
    const other = { method: 'PUT', path: '/b-bkt/k', headers: [canned], body: 'x' }
    expect((await stage.send(signedBy(ROOT, other))).outcome).toBe('200')
    const toOwner = ACL.replace(
      /<Grantee [^]*<\/Grantee>/,
      `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${BACKEND_OWNER.replace('master', 'x')}</ID></Grantee>`,
    )
    expect((await stage.send(signedBy(ROOT, { method: 'PUT', query: [['acl', '']], body: toOwner }))).outcome).toBe(
      '200',
    )
  })
})

describe("the account's public access block", () => {
  test('holds for every bucket, beside the bucket’s own, also for one that is made', async () => {
    const strict = await Stage.start({
      more: { public_access_block: { block_public_acls: true, block_public_policy: true } },
      plain: { state: { path: './state.sqlite' } },
    })
    const send = (order: Order) => strict.send(signedBy(ROOT, order))
    expect((await send({ method: 'PUT', headers: [canned], body: 'x' })).outcome).toBe('403 AccessDenied')
    expect((await send({ method: 'PUT', path: '/new-bkt', headers: [canned] })).outcome).toBe('403 AccessDenied')
    const setting = { method: 'PUT', path: '/a-bkt', query: [['policy', '']], body: PUBLIC } as const
    await strict.expectBackendSawNothing()
    expect((await send(setting)).outcome).toBe('403 AccessDenied')
    const none = await send({ path: '/a-bkt', query: [['publicAccessBlock', '']] })
    expect(none.outcome).toBe('404 NoSuchPublicAccessBlockConfiguration')
    await strict.close()
  })
})

describe('CORS rules that clients set', () => {
  const cors = (method: string, body = '') =>
    stage.send(signedBy(ALICE, { method, path: '/a-bkt', query: [['cors', '']], body }))
  const RULE =
    '<CORSRule><ID>one</ID><AllowedHeader>Content-*</AllowedHeader><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>https://site.example</AllowedOrigin><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>'
  const CONFIGURATION = `<CORSConfiguration>${RULE}</CORSConfiguration>`
  const preflight = () =>
    stage.send({
      method: 'OPTIONS',
      target: '/a-bkt/k',
      headers: [
        ['host', 'proxy.test'],
        ['origin', 'https://site.example'],
        ['access-control-request-method', 'PUT'],
        ['access-control-request-headers', 'content-type'],
      ],
    })

  test('answer browsers from the next request on, and are not sent on', async () => {
    expect((await preflight()).outcome).toBe('403 AccessForbidden')
    expect((await cors('PUT', CONFIGURATION)).outcome).toBe('200')
    expect((await preflight()).headers.get('access-control-allow-origin')).toBe('https://site.example')
    expect((await cors('GET')).body.toString()).toContain(RULE.replace('Content', 'content'))
    expect((await cors('DELETE')).outcome).toBe('204')
    expect((await preflight()).outcome).toBe('403 AccessForbidden')
    expect((await cors('GET')).outcome).toBe('404 NoSuchCORSConfiguration')
    await stage.expectBackendSawOnly(EXISTS)
  })

  test.each([
    ['no rules', '<CORSConfiguration/>', '400 MalformedXML'],
    ['a rule without origin', CONFIGURATION.replace(/<AllowedOrigin>.*<\/AllowedOrigin>/, ''), '400 MalformedXML'],
    ['a method that none is', CONFIGURATION.replace('PUT', 'PATCH'), '400 InvalidRequest'],
    ['two stars', CONFIGURATION.replace('https://site', 'https://*.*'), '400 InvalidRequest'],
    ['a star in an exposed header', CONFIGURATION.replace('ETag', '*'), '400 InvalidRequest'],
    ['a line end in a header', CONFIGURATION.replace('ETag', 'a&#10;b'), '400 InvalidRequest'],
    ['too many rules', `<CORSConfiguration>${RULE.repeat(101)}</CORSConfiguration>`, '400 MalformedXML'],
  ])('with %s are refused', async (_name, body, expected) => {
    expect((await cors('PUT', body)).outcome).toBe(expected)
    await stage.expectBackendSawNothing()
  })
})
