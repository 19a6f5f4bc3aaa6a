import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalCopySource, parseCopySource } from './copy-source.ts'

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

describe('a copy source', () => {
  test.each([
    ['plain', 'bkt/key', 'bkt', 'key', undefined],
    ['with a leading slash', '/bkt/key', 'bkt', 'key', undefined],
    ['encoded', 'bkt/a%20b%2B%C3%A9.txt', 'bkt', 'a b+é.txt', undefined],
    ['with a plus, which stays one', 'bkt/a+b', 'bkt', 'a+b', undefined],
    ['half encoded', 'bkt/p/a%20b%2Bc&%C3%A9%281%29.txt', 'bkt', 'p/a b+c&é(1).txt', undefined],
    ['with the slash encoded', 'bkt%2Fdir%2Fkey', 'bkt', 'dir/key', undefined],
    ['with the leading slash encoded', '%2Fbkt/key', 'bkt', 'key', undefined],
    ['with the bucket encoded', 'b%6Bt/key', 'bkt', 'key', undefined],
    ['with a key that begins with a slash', 'bkt//lead', 'bkt', '/lead', undefined],
    ['with dot segments', 'bkt/a/../b', 'bkt', 'a/../b', undefined],
    ['decoded once only', 'bkt/s%2565c', 'bkt', 's%65c', undefined],
    ['with a question mark in the key', 'bkt/a%3FversionId%3Dnull', 'bkt', 'a?versionId=null', undefined],
    ['with a version', 'bkt/key?versionId=abc', 'bkt', 'key', 'abc'],
    ['with the null version', '/bkt/key?versionId=null', 'bkt', 'key', 'null'],
    ['in raw UTF-8', latin1('bkt/é'), 'bkt', 'é', undefined],
  ])('%s', (_, value, bucket, key, versionId) => {
    expect(parseCopySource(value)).toEqual({ bucket, key, versionId })
  })

  test.each([
    ['empty', ''],
    ['a slash', '/'],
    ['a bucket', 'bkt'],
    ['a bucket and a slash', 'bkt/'],
    ['a keyless one with a version', 'bkt/?versionId=x'],
    ['no bucket', '//key'],
    ['a broken escape', 'bkt/a%zz'],
    ['half an escape', 'bkt/%'],
    ['a NUL', 'bkt/a%00'],
    ['bytes that are no UTF-8', 'bkt/%FF'],
    ['raw latin1', 'bkt/\xe9'],
    ['an access point', 'arn:aws:s3:us-east-1:123456789012:accesspoint/ap/object/key'],
    ['an encoded ARN', 'arn%3Aaws%3As3%3Aus-east-1%3A1%3Aaccesspoint/ap/object/key'],
    ['an empty version', 'bkt/key?versionId='],
    ['another parameter', 'bkt/key?foo=1'],
    ['a second parameter', 'bkt/key?versionId=a&x=1'],
    ['a raw question mark in the key', 'bkt/a?b?versionId=1'],
  ])('is refused: %s', (_, value) => {
    expect(parseCopySource(value)).toBeUndefined()
  })

  test('leaves in one spelling, which reads as the same object', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((value) => !value.includes('\0'))
    const version = fc.option(fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/), { nil: undefined })
    fc.assert(
      fc.property(text, version, (key, versionId) => {
        const source = { bucket: 'bkt', key, versionId }
        const canonical = canonicalCopySource(source)
        expect(canonical).toMatch(/^bkt\/[A-Za-z0-9\-._~/%]+(\?versionId=[A-Za-z0-9\-._~]+)?$/)
        expect(parseCopySource(canonical)).toEqual(source)
      }),
    )
  })

  test('is read or refused, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(parseCopySource(value)?.key).not.toBe('')
      }),
    )
  })
})
