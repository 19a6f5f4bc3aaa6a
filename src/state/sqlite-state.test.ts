import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { openForWriting } from './open-database.ts'
import { openState } from './sqlite-state.ts'
import type { StateStore } from './state-store.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-state-'))
const opened: StateStore[] = []
afterAll(() => {
  for (const state of opened) state.close()
  rmSync(folder, { recursive: true })
})

let count = 0
const newPath = (): string => join(folder, `state-${count++}.sqlite`)

function open(path = newPath(), readOnly = false): StateStore {
  const state = openState({ path, readOnly })
  opened.push(state)
  return state
}

const CHANGE = { by: 'arn:aws:iam::000000000000:user/a', at: new Date('2027-01-02T03:04:05Z') }
const BLOCK = { blockPublicAcls: true, ignorePublicAcls: false, blockPublicPolicy: true, restrictPublicBuckets: false }
const RULE = { origins: ['*'], methods: ['GET'], allowedHeaders: [], exposedHeaders: [], maxAgeSeconds: 3 } as const

describe('the state', () => {
  test('keeps what is set for buckets across a restart', () => {
    const path = newPath()
    const state = open(path)
    expect(state.bucket('a')).toBeUndefined()
    expect(state.hasBucketPolicies).toBe(false)
    expect(state.setPolicy('a', '{"x":1}', CHANGE)).toBe(1)
    state.setPublicAccessBlock('a', BLOCK)
    state.setCors('b', [RULE])
    for (const each of [state, open(path)]) {
      expect(each.bucket('a')).toEqual({
        policy: { text: '{"x":1}', version: 1 },
        publicAccessBlock: BLOCK,
        cors: undefined,
      })
      expect(each.bucket('b')?.cors).toEqual([RULE])
      expect(each.hasBucketPolicies).toBe(true)
    }
  })

  test('numbers the versions of a policy, deletions too', () => {
    const state = open()
    state.setPolicy('a', '1', CHANGE)
    state.setPolicy('b', 'x', CHANGE)
    state.setPolicy('a', undefined, CHANGE)
    expect(state.bucket('a')).toBeUndefined()
    expect(state.setPolicy('a', '3', CHANGE)).toBe(3)
    expect(state.bucket('a')?.policy).toEqual({ text: '3', version: 3 })
    expect(state.policyHistory('a')).toEqual(
      ['1', undefined, '3'].map((text, at) => ({
        version: at + 1,
        text,
        changedAt: '2027-01-02T03:04:05.000Z',
        changedBy: CHANGE.by,
      })),
    )
  })

  test('forgets all of a bucket that is gone, and nothing of others', () => {
    const state = open()
    const upload = { bucket: 'a', key: 'k', uploadId: 'u' }
    for (const bucket of ['a', 'b']) {
      state.setPolicy(bucket, '1', CHANGE)
      state.setPublicAccessBlock(bucket, BLOCK)
      state.setCors(bucket, [RULE])
      state.noteUpload({ ...upload, bucket }, 'alice', CHANGE.at)
    }
    state.forgetBucket('a')
    state.forgetBucket('never-there')
    expect(state.bucket('a')).toBeUndefined()
    expect(state.policyHistory('a')).toEqual([])
    expect(state.uploadOwner(upload)).toBeUndefined()
    expect(state.bucket('b')).toMatchObject({ policy: { version: 1 }, publicAccessBlock: BLOCK, cors: [RULE] })
    expect(state.uploadOwner({ ...upload, bucket: 'b' })).toBe('alice')
    expect(state.hasBucketPolicies).toBe(true)
  })

  test('knows who began an upload until a day after its end', () => {
    const state = open()
    const upload = { bucket: 'a', key: 'k', uploadId: 'u' }
    state.noteUpload(upload, 'alice', CHANGE.at)
    expect(state.uploadOwner(upload)).toBe('alice')
    expect(state.uploadOwner({ ...upload, key: 'l' })).toBeUndefined()
    state.endUpload(upload, CHANGE.at)
    const later = (hours: number) => new Date(CHANGE.at.getTime() + hours * 3_600_000)
    state.noteUpload({ ...upload, uploadId: 'v' }, 'bob', later(23))
    expect(state.uploadOwner(upload)).toBe('alice')
    state.noteUpload({ ...upload, uploadId: 'w' }, 'bob', later(25))
    expect(state.uploadOwner(upload)).toBeUndefined()
    expect(state.uploadOwner({ ...upload, uploadId: 'v' })).toBe('bob')
  })

  test('of another process is seen after a refresh, in both directions', () => {
    const path = newPath()
    const state = open(path)
    const other = (...args: string[]) =>
      execFileSync(process.execPath, ['test/support/state-process.ts', path, ...args], { encoding: 'utf8' })
    state.setPolicy('a', 'mine', CHANGE)
    expect(other('get', 'a')).toBe('mine')
    expect(other('set', 'a', 'theirs')).toBe('2')
    state.refresh()
    expect(state.bucket('a')?.policy).toEqual({ text: 'theirs', version: 2 })
    other('set', 'a')
    state.refresh()
    expect(state.bucket('a')).toBeUndefined()
    expect(state.hasBucketPolicies).toBe(false)
  })

  test('is for its owner only', () => {
    const path = newPath()
    open(path).setPolicy('a', '1', CHANGE)
    const files = readdirSync(folder).filter((name) => join(folder, name).startsWith(path))
    expect(files.length).toBe(3)
    for (const name of files) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  })

  test('syncs every change to the disk', () => {
    const path = newPath()
    open(path)
    const database = openForWriting(path)
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    // FULL: the log is synced before each commit returns.
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
    database.close()
  })

  test('that cannot be written is an error that names it', () => {
    const path = join(folder, 'nowhere', 'state.sqlite')
    expect(() => openState({ path, readOnly: false })).toThrow(`the state ${path} cannot be opened for writing: ENOENT`)
    const garbage = newPath()
    writeFileSync(garbage, 'no database, '.repeat(1_000))
    expect(() => openState({ path: garbage, readOnly: false })).toThrow('cannot be opened for writing')
    expect(() => openState({ path: garbage, readOnly: true })).toThrow('cannot be read')
  })

  test('of a newer program is left alone', () => {
    const path = newPath()
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 9')
    database.close()
    expect(() => openState({ path, readOnly: false })).toThrow('its layout is 9, not 1')
    expect(() => openState({ path, readOnly: true })).toThrow('its layout is 9, not 1')
  })

  test('that is read-only is read, and never written', () => {
    const path = newPath()
    const writer = open(path)
    writer.setPolicy('a', '1', CHANGE)
    const reader = open(path, true)
    expect(reader.access).toBe('read-only')
    expect(reader.bucket('a')?.policy?.text).toBe('1')
    expect(() => reader.setPolicy('a', '2', CHANGE)).toThrow('read-only')
    writer.setPolicy('a', '3', CHANGE)
    reader.refresh()
    expect(reader.bucket('a')?.policy?.text).toBe('3')
  })

  test('that is read-only is read as soon as another process has made it', () => {
    const path = newPath()
    const reader = open(path, true)
    reader.refresh()
    expect(reader.hasBucketPolicies).toBe(false)
    writeFileSync(path, '')
    reader.refresh()
    const writer = open(path)
    reader.refresh()
    writer.setPolicy('a', '1', CHANGE)
    reader.refresh()
    expect(reader.bucket('a')?.policy?.text).toBe('1')
    writer.setPolicy('a', '2', CHANGE)
    reader.refresh()
    expect([reader.bucket('a')?.policy?.text, reader.hasBucketPolicies]).toEqual(['2', true])
  })

  test('that is read-only may be missing, or lie in a folder that cannot be written', () => {
    expect(open(newPath(), true).bucket('a')).toBeUndefined()
    const sealed = join(folder, 'sealed')
    mkdirSync(sealed)
    const path = join(sealed, 'state.sqlite')
    const state = openState({ path, readOnly: false })
    state.setPolicy('a', '1', CHANGE)
    state.close()
    chmodSync(sealed, 0o500)
    const reader = openState({ path, readOnly: true })
    expect(reader.bucket('a')?.policy?.text).toBe('1')
    reader.close()
    chmodSync(sealed, 0o700)
  })
})
