import { expect, test } from 'vitest'
import { compilePolicy } from './compile.ts'
import type { Statement } from './document.ts'

test('a document that no parser let through is not compiled', () => {
  const plain: Statement = {
    sid: undefined,
    effect: 'Deny',
    action: { kind: 'Action', patterns: ['*'] },
    resource: { kind: 'Resource', patterns: ['*'] },
  }
  const compile = (extra: Partial<Statement>) => () =>
    compilePolicy({ version: '2012-10-17', statements: [{ ...plain, ...extra }] }, 'p')
  expect(compile({ conditions: [{ operator: 'StringMatches', key: 'aws:userid', values: ['a'] }] })).toThrow('unknown')
  expect(compile({ conditions: [{ operator: 'IpAddress', key: 'aws:SourceIp', values: ['a'] }] })).toThrow('read')
  expect(compile({ resource: { kind: 'Resource', patterns: ['arn:aws:s3:::b/${'] } })).toThrow('not closed')
  expect(compile({})).not.toThrow()
})
