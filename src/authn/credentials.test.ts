import { describe, expect, test } from 'vitest'
import { type Credential, isUsable, staticCredentials } from './credentials.ts'

const signal = new AbortController().signal

const credential = (accessKey: string, changes: Partial<Credential> = {}): Credential => ({
  accessKey,
  secretKey: 'secret',
  principal: { type: 'User', name: 'alice', arn: 'arn:aws:iam::0:user/alice', accountId: '0', tags: new Map() },
  ...changes,
})

describe('staticCredentials', () => {
  test('finds by exact key id', () => {
    const alice = credential('AKIDALICE')
    const provider = staticCredentials([alice, credential('AKIDBOB')])
    expect(provider.find('AKIDALICE', signal)).toBe(alice)
    expect(provider.find('akidalice', signal)).toBeUndefined()
    expect(provider.find('', signal)).toBeUndefined()
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('has no %s unless it was listed', (name) => {
    expect(staticCredentials([credential('AKIDALICE')]).find(name, signal)).toBeUndefined()
    expect(staticCredentials([credential(name)]).find(name, signal)).toMatchObject({ accessKey: name })
  })

  test.each([
    ['an empty secret', [credential('AKIDALICE', { secretKey: '' })]],
    ['a key id that cannot sign', [credential('AKID ALICE')]],
    ['an empty key id', [credential('')]],
    ['a key id twice', [credential('AKIDALICE'), credential('AKIDALICE')]],
  ])('refuses %s', (_name, list) => {
    expect(() => staticCredentials(list)).toThrow(RangeError)
  })
})

describe('isUsable', () => {
  const now = new Date('2026-01-01T00:00:00Z')

  test.each([
    ['a key without dates', {}, true],
    ['an active key', { active: true }, true],
    ['a disabled key', { active: false }, false],
    ['a key that ends later', { notAfter: new Date(now.getTime() + 1) }, true],
    ['a key that ends now', { notAfter: now }, false],
    ['a key that has ended', { notAfter: new Date(0) }, false],
  ])('%s', (_name, changes, expected) => {
    expect(isUsable(credential('AKIDALICE', changes), now)).toBe(expected)
  })
})
