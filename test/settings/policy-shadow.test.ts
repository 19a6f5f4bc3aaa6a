import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freePort, until } from '../support/ports.ts'
import { ALICE, BOB, NOBODY, ROOT, Stage } from '../support/proxy-in-process.ts'
import type { SigningKey } from '../support/signer.ts'
import { signedBy } from '../support/wire-requests.ts'

const allow = (action: string, resource: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: `arn:aws:s3:::${resource}` }],
})

let stage: Stage
let adminPort: number
beforeAll(async () => {
  adminPort = await freePort()
  const policy_shadow = {
    policies: { Everything: allow('s3:*', '*'), Readers: allow('s3:GetObject', 'a-bkt/pub/*') },
    users: [
      { name: 'alice', policies: ['Readers'] },
      { name: 'nobody', inline_policy: allow('s3:GetObject', 'a-bkt/*') },
      { name: 'root', policies: ['Everything'] },
    ],
  }
  stage = await Stage.start({ plain: { policy_shadow, admin: { listen_addr: `127.0.0.1:${adminPort}` } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const shadowLogged = (): unknown => {
  const line = stage.logLines.findLast((each) => each.includes('"msg":"request"'))
  return (JSON.parse(line ?? '{}') as { shadow?: unknown }).shadow
}

async function ask(key: SigningKey, path: string): Promise<string> {
  const before = stage.logLines.length
  const { outcome } = await stage.send(signedBy(key, { path }))
  await until(
    () => stage.logLines.slice(before).some((line) => line.includes('"msg":"request"')),
    5_000,
    () => 'no log line',
  )
  return outcome
}

async function counted(would: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  const found = new RegExp(`policy_shadow_differences_total\\{would="${would}"\\} (\\d+)`).exec(text)
  return Number(found?.[1])
}

test('a candidate that lacks an Allow is told in log and metrics, and the request goes on', async () => {
  const before = await counted('deny')
  expect(await ask(ALICE, '/a-bkt/k')).toBe('200')
  expect(shadowLogged()).toMatchObject({
    would: 'deny',
    differences: [{ action: 's3:GetObject', decision: 'Allow', shadow: 'ImplicitDeny' }],
  })
  expect(await counted('deny')).toBe(before + 1)
})

test('a candidate that allows more lets nobody in', async () => {
  const before = await counted('allow')
  expect(await ask(NOBODY, '/a-bkt/k')).toBe('403 AccessDenied')
  await stage.expectBackendSawNothing()
  expect(shadowLogged()).toMatchObject({
    would: 'allow',
    differences: [{ shadow: 'Allow', matched: { policy: 'inline_policy', index: 0 } }],
  })
  expect(await counted('allow')).toBe(before + 1)
})

test.each([
  ['agrees', ALICE, '/a-bkt/pub/k', '200'],
  ['agrees in another way', ROOT, '/a-bkt/k', '200'],
  ['is not about the user', BOB, '/b-bkt/k', '200'],
  ['refuses, too', NOBODY, '/b-bkt/k', '403 AccessDenied'],
])('nothing is said where the candidate %s', async (_name, key, path, outcome) => {
  const before = [await counted('allow'), await counted('deny')]
  expect(await ask(key, path)).toBe(outcome)
  expect(shadowLogged()).toBeUndefined()
  expect([await counted('allow'), await counted('deny')]).toEqual(before)
})
