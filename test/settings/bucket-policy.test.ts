import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ALICE, BOB, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import { errorReply } from '../support/plausible-replies.ts'
import type { SigningKey } from '../support/signer.ts'
import { type Order, presignedBy, signedBy, unsignedRequest } from '../support/wire-requests.ts'

const FILE_POLICY = policy({ Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::f-bkt/pub/*' })
const EXISTS = 'whether the bucket whose setting is asked for or set exists'

function policy(...statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements.map((each) => ({ Effect: 'Allow', ...each })) }
}

const userArn = (name: string): string => `arn:aws:iam::000000000000:user/${name}`

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ plain: { state: { path: './state.sqlite' }, bucket_policies: { 'f-bkt': FILE_POLICY } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const put = (key: SigningKey, bucket: string, body: string | object, more: Partial<Order> = {}) =>
  stage.send(
    signedBy(key, {
      method: 'PUT',
      path: `/${bucket}`,
      query: [['policy', '']],
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...more,
    }),
  )
const ask = (key: SigningKey, bucket: string, what = 'policy', method = 'GET') =>
  stage.send(signedBy(key, { method, path: `/${bucket}`, query: [[what, '']] }))

describe('a bucket policy', () => {
  test('is kept by the proxy, shown as it was sent, and holds from the next request on', async () => {
    const text = `{"Version": "2012-10-17",\n "Statement": [{"Effect": "Allow", "Principal": {"AWS": "${userArn('nobody')}"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a-bkt/*"}]}`
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
    expect((await put(ROOT, 'a-bkt', text)).outcome).toBe('204')
    await stage.expectBackendSawOnly(EXISTS)
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('200')
    expect(stage.lastEvent()).toMatchObject({ matched: { policy: 'bucket-policy:a-bkt', sid: null, index: 0 } })
    expect((await stage.send(signedBy(NOBODY, { path: '/b-bkt/k' }))).outcome).toBe('403 AccessDenied')
    stage.backend.reset()
    const shown = await ask(ROOT, 'a-bkt')
    expect(shown.headers.get('content-type')).toBe('application/json')
    expect(shown.body.toString()).toBe(text)
    await stage.expectBackendSawOnly(EXISTS)
    expect((await ask(ROOT, 'a-bkt', 'policyStatus')).body.toString()).toContain('<IsPublic>false</IsPublic>')
    expect((await ask(ROOT, 'a-bkt', 'policy', 'DELETE')).outcome).toBe('204')
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('403 AccessDenied')
    expect((await ask(ROOT, 'a-bkt')).outcome).toBe('404 NoSuchBucketPolicy')
    expect((await ask(ROOT, 'a-bkt', 'policyStatus')).outcome).toBe('404 NoSuchBucketPolicy')
    expect((await ask(ROOT, 'a-bkt', 'policy', 'DELETE')).outcome).toBe('204')
  })

  test('denies whom it says, users with all rights among them, until it is changed', async () => {
    const denied = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a-bkt/secret/*' }
    expect((await put(ROOT, 'a-bkt', policy(denied))).outcome).toBe('204')
    stage.backend.reset()
    for (const key of [ALICE, ROOT]) {
      expect((await stage.send(signedBy(key, { path: '/a-bkt/secret/k' }))).outcome).toBe('403 AccessDenied')
    }
    await stage.expectBackendSawNothing()
    expect(stage.lastEvent()).toMatchObject({ decision: 'ExplicitDeny', matched: { policy: 'bucket-policy:a-bkt' } })
    expect((await stage.send(signedBy(ALICE))).outcome).toBe('200')
    await ask(ROOT, 'a-bkt', 'policy', 'DELETE')
  })

  test('of the source of a copy decides whether a key that is missing there may be told', async () => {
    const unlisted = { Effect: 'Deny', Principal: '*', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::b-bkt' }
    const copyOfMissing = () => {
      stage.backend.script = () => ({ bytes: errorReply(404, 'NoSuchKey') })
      return stage.send(signedBy(ROOT, { method: 'PUT', headers: [['x-amz-copy-source', 'b-bkt/gone']] }))
    }
    expect((await copyOfMissing()).outcome).toBe('404 NoSuchKey')
    stage.backend.reset()
    expect((await put(ROOT, 'b-bkt', policy(unlisted))).outcome).toBe('204')
    stage.backend.reset()
    expect((await copyOfMissing()).outcome).toBe('403 AccessDenied')
    expect(stage.backend.lines).toEqual(['PUT /a-bkt/k'])
    stage.backend.reset()
    expect((await ask(ROOT, 'b-bkt', 'policy', 'DELETE')).outcome).toBe('204')
  })

  test('only delegates to an account that it names', async () => {
    const statement = { Principal: { AWS: '000000000000' }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::a-bkt/*' }
    expect((await put(ROOT, 'a-bkt', policy(statement))).outcome).toBe('204')
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('403 AccessDenied')
    await ask(ROOT, 'a-bkt', 'policy', 'DELETE')
  })

  test('needs its rights: allowed_buckets gives the one to read it, not the ones to change it', async () => {
    expect((await put(ALICE, 'a-bkt', policy({}))).outcome).toBe('403 AccessDenied')
    expect((await ask(ALICE, 'a-bkt', 'policy', 'DELETE')).outcome).toBe('403 AccessDenied')
    expect((await ask(BOB, 'a-bkt')).outcome).toBe('403 AccessDenied')
    expect((await stage.send(unsignedRequest({ path: '/a-bkt', query: [['policy', '']] }))).outcome).toBe(
      '403 AccessDenied',
    )
    await stage.expectBackendSawNothing()
    expect((await ask(ALICE, 'a-bkt')).outcome).toBe('404 NoSuchBucketPolicy')
  })

  const allow = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a-bkt/*' }
  test.each<[string, string | object, string]>([
    ['nothing', '', '400 MissingRequestBodyError'],
    ['text', 'hello', '400 MalformedPolicy'],
    ['a blank before the document', ` ${JSON.stringify(policy(allow))}`, '400 MalformedPolicy'],
    [
      'a member that is there twice',
      '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}',
      '400 MalformedPolicy',
    ],
    ['another bucket', policy({ ...allow, Resource: 'arn:aws:s3:::b-bkt/*' }), '400 MalformedPolicy'],
    ['every resource', policy({ ...allow, Resource: '*' }), '400 MalformedPolicy'],
    ['nobody', policy({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::a-bkt/*' }), '400 MalformedPolicy'],
    ['a user who is not there', policy({ ...allow, Principal: { AWS: userArn('carol') } }), '400 MalformedPolicy'],
    ['another account', policy({ ...allow, Principal: { AWS: '111122223333' } }), '400 MalformedPolicy'],
    ['an unknown action', policy({ ...allow, Action: 's3:GetObjekt' }), '400 MalformedPolicy'],
    ['an action of another service', policy({ ...allow, Action: 'kms:Decrypt' }), '400 MalformedPolicy'],
    ['an action on the bucket for keys', policy({ ...allow, Action: 's3:ListBucket' }), '400 MalformedPolicy'],
    [
      'an unknown condition key',
      policy({ ...allow, Condition: { StringEquals: { 's3:nothing': 'a' } } }),
      '400 MalformedPolicy',
    ],
    ['an unknown field', policy({ ...allow, __proto__x: 1 }), '400 MalformedPolicy'],
    [
      'more than 20 KiB',
      policy({ ...allow, Resource: `arn:aws:s3:::a-bkt/${'x'.repeat(20_480)}` }),
      '400 MalformedPolicy',
    ],
  ])('of %s is refused, and the backend not asked', async (_name, body, expected) => {
    expect((await put(ROOT, 'a-bkt', body)).outcome).toBe(expected)
    await stage.expectBackendSawNothing()
    expect((await ask(ROOT, 'a-bkt')).outcome).toBe('404 NoSuchBucketPolicy')
  })

  test('is refused in words that say where and what', async () => {
    const { text } = await put(ROOT, 'a-bkt', policy({ ...allow, Action: 's3:GetObjekt' }))
    expect(text).toContain('<Message>Statement[0].Action: ')
  })

  test('of a bucket that the backend does not have is not kept', async () => {
    stage.backend.script = () => ({ bytes: errorReply(404, 'NoSuchBucket').replace(/\r\n\r\n[^]*/, '\r\n\r\n') })
    const body = policy({ ...allow, Resource: 'arn:aws:s3:::g-bkt/*' })
    expect((await put(ROOT, 'g-bkt', body)).outcome).toBe('404 NoSuchBucket')
    expect((await ask(ROOT, 'g-bkt')).outcome).toBe('404 NoSuchBucket')
    stage.backend.reset()
    expect((await ask(ROOT, 'g-bkt')).outcome).toBe('404 NoSuchBucketPolicy')
  })

  test('that nothing covers is refused, one with Content-MD5 is taken', async () => {
    const body = JSON.stringify(policy(allow))
    const uncovered = { payloadHash: 'UNSIGNED-PAYLOAD' }
    expect((await put(ROOT, 'a-bkt', body, uncovered)).outcome).toBe('400 InvalidRequest')
    const md5 = createHash('md5').update(body).digest('base64')
    expect((await put(ROOT, 'a-bkt', body, { ...uncovered, headers: [['content-md5', md5]] })).outcome).toBe('204')
    const wrong = createHash('md5').update('x').digest('base64')
    expect((await put(ROOT, 'a-bkt', body, { ...uncovered, headers: [['content-md5', wrong]] })).outcome).toBe(
      '400 BadDigest',
    )
    await ask(ROOT, 'a-bkt', 'policy', 'DELETE')
  })

  test('of the file is shown, holds, and cannot be changed', async () => {
    expect(JSON.parse((await ask(ROOT, 'f-bkt')).body.toString())).toEqual(FILE_POLICY)
    expect((await ask(ROOT, 'f-bkt', 'policyStatus')).body.toString()).toContain('<IsPublic>true</IsPublic>')
    stage.backend.reset()
    for (const answer of [await put(ROOT, 'f-bkt', policy(allow)), await ask(ROOT, 'f-bkt', 'policy', 'DELETE')]) {
      expect(answer.outcome).toBe('405 MethodNotAllowed')
      expect(answer.body.toString()).toContain('governed by the configuration file')
    }
    await stage.expectBackendSawNothing()
  })

  test('that another process sets holds from the next request on', async () => {
    const other = (...args: string[]) =>
      execFileSync(process.execPath, ['test/support/state-process.ts', join(stage.folder, 'state.sqlite'), ...args], {
        encoding: 'utf8',
      })
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('403 AccessDenied')
    const text = JSON.stringify(policy({ ...allow, Principal: { AWS: userArn('nobody') } }))
    other('set', 'a-bkt', text)
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('200')
    expect((await ask(ROOT, 'a-bkt')).body.toString()).toBe(text)
    await put(ROOT, 'a-bkt', policy({ ...allow, Principal: { AWS: userArn('bob') } }))
    expect(JSON.parse(other('get', 'a-bkt'))).toMatchObject({ Statement: [{ Principal: { AWS: userArn('bob') } }] })
    await ask(ROOT, 'a-bkt', 'policy', 'DELETE')
  })

  test('goes with its bucket, and stays when a bucket that exists is created again', async () => {
    const forBob = policy({ ...allow, Principal: { AWS: userArn('nobody') } })
    await put(ROOT, 'a-bkt', forBob)
    expect((await stage.send(signedBy(ROOT, { method: 'PUT', path: '/a-bkt' }))).outcome).toBe(
      '409 BucketAlreadyOwnedByYou',
    )
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('200')
    stage.backend.script = ({ method }) =>
      method === 'DELETE' ? { bytes: errorReply(409, 'BucketNotEmpty') } : undefined
    expect((await stage.send(signedBy(ROOT, { method: 'DELETE', path: '/a-bkt' }))).outcome).toBe('409 BucketNotEmpty')
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('200')
    stage.backend.reset()
    expect((await stage.send(signedBy(ROOT, { method: 'DELETE', path: '/a-bkt' }))).outcome).toBe('204')
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('403 AccessDenied')
    expect((await ask(ROOT, 'a-bkt')).outcome).toBe('404 NoSuchBucketPolicy')
  })

  test('of a bucket that went behind the proxy’s back does not hold for the next one of its name', async () => {
    await put(ROOT, 'a-bkt', policy({ ...allow, Principal: { AWS: userArn('nobody') } }))
    stage.backend.script = ({ method, target }) =>
      method === 'HEAD' && target === '/a-bkt'
        ? { bytes: 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n' }
        : undefined
    expect((await stage.send(signedBy(ROOT, { method: 'PUT', path: '/a-bkt' }))).outcome).toBe('200')
    stage.backend.reset()
    expect((await stage.send(signedBy(NOBODY))).outcome).toBe('403 AccessDenied')
  })
})

