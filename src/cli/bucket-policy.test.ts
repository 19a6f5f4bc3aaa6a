import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openState } from '../state/sqlite-state.ts'
import { bucketPolicyHistory, bucketPolicyRollback } from './bucket-policy.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-bucket-policy-'))
afterAll(() => rmSync(folder, { recursive: true }))

const AT = new Date('2027-01-02T03:04:05Z')
const policy = (action: string): string =>
  `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "${action}", "Resource": "arn:aws:s3:::b-1/*"}]}`

let count = 0
let path = ''
beforeEach(() => {
  path = join(folder, `${count++}.sqlite`)
  const state = openState({ path, readOnly: false })
  state.setPolicy('b-1', policy('s3:GetObject'), { by: 'alice', at: AT })
  state.setPolicy('b-1', policy('s3:Nothing'), { by: 'alice', at: AT })
  state.setPolicy('b-1', undefined, { by: 'bob', at: AT })
  state.close()
})

function run(
  command: 'history' | number,
  {
    bucket = 'b-1',
    state = { path, readOnly: false } as { path: string; readOnly: boolean } | undefined,
    governs = '',
  } = {},
) {
  const output = { out: '', err: '' }
  const document = { version: '2012-10-17', statements: [] } as const
  const input = {
    config: { file: 'c.yaml', state, bucketPolicies: [{ bucket: governs, document, text: '' }] },
    bucket,
    write: (text: string) => void (output.out += text),
    writeError: (text: string) => void (output.err += text),
  }
  const exitCode =
    command === 'history' ? bucketPolicyHistory(input) : bucketPolicyRollback({ ...input, version: command, now: AT })
  return { exitCode, ...output }
}

test('history prints every version, the oldest first', () => {
  const { exitCode, out } = run('history')
  expect(exitCode).toBe(0)
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.map(({ version, changed_by, policy: text }) => [version, changed_by, text])).toEqual([
    [1, 'alice', policy('s3:GetObject')],
    [2, 'alice', policy('s3:Nothing')],
    [3, 'bob', null],
  ])
  expect(lines[0]?.['changed_at']).toBe('2027-01-02T03:04:05.000Z')
  expect(run('history', { bucket: 'b-2' })).toEqual({
    exitCode: 0,
    out: '',
    err: 'no client set a policy of the bucket "b-2"\n',
  })
  expect(run('history', { bucket: 'b-2', governs: 'b-2' }).err).toContain('"b-2"; c.yaml governs it')
})

test('rollback puts an earlier version in force, as a new one', () => {
  expect(run(1)).toEqual({ exitCode: 0, out: '{"bucket":"b-1","version":4,"same_as":1}\n', err: '' })
  const state = openState({ path, readOnly: true })
  expect(state.bucket('b-1')?.policy).toEqual({ text: policy('s3:GetObject'), version: 4 })
  expect(state.policyHistory('b-1').at(-1)?.changedBy).toBe('rollback to version 1')
  state.close()
})

test('rollback to a deletion deletes', () => {
  run(1)
  expect(run(3).exitCode).toBe(0)
  const state = openState({ path, readOnly: true })
  expect(state.bucket('b-1')).toBeUndefined()
  state.close()
})

test.each([
  ['a version that is not there', 7, {}, 'has no version 7'],
  ['a version that would not load', 2, {}, 'version 2 is not valid any more'],
  ['a bucket that the file governs', 1, { governs: 'b-1' }, 'c.yaml: governs the bucket b-1'],
])('rollback to %s is refused', (_name, version, options, expected) => {
  const { exitCode, err } = run(version, options)
  expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringContaining(expected) })
})

test('without a state that can be changed there is nothing to roll back', () => {
  expect(bucketPolicyOf('history')).toBe(2)
  expect(bucketPolicyOf(1)).toBe(2)
  expect(run(1, { state: { path, readOnly: true } }).err).toContain('read_only')
})

function bucketPolicyOf(command: 'history' | number): number {
  const input = {
    config: { file: 'c.yaml', state: undefined, bucketPolicies: [] },
    bucket: 'b-1',
    write: () => undefined,
    writeError: () => undefined,
  }
  return command === 'history'
    ? bucketPolicyHistory(input)
    : bucketPolicyRollback({ ...input, version: command, now: AT })
}
