import { describe, expect, test } from 'vitest'
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import {
  asksForAcl,
  cannotBeCarried,
  expectedBucketOwners,
  isBackDoor,
  isKnownAmz,
  mergeAmzHeaders,
} from './amz-headers.ts'
import { S3Error } from './errors.ts'

const merge = (pairs: HeaderPair[], hoisted: [string, string][] = [], ignored: string[] = []) =>
  mergeAmzHeaders(new HeaderList(pairs), new Map(hoisted), new Set(ignored))

const thrownBy = (act: () => unknown): string | undefined => {
  try {
    act()
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error)
  }
  return undefined
}

describe('the effective x-amz-* of a request', () => {
  test('come from headers and parameters, by lower-case name, without outer blanks', () => {
    const { amz, unsupported } = merge(
      [
        ['Host', 'h'],
        ['X-Amz-Acl', '  private\t'],
        ['x-amz-meta-A', 'a  b'],
      ],
      [['x-amz-checksum-mode', 'ENABLED']],
    )
    expect(Object.fromEntries(amz)).toEqual({
      'x-amz-acl': 'private',
      'x-amz-meta-a': 'a  b',
      'x-amz-checksum-mode': 'ENABLED',
    })
    expect(unsupported).toBeUndefined()
  })

  test('keep a value that ends in the byte 0xA0', () => {
    expect(merge([['x-amz-meta-a', '\xc3\xa0']]).amz.get('x-amz-meta-a')).toBe('\xc3\xa0')
  })

  test('may be given twice with one value, and not with two', () => {
    expect(merge([['x-amz-acl', 'private']], [['x-amz-acl', 'private']]).amz.get('x-amz-acl')).toBe('private')
    expect(thrownBy(() => merge([['x-amz-acl', 'private']], [['x-amz-acl', 'public-read']]))).toBe('InvalidArgument')
  })

  test('hold at most 2 KiB of user metadata, the prefix not counted', () => {
    expect(thrownBy(() => merge([['x-amz-meta-a', 'v'.repeat(2047)]]))).toBeUndefined()
    expect(thrownBy(() => merge([['x-amz-meta-a', 'v'.repeat(2048)]]))).toBe('MetadataTooLarge')
    expect(thrownBy(() => merge([['x-amz-meta-a', 'v'.repeat(1500)]], [['x-amz-meta-b', 'v'.repeat(600)]]))).toBe(
      'MetadataTooLarge',
    )
  })

  test.each([
    'x-amz-unknown',
    'x-amz-cf-id',
    'x-minio-force-delete',
    'x-minio-source-mtime',
    'x-rgw-quota',
    'rgwx-uid',
    'x-amz-meta-snowball-auto-extract',
    'x-amz-meta-minio-snowball-prefix',
    'x-amz-write-offset-bytes',
    'x-amz-object-lock-event-hold',
    'x-amz-object-lock-event-hold-duration-days',
  ])('with %s are not supported, as header and as parameter', (name) => {
    expect(merge([[name.toUpperCase(), 'x']]).unsupported).toBe(name)
    expect(merge([], [[name, 'x']]).unsupported).toBe(name)
  })

  test('lose the unknown names that are to be ignored, and only those', () => {
    const ignore = ['x-amz-cf-id', 'x-minio-trace', 'x-amz-acl', 'x-amz-meta-snowball-auto-extract']
    const { amz, ignored, unsupported } = merge(
      [
        ['X-Amz-Cf-Id', 'x'],
        ['x-minio-trace', 'x'],
        ['x-amz-acl', 'private'],
      ],
      [],
      ignore,
    )
    expect([...amz.keys()]).toEqual(['x-amz-acl'])
    expect([...ignored]).toEqual(['x-amz-cf-id', 'x-minio-trace'])
    expect(unsupported).toBeUndefined()
    expect(merge([['x-amz-meta-snowball-auto-extract', 'true']], [], ignore).unsupported).toBeDefined()
  })
})

test.each(['x-amz-user-agent', 'x-amz-api-version', 'x-amz-te', 'x-amz-request-payer', 'x-amz-expected-bucket-owner'])(
  'S3 knows %s',
  (name) => {
    expect(isKnownAmz(name)).toBe(true)
    expect(isBackDoor(name) || cannotBeCarried(name)).toBe(false)
  },
)

test.each<[string, [string, string][], boolean]>([
  ['nothing', [], false],
  ['private', [['x-amz-acl', 'private']], false],
  ['another canned ACL', [['x-amz-acl', 'public-read']], true],
  ['an empty ACL', [['x-amz-acl', '']], true],
  ['private in another case', [['x-amz-acl', 'Private']], true],
  ['a grant', [['x-amz-grant-read', 'id=1']], true],
  [
    'private and a grant',
    [
      ['x-amz-acl', 'private'],
      ['x-amz-grant-full-control', 'id=1'],
    ],
    true,
  ],
])('%s asks for an ACL: %#', (_, pairs, asks) => {
  expect(asksForAcl(new Map(pairs))).toBe(asks)
})

test('the expected owners are those of bucket and copy source', () => {
  const owners = new Map([
    ['x-amz-source-expected-bucket-owner', '2'],
    ['x-amz-expected-bucket-owner', '1'],
  ])
  expect(expectedBucketOwners(owners)).toEqual(['1', '2'])
  expect(expectedBucketOwners(new Map())).toEqual([])
})

test.each([
  ['a line feed in the value', 'x-amz-meta-a', 'x\r\nx-amz-acl: public-read'],
  ['a NUL in the value', 'x-amz-meta-a', 'x\0'],
  ['a line feed in the name', 'x-amz-meta-a\r\nx', 'x'],
  ['a space in the name', 'x-amz-meta-a b', 'x'],
])('a parameter that stands for a header is refused with %s', (_, name, value) => {
  expect(() => merge([], [[name, value]])).toThrow('what no header may hold')
})