describe('a request without a signature', () => {
  test('is let in where a bucket policy says so, and nowhere else', async () => {
    expect((await stage.send(unsignedRequest({ path: '/f-bkt/pub/k' }))).outcome).toBe('200')
    expect(stage.lastEvent()).toMatchObject({
      principal: { type: 'Anonymous' },
      decision: 'Allow',
      matched: { policy: 'bucket-policy:f-bkt' },
    })
    stage.backend.reset()
    for (const order of [
      { path: '/f-bkt/k' },
      { path: '/f-bkt' },
      { path: '/a-bkt/k' },
      { path: '/' },
      { method: 'PUT', path: '/f-bkt/pub/k', body: 'x' },
      { method: 'DELETE', path: '/f-bkt/pub/k' },
      { path: '/f-bkt/pub/k', query: [['versionId', 'v']] as const },
      { path: '/f-bkt/pub/k', query: [['acl', '']] as const },
    ]) {
      expect((await stage.send(unsignedRequest(order))).outcome).toBe('403 AccessDenied')
    }
    const overriding = { path: '/f-bkt/pub/k', query: [['response-expires', 'x']] } as const
    expect((await stage.send(unsignedRequest(overriding))).status).not.toBe(200)
    await stage.expectBackendSawNothing()
  })

  test('lists what it may, by prefix', async () => {
    const listing = {
      Principal: '*',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::a-bkt',
      Condition: { StringLike: { 's3:prefix': 'pub/*' } },
    }
    expect((await put(ROOT, 'a-bkt', policy(listing))).outcome).toBe('204')
    const list = (prefix: string) => stage.send(unsignedRequest({ path: '/a-bkt', query: [['prefix', prefix]] }))
    expect((await list('pub/')).outcome).toBe('200')
    expect((await list('pri')).outcome).toBe('403 AccessDenied')
    await ask(ROOT, 'a-bkt', 'policy', 'DELETE')
  })

  test('creates no bucket, whatever the policy under its name says; nor does a user without the right', async () => {
    const Resource = ['arn:aws:s3:::a-bkt', 'arn:aws:s3:::a-bkt/*']
    expect((await put(ROOT, 'a-bkt', policy({ Principal: '*', Action: 's3:*', Resource }))).outcome).toBe('204')
    expect((await stage.send(unsignedRequest({ path: '/a-bkt' }))).outcome).toBe('200')
    stage.backend.reset()
    stage.backend.script = ({ method }) => (method === 'HEAD' ? { bytes: errorReply(404, 'NoSuchBucket') } : undefined)
    const order = { method: 'PUT', path: '/a-bkt' } as const
    expect((await stage.send(unsignedRequest(order))).outcome).toBe('403 AccessDenied')
    expect((await stage.send(signedBy(NOBODY, order))).outcome).toBe('403 AccessDenied')
    await stage.expectBackendSawNothing()
    stage.backend.reset()
    expect((await ask(ROOT, 'a-bkt', 'policy', 'DELETE')).outcome).toBe('204')
  })

  test('has nothing to do with the policy itself, though that gives everybody everything', async () => {
    const Resource = ['arn:aws:s3:::a-bkt', 'arn:aws:s3:::a-bkt/*']
    const open = policy({ Principal: '*', Action: 's3:*', Resource })
    expect((await put(ROOT, 'a-bkt', open)).outcome).toBe('204')
    stage.backend.reset()
    for (const [method, what] of [
      ['GET', 'policy'],
      ['GET', 'policyStatus'],
      ['PUT', 'policy'],
      ['DELETE', 'policy'],
    ] as const) {
      const body =
        method === 'PUT' ? JSON.stringify(policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource })) : ''
      const order = { method, path: '/a-bkt', query: [[what, '']] as const, body }
      expect((await stage.send(unsignedRequest(order))).outcome).toBe('405 MethodNotAllowed')
    }
    await stage.expectBackendSawNothing()
    expect((await ask(ROOT, 'a-bkt')).body.toString()).toBe(JSON.stringify(open))
    expect((await ask(NOBODY, 'a-bkt', 'policy', 'DELETE')).outcome).toBe('204')
  })

  test('does not become a wrong signature’s way in', async () => {
    const wrong = presignedBy({ ...ALICE, secretKey: 'x' }, { path: '/f-bkt/pub/k' })
    expect((await stage.send(wrong)).outcome).toBe('403 SignatureDoesNotMatch')
    await stage.expectBackendSawNothing()
  })
})

describe('without a state that can be changed', () => {
  test.each([
    ['none', {}],
    ['one that is read-only', { state: { path: './state.sqlite', read_only: true } }],
  ])('%s: changes are 501, reads are answered', async (_name, plain) => {
    const other = await Stage.start({ plain })
    const send = (method: string, what: string, body = '') =>
      other.send(signedBy(ROOT, { method, path: '/a-bkt', query: [[what, '']], body }))
    for (const what of ['policy', 'publicAccessBlock', 'cors']) {
      expect((await send('PUT', what, '{}')).outcome).toBe('501 NotImplemented')
      expect((await send('DELETE', what)).outcome).toBe('501 NotImplemented')
    }
    await other.expectBackendSawNothing()
    expect((await send('GET', 'policy')).outcome).toBe('404 NoSuchBucketPolicy')
    expect((await send('GET', 'publicAccessBlock')).outcome).toBe('404 NoSuchPublicAccessBlockConfiguration')
    await other.close()
  })

  test('a path that cannot be written is an error at start', async () => {
    await expect(Stage.start({ plain: { state: { path: './nowhere/state.sqlite' } } })).rejects.toThrow(
      /the state .*nowhere\/state\.sqlite cannot be opened for writing/,
    )
  })
})
