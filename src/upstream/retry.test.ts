import { expect, test } from 'vitest'
import { HeaderList } from '../http/headers.ts'
import { withRetry } from './retry.ts'
import { type Send, UpstreamFailure, type UpstreamFailureKind, type UpstreamRequest } from './send.ts'

const never = new AbortController().signal
const answer = { status: 200, headers: new HeaderList([]), body: (async function* () {})(), discard: () => undefined }

function failing(failure: UpstreamFailure, times: number): { send: Send; calls: () => number } {
  let calls = 0
  const send: Send = async () => {
    calls++
    if (calls <= times) throw failure
    return answer
  }
  return { send, calls: () => calls }
}

const get: UpstreamRequest = { method: 'GET', path: '/b/k', headers: [], body: undefined }
const put: UpstreamRequest = { method: 'PUT', path: '/b/k', headers: [], body: Buffer.from('x') }

test.each<[string, UpstreamRequest, UpstreamFailureKind, boolean, number]>([
  ['a refused connection is tried again', put, 'unreachable', true, 2],
  ['a GET on a dead pooled connection is tried again', get, 'dropped', true, 2],
  ['a GET whose answer had begun is not', get, 'dropped', false, 1],
  ['a PUT on a dead pooled connection is not', put, 'dropped', true, 1],
  ['a timeout is not', get, 'timeout', true, 1],
  ['a full pool is not', get, 'busy', true, 1],
])('%s', async (_name, request, kind, untouched, expected) => {
  const { send, calls } = failing(new UpstreamFailure(kind, { untouched }), 1)
  await withRetry(send, () => 0)(request, never).catch(() => undefined)
  expect(calls()).toBe(expected)
})

test('there are two retries and no more', async () => {
  const { send, calls } = failing(new UpstreamFailure('unreachable', { untouched: true }), 9)
  await expect(withRetry(send, () => 0)(get, never)).rejects.toMatchObject({ kind: 'unreachable' })
  expect(calls()).toBe(3)
})
