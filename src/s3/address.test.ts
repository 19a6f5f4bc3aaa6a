import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { uriEncode, uriEncodePath } from '../sigv4/uri-encode.ts'
import { hasDotSegment, isBucketName, parseAddress } from './address.ts'
import { S3Error } from './errors.ts'

const domains = ['s3.example.com', 'eu.s3.example.com']

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error)
  }
  return 'accepted'
}

describe('path-style', () => {
  test.each([
    ['/', undefined, undefined],
    ['/bkt', 'bkt', undefined],
    ['/bkt/', 'bkt', undefined],
    ['/bkt/key', 'bkt', 'key'],
    ['/bkt//lead', 'bkt', '/lead'],
    ['/bkt/a//b/', 'bkt', 'a//b/'],
    ['/bkt/a/../b', 'bkt', 'a/../b'],
    ['/bkt/./dot', 'bkt', './dot'],
    ['/bkt/%2F', 'bkt', '/'],
    ['/bkt/%252F', 'bkt', '%2F'],
    ['/bkt/a+b%20c', 'bkt', 'a+b c'],
    ['/b%6Bt/key', 'bkt', 'key'],
    ['/bkt/%C3%A9', 'bkt', 'é'],
    ['/tenant:bucket/key', 'tenant:bucket', 'key'],
  ])('%s', (path, bucket, key) => {
    expect(parseAddress('127.0.0.1:9000', path, domains)).toEqual({ style: 'path', bucket, key })
  })

  test.each([
    ['an empty bucket', '//key', 'InvalidBucketName'],
    ['two slashes alone', '//', 'InvalidBucketName'],
    ['a dot', '/./key', 'InvalidBucketName'],
    ['two dots', '/../key', 'InvalidBucketName'],
    ['encoded dots', '/%2e%2E/key', 'InvalidBucketName'],
    ['an encoded slash in the bucket', '/bkt%2Fkey', 'InvalidBucketName'],
    ['a NUL in the bucket', '/bkt%00/key', 'InvalidBucketName'],
    ['a NUL in the key', '/bkt/a%00b', 'InvalidURI'],
    ['a broken escape', '/bkt/a%zz', 'InvalidURI'],
    ['bytes that are no UTF-8', '/bkt/%FF', 'InvalidURI'],
    ['an overlong form', '/bkt/%C0%AF', 'InvalidURI'],
    ['a key of 1025 bytes', `/bkt/${'k'.repeat(1025)}`, 'KeyTooLongError'],
    ['a key of 1026 bytes in 513 characters', `/bkt/${'%C3%A9'.repeat(513)}`, 'KeyTooLongError'],
  ])('refuses %s', (_, path, code) => {
    expect(codeOf(() => parseAddress('127.0.0.1', path, domains))).toBe(code)
  })

  test('takes a key of 1024 bytes', () => {
    expect(parseAddress('h', `/bkt/${'%C3%A9'.repeat(512)}`, []).key).toBe('é'.repeat(512))
  })
})

describe('virtual-hosted', () => {
  test.each([
    ['bkt.s3.example.com', '/key', 'bkt', 'key'],
    ['bkt.s3.example.com:8080', '/', 'bkt', undefined],
    ['BKT.S3.Example.COM', '/a-bkt/k', 'bkt', 'a-bkt/k'],
    ['a.b.s3.example.com', '/k', 'a.b', 'k'],
    ['bkt.eu.s3.example.com', '//lead', 'bkt', '/lead'],
  ])('%s%s', (host, path, bucket, key) => {
    expect(parseAddress(host, path, domains)).toEqual({ style: 'virtual', bucket, key })
  })

  test.each([
    ['a base domain', 's3.example.com'],
    ['a longer base domain', 'eu.s3.example.com'],
    ['a name that only ends alike', 'evils3.example.com'],
    ['a name with a domain after it', 's3.example.com.evil.tld'],
    ['an address', '[::1]:8080'],
    ['an unknown name', 'bkt.other.tld'],
  ])('is not: %s', (_, host) => {
    expect(parseAddress(host, '/bkt/key', domains)).toEqual({ style: 'path', bucket: 'bkt', key: 'key' })
  })

  test.each([
    'bkt.s3.example.com.',
    's3.example.com.',
    'a b',
    'h:port',
    'h:123456',
    '.s3.example.com',
    'h@x',
    'a/b',
    'é',
  ])('refuses the host %j', (host) => {
    expect(codeOf(() => parseAddress(host, '/bkt', domains))).toBe('InvalidRequest')
  })
})

test('any key comes back as its own bytes, however it is encoded', () => {
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(key, fc.constantFrom(uriEncode, uriEncodePath), (text, encode) => {
      const address = parseAddress('h', `/bkt/${encode(text)}`, [])
      expect(address).toEqual({ style: 'path', bucket: 'bkt', key: text })
    }),
  )
})

test.each([
  ['abc', true],
  ['my.bucket-1', true],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  ['ab', false],
  ['Abc', false],
  ['a_b', false],
  ['-abc', false],
  ['abc-', false],
  ['abc.', false],
  ['a..b', false],
  ['192.168.5.4', false],
  ['1.2.3', true],
  ['tenant:bucket', false],
  ['.minio.sys', false],
  ['abc ', false],
  ['abc\n', false],
  ['аbc', false], // a Cyrillic letter
])('the bucket name %j: %s', (name, valid) => {
  expect(isBucketName(name)).toBe(valid)
})

test.each([
  ['a/../b', true],
  ['..', true],
  ['./a', true],
  ['a/.', true],
  ['a/..b', false],
  ['.a/b.', false],
  ['...', false],
  ['a//b', false],
])('dot segments in %j: %s', (key, has) => {
  expect(hasDotSegment(key)).toBe(has)
})
