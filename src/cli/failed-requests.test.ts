import { expect, test } from 'vitest'
import type { AuditEvent } from '../audit/event.ts'
import type { ClientRequest } from './client-request.ts'
import { newestMatch } from './failed-requests.ts'
import { receivedLines } from './received-lines.ts'

const AT = '20260101T000000Z'
const SCOPE = '20260101/eu-test-1/s3/aws4_request'

function failed(id: string, headers: readonly string[], query = '') {
  const names = headers.map((line) => line.split(':')[0]).join(';')
  const lines = receivedLines({
    canonical_request: ['GET', '/b', query, ...headers, '', names, 'UNSIGNED-PAYLOAD'].join('\n'),
    string_to_sign: ['AWS4-HMAC-SHA256', AT, SCOPE, '0'.repeat(64)].join('\n'),
    also_tried: [],
    cut: false,
  })
  if (lines === undefined) throw new Error('no lines')
  return { event: { request_id: id, time: '2026-01-01T00:00:00Z' } as AuditEvent, lines }
}

function client(query: string, headers: Readonly<Record<string, string>>): ClientRequest {
  return {
    line: 1,
    told: 'signed',
    method: 'GET',
    path: '/b',
    query,
    headers: new Map(Object.entries(headers)),
    signedHeaders: Object.keys(headers).join(';'),
    payloadHash: 'UNSIGNED-PAYLOAD',
    stringToSign: { timestamp: AT, scope: SCOPE, requestHash: undefined },
    accessKey: undefined,
  }
}

const matched = (sent: ClientRequest, ...all: ReturnType<typeof failed>[]): string | undefined =>
  newestMatch({
    recorded: all.length,
    newest: all[0],
    matching: all.map((each) => ({ client: sent, failed: each })),
  })?.failed.event.request_id

test('of two requests of one second the one with the id that the SDK gave it is meant, however much it differs', () => {
  const sent = client('list-type=2&max-keys=5&prefix=a', { 'amz-sdk-invocation-id': 'mine', host: 'h' })
  const mine = failed('MINE', ['amz-sdk-invocation-id:mine', 'host:h'], 'x-cache=1')
  const other = failed('OTHER', ['amz-sdk-invocation-id:other', 'host:inner'], 'list-type=2&max-keys=5&prefix=a')
  expect(matched(sent, mine, other)).toBe('MINE')
  expect(matched(sent, other, mine)).toBe('MINE')
})

test('without such an id the one that differs least is taken', () => {
  const sent = client('prefix=a', { host: 'h' })
  const near = failed('NEAR', ['host:inner'], 'prefix=a')
  const far = failed('FAR', ['host:inner'], 'x=1&y=2')
  expect(matched(sent, far, near)).toBe('NEAR')
})
