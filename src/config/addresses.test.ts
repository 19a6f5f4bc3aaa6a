import { describe, expect, test } from 'vitest'
import { isHostname, isLocalHost, isNetwork, parseEndpoint, parseListenAddress } from './addresses.ts'
import { Fault } from './units.ts'

describe('an address to listen on', () => {
  test.each([
    [':8080', { host: undefined, port: 8080 }],
    ['0.0.0.0:8080', { host: '0.0.0.0', port: 8080 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
    ['[::]:0', { host: '::', port: 0 }],
    ['localhost:9000', { host: 'localhost', port: 9000 }],
  ])('%s is understood', (text, expected) => {
    expect(parseListenAddress(text)).toEqual(expected)
  })

  test.each([
    '',
    '8080',
    '::1:8080',
    '[::1]',
    '[zz]:80',
    ':65536',
    ':-1',
    ':',
    '1.2.3:80',
    'http://x:80',
    'a b:80',
    ':80 ',
  ])('%j is refused', (text) => {
    expect(parseListenAddress(text)).toBeInstanceOf(Fault)
  })
})

describe('an endpoint', () => {
  test.each([
    ['https://fsn1.your-objectstorage.com', 'https', 'fsn1.your-objectstorage.com', 443, 'fsn1.your-objectstorage.com'],
    [
      'https://fsn1.your-objectstorage.com/',
      'https',
      'fsn1.your-objectstorage.com',
      443,
      'fsn1.your-objectstorage.com',
    ],
    ['http://127.0.0.1:9000', 'http', '127.0.0.1', 9000, '127.0.0.1:9000'],
    ['http://[::1]:9000/', 'http', '::1', 9000, '[::1]:9000'],
    ['HTTPS://S3.Example.COM:443', 'https', 's3.example.com', 443, 's3.example.com'],
    ['http://minio:80', 'http', 'minio', 80, 'minio'],
  ])('%s is understood', (text, protocol, hostname, port, host) => {
    expect(parseEndpoint(text)).toEqual({ protocol, hostname, port, host, origin: `${protocol}://${host}` })
  })

  test.each([
    '',
    'fsn1.your-objectstorage.com',
    'ftp://host',
    'https://',
    'https://user:pw@host',
    'https://host/path',
    'https://host//',
    'https://host?x',
    'https://host#x',
    'https://host:0',
    'https://host:99999',
    'https://ho st',
    'https://[::1',
    'https://::1',
    'https://1.2.3',
    'https://host\n',
  ])('%j is refused', (text) => {
    expect(parseEndpoint(text)).toBeInstanceOf(Fault)
  })
})

describe('names and networks', () => {
  test.each([
    ['s3.example.com', true],
    ['a', true],
    ['-a.example', false],
    ['a..b', false],
    ['1.2.3.4', false],
    ['*.example.com', false],
    ['a:80', false],
  ])('whether %s is a host name: %s', (text, expected) => {
    expect(isHostname(text)).toBe(expected)
  })

  test.each([
    ['10.0.0.0/8', true],
    ['10.0.0.1', true],
    ['fd00::/8', true],
    ['10.0.0.0/33', false],
    ['::/129', false],
    ['10.0.0.0/', false],
    ['10.0.0.0/8/8', false],
    ['example.com', false],
  ])('whether %s is a network: %s', (text, expected) => {
    expect(isNetwork(text)).toBe(expected)
  })

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['192.168.1.1', true],
    ['::1', true],
    ['fd00::1', true],
    ['::ffff:10.0.0.1', true],
    ['172.32.0.1', false],
    ['8.8.8.8', false],
    ['2001:db8::1', false],
    ['example.com', false],
    ['localhost.example.com', false],
  ])('whether %s is loopback or private: %s', (hostname, expected) => {
    expect(isLocalHost(hostname)).toBe(expected)
  })
})
