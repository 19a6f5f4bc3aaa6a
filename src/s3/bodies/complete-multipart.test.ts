import { describe, expect, test } from 'vitest'
import { parseComplete, withoutChecksums, writeComplete } from './complete-multipart.ts'

const part = (number: number | string, more = '') =>
  `<Part><PartNumber>${number}</PartNumber><ETag>"e"</ETag>${more}</Part>`

function parse(inner: string) {
  return parseComplete(Buffer.from(`<CompleteMultipartUpload>${inner}</CompleteMultipartUpload>`))
}

describe('the body of CompleteMultipartUpload', () => {
  test('gives its parts with their checksums', () => {
    expect(parse(part(1, '<ChecksumCRC32>AAAAAA==</ChecksumCRC32>') + part(10_000))).toEqual({
      parts: [
        { partNumber: 1, etag: '"e"', checksums: [['ChecksumCRC32', 'AAAAAA==']] },
        { partNumber: 10_000, etag: '"e"', checksums: [] },
      ],
    })
  })

  test.each([
    ['no part', '', 'MalformedXML'],
    ['part 0', part(0), 'MalformedXML'],
    ['part 10001', part(10_001), 'MalformedXML'],
    ['a number with a sign', part('+1'), 'MalformedXML'],
    ['a number with blanks', part(' 1'), 'MalformedXML'],
    ['a number with a leading zero', part('01'), 'MalformedXML'],
    ['an exponent', part('1e2'), 'MalformedXML'],
    ['parts out of order', part(2) + part(1), 'InvalidPartOrder'],
    ['a part twice', part(1) + part(1), 'InvalidPartOrder'],
    ['a part without ETag', '<Part><PartNumber>1</PartNumber></Part>', 'MalformedXML'],
    ['an empty ETag', '<Part><PartNumber>1</PartNumber><ETag/></Part>', 'MalformedXML'],
    ['an unknown checksum', part(1, '<ChecksumX>a</ChecksumX>'), 'MalformedXML'],
  ])('is refused with %s', (_name, inner, code) => {
    expect(parse(inner)).toHaveProperty('code', code)
  })

  test('10,000 parts with all checksums are taken, one more is not', () => {
    const checksums = '<ChecksumSHA256>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</ChecksumSHA256>'
    const parts = Array.from({ length: 10_000 }, (_, i) => part(i + 1, checksums)).join('')
    expect(parse(parts)).toHaveProperty('parts.length', 10_000)
    expect(parse(parts + part(10_000))).toHaveProperty('problem', 'too-many-parts')
  })

  test('is written for the backend with or without checksums', () => {
    const request = {
      parts: [
        { partNumber: 1, etag: '"a"', checksums: [['ChecksumSHA1', 'x'] as const] },
        { partNumber: 3, etag: '&', checksums: [] },
      ],
    }
    expect(parseComplete(writeComplete(request))).toEqual(request)
    expect(writeComplete(withoutChecksums(request)).toString()).not.toContain('Checksum')
  })
})
