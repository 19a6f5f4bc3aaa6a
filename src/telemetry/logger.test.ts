import { describe, expect, test } from 'vitest'
import { createLogger, type LogFormat, type Logger, type LogLevel } from './logger.ts'

function logged(format: LogFormat, use: (log: Logger) => void, level: LogLevel = 'info'): string[] {
  const lines: string[] = []
  use(createLogger({ level, format, target: { write: (line) => void lines.push(line) } }))
  return lines
}

describe('the JSON log', () => {
  test('is one object a line with time, level, fields and message', () => {
    const [line = ''] = logged('json', (log) => log.info({ request_id: 'r1', status: 200 }, 'request'))
    expect(line.endsWith('\n')).toBe(true)
    const record = JSON.parse(line) as Record<string, unknown>
    expect(record).toMatchObject({ level: 'info', request_id: 'r1', status: 200, msg: 'request' })
    expect(record.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(Object.keys(record)).toEqual(['level', 'time', 'request_id', 'status', 'msg'])
  })

  test.each([
    ['error', 1],
    ['warn', 2],
    ['info', 3],
    ['debug', 4],
  ] as const)('at level %s writes %i of the four levels', (level, expected) => {
    const lines = logged(
      'json',
      (log) => {
        log.error({}, 'e')
        log.warn({}, 'w')
        log.info({}, 'i')
        log.debug({}, 'd')
      },
      level,
    )
    expect(lines).toHaveLength(expected)
  })

  test('carries an error with its cause', () => {
    const [line = ''] = logged('json', (log) =>
      log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'x'),
    )
    expect(line).toContain('outer')
    expect(line).toContain('inner')
  })
})

describe('what never reaches the log', () => {
  const signature = 'a'.repeat(64)
  test.each([
    ['an Authorization field', { authorization: `Credential=x, Signature=${signature}` }],
    ['a header in a record', { headers: { Authorization: 'hunter2' } }],
    ['a header in a pair', { headers: [['Authorization', 'hunter2']] }],
    ['an SSE-C key', { headers: { 'X-Amz-Server-Side-Encryption-Customer-Key': 'hunter2' } }],
    ['the SSE-C key of a copy source', { 'x-amz-copy-source-server-side-encryption-customer-key': 'hunter2' }],
    ['a secret key deep inside', { a: { b: { c: { secretKey: 'hunter2' } } } }],
    ['a presigned URL', { url: `/b/k?X-Amz-Signature=${signature}&x=1` }],
    ['an error that quotes a signature', { err: new Error(`bad Signature=${signature}`) }],
    ['a session token', { query: { 'X-Amz-Security-Token': 'hunter2' } }],
  ])('%s', (_name, fields) => {
    for (const format of ['json', 'console'] as const) {
      const text = logged(format, (log) => log.error(fields, 'x')).join('')
      expect(text).toContain('***')
      expect(text).not.toContain('hunter2')
      expect(text).not.toContain(signature)
    }
  })
})

describe('the console log', () => {
  test('is one readable line', () => {
    const [line = ''] = logged('console', (log) =>
      log.warn({ bucket: 'b', key: 'a b', n: 3, none: null }, 'slow backend'),
    )
    expect(line).toMatch(/^\S+Z WARN {2}slow backend bucket=b key="a b" n=3\n$/)
  })

  test.each([
    ['a line feed', 'a\nINFO forged'],
    ['an escape sequence', 'a\u001b[2Jb'],
    ['a C1 control character', 'a\u009b2Jb'],
    ['DEL', 'a\u007fb'],
    ['a text that reads backwards', 'a\u202eb'],
    ['a line separator', 'a\u2028b'],
  ])('%s in a field or message stays on its line, escaped', (_name, value) => {
    const [line = ''] = logged('console', (log) => log.info({ key: value, deep: { key: value } }, value))
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u202e]/u)
    expect(line.endsWith('\n')).toBe(true)
  })
})
