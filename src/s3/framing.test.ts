import { describe, expect, test } from 'vitest'
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { S3Error } from './errors.ts'
import { checkHeaderSection, hopByHopNames, readFraming } from './framing.ts'

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error)
  }
  return 'accepted'
}

const headers = (...pairs: HeaderPair[]) => new HeaderList(pairs)

describe('a header section', () => {
  test.each<[string, HeaderPair[], string]>([
    ['with 100 lines', Array.from({ length: 100 }, (_, i): HeaderPair => [`a${i}`, '']), 'accepted'],
    [
      'with 101 lines',
      Array.from({ length: 101 }, (_, i): HeaderPair => [`a${i}`, '']),
      'RequestHeaderSectionTooLarge',
    ],
    ['with a blank in a name', [['a b', '']], 'InvalidRequest'],
    ['with an empty name', [['', '']], 'InvalidRequest'],
    ['with a line break in a value', [['a', 'b\r\nc: d']], 'InvalidRequest'],
    ['with a NUL in a value', [['a', 'b\0']], 'InvalidRequest'],
    ['with a tab in a value', [['a', 'b\tc']], 'accepted'],
    ['with latin1 in a value', [['a', '\xe9']], 'accepted'],
    ['with the name __proto__', [['__proto__', 'x']], 'accepted'],
    [
      'with a repeated list header',
      [
        ['accept', 'a'],
        ['Accept', 'b'],
      ],
      'accepted',
    ],
  ])('%s: %#', (_, pairs, outcome) => {
    expect(codeOf(() => checkHeaderSection(headers(...pairs)))).toBe(outcome)
  })

  test.each(['content-encoding', 'x-amz-object-attributes', 'accept'])('takes %s twice: it is a list', (name) => {
    expect(codeOf(() => checkHeaderSection(headers([name, 'a'], [name, 'b'])))).toBe('accepted')
  })

  test.each([
    'host',
    'authorization',
    'content-length',
    'content-type',
    'content-md5',
    'range',
    'date',
    'expect',
    'transfer-encoding',
    'if-match',
    'if-none-match',
    'x-amz-date',
    'x-amz-acl',
    'x-amz-meta-a',
    'user-agent',
  ])('does not take %s twice, in whatever case', (name) => {
    const twice = headers([name, 'a'], [name.toUpperCase(), 'a'])
    expect(codeOf(() => checkHeaderSection(twice))).toBe('InvalidArgument')
  })
})

describe('the framing of a body', () => {
  test.each([
    ['0', 0],
    ['11', 11],
    ['5368709121', 5_368_709_121],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('Content-Length: %s', (text, contentLength) => {
    expect(readFraming(headers(['content-length', text]), 'PUT', '1.1')).toEqual({ contentLength, chunked: false })
  })

  test.each(['', '+4', '-1', '4, 4', '0x10', '4.0', '1e3', ' 4', '٤', '9007199254740993', '99999999999999999'])(
    'refuses Content-Length: %j',
    (text) => {
      expect(codeOf(() => readFraming(headers(['content-length', text]), 'PUT', '1.1'))).toBe('InvalidRequest')
    },
  )

  test('Transfer-Encoding: chunked', () => {
    const framing = { contentLength: undefined, chunked: true }
    expect(readFraming(headers(['transfer-encoding', 'chunked']), 'PUT', '1.1')).toEqual(framing)
    expect(readFraming(headers(['transfer-encoding', 'Chunked']), 'PUT', '1.1')).toEqual(framing)
  })

  test.each<[string, HeaderPair[], string, string]>([
    ['gzip, chunked', [['transfer-encoding', 'gzip, chunked']], 'PUT', '1.1'],
    ['xchunked', [['transfer-encoding', 'xchunked']], 'PUT', '1.1'],
    ['identity', [['transfer-encoding', 'identity']], 'PUT', '1.1'],
    ['an empty coding', [['transfer-encoding', '']], 'PUT', '1.1'],
    [
      'both lengths',
      [
        ['transfer-encoding', 'chunked'],
        ['content-length', '3'],
      ],
      'PUT',
      '1.1',
    ],
    ['chunked in HTTP/1.0', [['transfer-encoding', 'chunked']], 'PUT', '1.0'],
    ['a body on GET', [['content-length', '1']], 'GET', '1.1'],
    ['a body on HEAD', [['content-length', '1']], 'HEAD', '1.1'],
    ['a body on DELETE', [['content-length', '1']], 'DELETE', '1.1'],
    ['a chunked body on GET', [['transfer-encoding', 'chunked']], 'GET', '1.1'],
  ])('refuses %s', (_, pairs, method, version) => {
    expect(codeOf(() => readFraming(headers(...pairs), method, version))).toBe('InvalidRequest')
  })

  test.each(['GET', 'HEAD', 'DELETE'])('takes Content-Length: 0 on %s', (method) => {
    const framing = { contentLength: 0, chunked: false }
    expect(readFraming(headers(['content-length', '0']), method, '1.1')).toEqual(framing)
  })

  test('takes a PUT with no length at all', () => {
    expect(readFraming(headers(), 'PUT', '1.1')).toEqual({ contentLength: undefined, chunked: false })
  })
})

describe('Connection', () => {
  test('names what ends at this hop', () => {
    const list = headers(['connection', 'TE, close'], ['Connection', 'Range,'])
    expect([...hopByHopNames(list, 'host;x-amz-date')]).toEqual(['te', 'close', 'range'])
  })

  test('must not name a signed header', () => {
    const list = headers(['connection', 'close, X-Amz-Date'])
    expect(codeOf(() => hopByHopNames(list, 'host;x-amz-date'))).toBe('InvalidRequest')
    expect(codeOf(() => hopByHopNames(list, undefined))).toBe('accepted')
  })
})
