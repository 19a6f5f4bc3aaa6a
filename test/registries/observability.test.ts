import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { AuditFacts } from '../../src/audit/event.ts'
import { logFields } from '../../src/walk/log-fields.ts'

const PAGE = readFileSync('docs/observability.md', 'utf8')

function firstCells(heading: string): string[] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  const cells = [...section.matchAll(/^\| (`[^|]*`) \|/gm)].map((match) => match[1] ?? '')
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))
}

const FACTS: AuditFacts = {
  eventId: 'e',
  time: new Date(0),
  requestId: 'R',
  principal: undefined,
  accessKey: undefined,
  sourceIp: '192.0.2.1',
  userAgent: undefined,
  tls: undefined,
  operation: undefined,
  bucket: undefined,
  key: undefined,
  versionId: undefined,
  checks: [],
  status: 200,
  errorCode: undefined,
  detail: undefined,
  bytesIn: 0,
  bytesOut: 0,
  durationMs: 1,
  received: undefined,
}

test('the page names the fields of a log line, in their order', () => {
  // `err` is added to the lines of failures.
  expect(firstCells('Log')).toEqual([...Object.keys(logFields(FACTS, { reason: 'none', shadow: undefined })), 'err'])
})

test('the page names every stage that the walk enters', () => {
  const source = ['src/gateway.ts', 'src/walk/walk.ts'].map((file) => readFileSync(file, 'utf8')).join('')
  const carriedOut = readFileSync('src/operations/carry-out.ts', 'utf8')
  const entered = [...`${source}${carriedOut}`.matchAll(/\.enter\('(\w+)'\)/g)].map((match) => match[1] ?? '')
  const line = /^- `stage`: ([^.]*)\./m.exec(PAGE)?.[1] ?? ''
  const documented = [...line.matchAll(/`(\w+)`/g)].map((match) => match[1])
  expect(documented.sort()).toEqual([...new Set(entered)].sort())
})

test('the page explains every reason, and no other', () => {
  const source = readFileSync('src/telemetry/metrics.ts', 'utf8')
  const union = /export type RequestReason =([^]*?)\nexport/.exec(source)?.[1] ?? ''
  const reasons = [...union.matchAll(/\| '(\w+)'/g)].map((match) => match[1])
  const section = PAGE.slice(PAGE.indexOf('| Reason | Meaning |'), PAGE.indexOf('## Health'))
  const documented = [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1])
  expect(documented).toEqual(reasons)
})
