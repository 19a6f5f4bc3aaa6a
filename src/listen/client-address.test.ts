import { describe, expect, test } from 'vitest'
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { clientSide, plainAddress, trustedProxyList } from './client-address.ts'

const trusted = trustedProxyList(['10.0.0.0/8', '::1'])
if (trusted === undefined) throw new Error('the list of the test is valid')
const side = (address: string, ...pairs: HeaderPair[]) =>
  clientSide({ address, secure: false }, new HeaderList(pairs), trusted)

describe('the client address', () => {
  test.each<[string, string, HeaderPair[], string]>([
    [
      'is the peer when the peer is not trusted, whatever it claims',
      '203.0.113.9',
      [['X-Forwarded-For', '1.2.3.4']],
      '203.0.113.9',
    ],
    ['is what a trusted proxy saw', '10.0.0.1', [['X-Forwarded-For', '203.0.113.9']], '203.0.113.9'],
    [
      'is the rightmost untrusted hop: a client can prepend',
      '10.0.0.1',
      [['X-Forwarded-For', '1.2.3.4, 203.0.113.9, 10.0.0.2']],
      '203.0.113.9',
    ],
    [
      'walks over several lines as over one list',
      '10.0.0.1',
      [
        ['X-Forwarded-For', '203.0.113.9'],
        ['X-Forwarded-For', '10.0.0.2'],
      ],
      '203.0.113.9',
    ],
    ['stops at what is no address', '10.0.0.1', [['X-Forwarded-For', '203.0.113.9, unknown']], '10.0.0.1'],
    ['is the last known hop when all are trusted', '10.0.0.1', [['X-Forwarded-For', '10.0.0.3, 10.0.0.2']], '10.0.0.3'],
    ['unwraps IPv4 in IPv6', '::ffff:10.0.0.1', [['X-Forwarded-For', '::FFFF:203.0.113.9']], '203.0.113.9'],
    ['loses its port', '10.0.0.1', [['X-Forwarded-For', '203.0.113.9:4711']], '203.0.113.9'],
    ['loses brackets and port', '10.0.0.1', [['X-Forwarded-For', '[2001:DB8::1]:4711']], '2001:db8::1'],
    ['stays the proxy for an IPv6 address without brackets', '10.0.0.1', [['X-Forwarded-For', '1:2:3']], '10.0.0.1'],
    ['is the proxy when it says nothing', '10.0.0.1', [], '10.0.0.1'],
  ])('%s', (_name, peer, pairs, expected) => {
    expect(side(peer, ...pairs).address).toBe(expected)
  })
})

test('X-Forwarded-Proto, -Host and -Port count from trusted proxies only', () => {
  const pairs: HeaderPair[] = [
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 's3.example.com'],
    ['X-Forwarded-Port', '8443'],
  ]
  expect(side('10.0.0.1', ...pairs)).toEqual({
    address: '10.0.0.1',
    secure: true,
    forwardedHost: 's3.example.com',
    forwardedPort: '8443',
  })
  expect(side('203.0.113.9', ...pairs)).toEqual({
    address: '203.0.113.9',
    secure: false,
    forwardedHost: undefined,
    forwardedPort: undefined,
  })
})

test.each([['10.0.0.0/33'], ['10.0.0/8'], ['::1/129'], ['a'], ['10.0.0.0/8/8'], ['010.0.0.1'], ['10.0.0.0/-1']])(
  '%s is not a block of addresses',
  (block) => {
    expect(trustedProxyList([block])).toBeUndefined()
  },
)

test('an IPv6 address keeps its form', () => {
  expect(plainAddress('2001:DB8::1')).toBe('2001:db8::1')
})
