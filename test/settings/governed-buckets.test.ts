import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ALICE, REGION, ROOT, Stage } from '../support/proxy-in-process.ts'
import { formBy } from '../support/browser-form.ts'
import type { SigningKey } from '../support/signer.ts'
import { presignedBy, signedBy, uploadBy } from '../support/wire-requests.ts'

// What the configuration file says of buckets and keys, clients can see and not change.

const key = (name: string): SigningKey => ({ accessKey: `${name}KEY1`, secretKey: `${name}-secret/1`, region: REGION })
const [OFF, PAST, OFF_USER, PAST_USER] = [key('OFF'), key('PAST'), key('OFFUSER'), key('PASTUSER')]
const pair = ({ accessKey, secretKey }: SigningKey) => ({ access_key: accessKey, secret_key: secretKey })
const RULES = [{ origins: ['https://site.example'], methods: ['GET'] }]

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({
    plain: { state: { path: './state.sqlite' }, cors: { 'a-bkt': RULES } },
    extraUsers: [
      {
        name: 'keys',
        keys: [
          { ...pair(OFF), status: 'inactive' },
          { ...pair(PAST), not_after: '2020-01-01' },
        ],
        policies: ['admin'],
      },
      { name: 'off', ...pair(OFF_USER), status: 'inactive', policies: ['admin'] },
      { name: 'past', keys: [pair(PAST_USER)], not_after: '2020-01-01T00:00:00Z', policies: ['admin'] },
    ],
  })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

test('the CORS rules of the file are shown, hold, and cannot be changed', async () => {
  const cors = (method: string, body = '') =>
    stage.send(signedBy(ROOT, { method, path: '/a-bkt', query: [['cors', '']], body }))
  expect((await cors('GET')).text).toContain('<AllowedOrigin>https://site.example</AllowedOrigin>')
  await stage.expectBackendSawOnly('whether the bucket whose CORS rules are asked for exists')
  stage.backend.reset()
  for (const answer of [await cors('PUT', '<CORSConfiguration/>'), await cors('DELETE')]) {
    expect(answer.outcome).toBe('405 MethodNotAllowed')
    expect(answer.text).toContain('governed by the configuration file')
  }
  await stage.expectBackendSawNothing()
})

describe.each([
  ['an inactive key', OFF],
  ['an expired key', PAST],
  ['the key of an inactive user', OFF_USER],
  ['the key of a user whose time is over', PAST_USER],
])('%s', (_name, user) => {
  test('is one that nobody has, in a header, a URL, a form and an upload in chunks', async () => {
    const requests = [
      signedBy(user),
      presignedBy(user),
      formBy(user),
      uploadBy(user, { mode: 'signed chunks' }),
      uploadBy(user, { mode: 'unsigned chunks with a trailer' }),
    ]
    for (const request of requests) expect((await stage.send(request)).outcome).toBe('403 InvalidAccessKeyId')
    await stage.expectBackendSawNothing()
  })

  test('is told to nobody who does not have its secret', async () => {
    const guess = { ...user, secretKey: 'guessed' }
    for (const request of [signedBy(guess), presignedBy(guess), formBy(guess)]) {
      expect((await stage.send(request)).outcome).toBe('403 SignatureDoesNotMatch')
    }
    await stage.expectBackendSawNothing()
  })
})

test('the other keys go on working', async () => {
  expect((await stage.send(signedBy(ALICE))).outcome).toBe('200')
})
