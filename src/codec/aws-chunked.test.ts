import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { AwsChunkedDecoder, type AwsChunkedEvent, type AwsChunkedFraming } from './aws-chunked.ts'

const SIGNATURE = 'ab'.repeat(32)
const OTHER = 'cd'.repeat(32)

/** Decodes pieces to the end; neighbouring data slices are joined, so that the result does not depend on the cuts. */
function decode(framing: AwsChunkedFraming, pieces: readonly Buffer[]): unknown[] {
  const decoder = new AwsChunkedDecoder(framing)
  const out: unknown[] = []
  let data: Buffer[] = []
  const flush = (): void => {
    if (data.length > 0) out.push(`data ${Buffer.concat(data).toString('latin1')}`)
    data = []
  }
  const take = (event: AwsChunkedEvent): void => {
    if (event.kind === 'data') return void data.push(event.bytes)
    flush()
    out.push(event.kind === 'failure' ? withoutDetail(event.failure) : event)
  }
  for (const piece of pieces) for (const event of decoder.push(piece)) take(event)
  const failure = decoder.finish()
  flush()
  return failure === undefined ? out : [...out, withoutDetail(failure)]
}

const withoutDetail = ({ kind, ...rest }: { kind: string; detail?: string }): unknown => {
  const { detail: _, ...numbers } = rest
  return Object.keys(numbers).length === 0 ? kind : { kind, ...numbers }
}

const failureOf = (framing: AwsChunkedFraming, text: string): unknown =>
  decode(framing, [Buffer.from(text, 'latin1')]).at(-1)

const unsigned = (decodedLength: number): AwsChunkedFraming => ({ signed: false, trailer: true, decodedLength })
const signed = (decodedLength: number): AwsChunkedFraming => ({ signed: true, trailer: false, decodedLength })
const signedWithTrailer = (decodedLength: number): AwsChunkedFraming => ({ signed: true, trailer: true, decodedLength })
const head = (size: string, signature = SIGNATURE): string => `${size};chunk-signature=${signature}\r\n`

describe('a body is decoded', () => {
  const big = 'x'.repeat(8192)
  test.each<[string, AwsChunkedFraming, string, unknown[]]>([
    [
      'unsigned with a trailer, as botocore frames it',
      unsigned(1),
      '1\r\nk\r\n0\r\nx-amz-checksum-crc32:CGJXXQ==\r\n\r\n',
      [
        { kind: 'chunk', size: 1, signature: '' },
        'data k',
        { kind: 'chunk-end' },
        { kind: 'last-chunk', signature: '' },
        { kind: 'trailer', name: 'x-amz-checksum-crc32', value: 'CGJXXQ==' },
        { kind: 'end' },
      ],
    ],
    [
      'a trailer that ends in LF CRLF, as minio-go frames it',
      unsigned(0),
      '0\r\nX-Amz-Checksum-Crc32c: gQwhkA== \n\r\n\r\n',
      [
        { kind: 'last-chunk', signature: '' },
        { kind: 'trailer', name: 'x-amz-checksum-crc32c', value: 'gQwhkA==' },
        { kind: 'end' },
      ],
    ],
    [
      'a trailer with blanks around its value, and with what is no blank',
      unsigned(0),
      '0\r\na:\t b\x0b\xa0 \t\r\nc: \r\n\r\n',
      [
        { kind: 'last-chunk', signature: '' },
        { kind: 'trailer', name: 'a', value: 'b\x0b\xa0' },
        { kind: 'trailer', name: 'c', value: '' },
        { kind: 'end' },
      ],
    ],
    [
      'unsigned without any trailer',
      unsigned(0),
      '0\r\n\r\n',
      [{ kind: 'last-chunk', signature: '' }, { kind: 'end' }],
    ],
    [
      'signed chunks',
      signed(8193),
      `${head('2000')}${big}\r\n${head('1')}y\r\n${head('0', OTHER)}\r\n`,
      [
        { kind: 'chunk', size: 8192, signature: SIGNATURE },
        `data ${big}`,
        { kind: 'chunk-end' },
        { kind: 'chunk', size: 1, signature: SIGNATURE },
        'data y',
        { kind: 'chunk-end' },
        { kind: 'last-chunk', signature: OTHER },
        { kind: 'end' },
      ],
    ],
    [
      'signed chunks with a signed trailer',
      signedWithTrailer(10),
      `${head('A')}zzzzzzzzzz\r\n${head('0')}x-amz-checksum-crc32c:gQwhkA==\n\r\nx-amz-trailer-signature:${OTHER}\r\n\r\n`,
      [
        { kind: 'chunk', size: 10, signature: SIGNATURE },
        'data zzzzzzzzzz',
        { kind: 'chunk-end' },
        { kind: 'last-chunk', signature: SIGNATURE },
        { kind: 'trailer', name: 'x-amz-checksum-crc32c', value: 'gQwhkA==' },
        { kind: 'trailer-signature', signature: OTHER },
        { kind: 'end' },
      ],
    ],
    [
      'sizes with leading zeros and blanks around',
      unsigned(1),
      ' 0000000000000001 \r\nk\r\n000\r\n\r\n',
      [
        { kind: 'chunk', size: 1, signature: '' },
        'data k',
        { kind: 'chunk-end' },
        { kind: 'last-chunk', signature: '' },
        { kind: 'end' },
      ],
    ],
  ])('%s', (_, framing, text, expected) => {
    expect(decode(framing, [Buffer.from(text, 'latin1')])).toEqual(expected)
  })
})

describe('a body is refused', () => {
  const long = 'x'.repeat(1024)
  const trailers = (count: number): string => `a:${'b'.repeat(1000)}\r\n`.repeat(count)
  test.each<[string, AwsChunkedFraming, string, unknown]>([
    ['nothing at all', unsigned(0), '', 'incomplete'],
    ['an end within a head', unsigned(1), '1', 'incomplete'],
    ['an end within the data', unsigned(3), '3\r\nab', 'incomplete'],
    ['an end before the last chunk', unsigned(1), '1\r\na\r\n', 'incomplete'],
    ['an end before the last line end', unsigned(0), '0\r\n', 'incomplete'],
    ['an end within the last line end', signed(0), `${head('0')}\r`, 'incomplete'],
    ['a last chunk before the declared length', unsigned(2), '1\r\na\r\n0\r\n\r\n', 'incomplete'],
    ['a size beyond the declared length', unsigned(2), '3\r\nabc\r\n0\r\n\r\n', 'framing'],
    ['a huge size', unsigned(2), 'ffffffffffffffff\r\nabc', 'framing'],
    ['data after the declared length', unsigned(8192), `2000\r\n${'x'.repeat(8192)}\r\n1\r\na\r\n0\r\n\r\n`, 'framing'],
    ['seventeen hex digits', unsigned(1), '00000000000000001\r\na\r\n0\r\n\r\n', 'framing'],
    ['no hex digit', unsigned(1), '\r\na\r\n0\r\n\r\n', 'framing'],
    ['a sign', unsigned(1), '+1\r\na\r\n0\r\n\r\n', 'framing'],
    ['a prefix', unsigned(1), '0x1\r\na\r\n0\r\n\r\n', 'framing'],
    ['a letter beyond F', unsigned(1), 'g\r\na\r\n0\r\n\r\n', 'framing'],
    ['a tab before a size', unsigned(1), '\t1\r\na\r\n0\r\n\r\n', 'framing'],
    ['a head that ends in LF', unsigned(1), '1\na\r\n0\r\n\r\n', 'framing'],
    ['a head with a bare CR', unsigned(1), '1\r\r\na\r\n0\r\n\r\n', 'framing'],
    ['a head that does not end', unsigned(1), `1${long}`, 'framing'],
    ['a signature where none belongs', unsigned(1), `${head('1')}a\r\n0\r\n\r\n`, 'framing'],
    ['an extension where none belongs', unsigned(1), '1;a=b\r\na\r\n0\r\n\r\n', 'framing'],
    ['no signature where one belongs', signed(1), '1\r\na\r\n0\r\n\r\n', 'framing'],
    ['no signature on the last chunk', signed(1), `${head('1')}a\r\n0\r\n\r\n`, 'framing'],
    ['a signature in upper case', signed(1), head('1', SIGNATURE.toUpperCase()), 'framing'],
    ['a short signature', signed(1), head('1', SIGNATURE.slice(1)), 'framing'],
    ['more after the signature', signed(1), head('1', `${SIGNATURE};x=y`), 'framing'],
    ['more data than a chunk says', unsigned(1), '1\r\nab\r\n0\r\n\r\n', 'framing'],
    ['LF after the data', unsigned(1), '1\r\na\n0\r\n\r\n', 'framing'],
    ['no line end after the data', unsigned(1), '1\r\na0\r\n\r\n', 'framing'],
    ['no line end after the last chunk', signed(0), `${head('0')}x`, 'incomplete'],
    ['something else after the last chunk', signed(0), `${head('0')}xy`, 'framing'],
    ['bytes after the end', unsigned(0), '0\r\n\r\n0', 'framing'],
    ['a second body after the end', signed(0), `${head('0')}\r\n${head('0')}\r\n`, 'framing'],
    ['trailers where none belong', signed(0), `${head('0')}a:b\r\n\r\n`, 'framing'],
    [
      'a small chunk that is not the last',
      unsigned(9),
      '4\r\nabcd\r\n5\r\n',
      { kind: 'chunk-too-small', chunk: 1, size: 4 },
    ],
    [
      'a chunk one byte too small',
      unsigned(16383),
      `2000\r\n${'x'.repeat(8192)}\r\n1fff\r\n${'x'.repeat(8191)}\r\n1\r\n`,
      { kind: 'chunk-too-small', chunk: 2, size: 8191 },
    ],
    ['a trailer without colon', unsigned(0), '0\r\nabc\r\n\r\n', 'trailer'],
    ['a trailer without name', unsigned(0), '0\r\n:abc\r\n\r\n', 'trailer'],
    ['a blank before the colon', unsigned(0), '0\r\na :b\r\n\r\n', 'trailer'],
    ['a bare CR in a trailer', unsigned(0), '0\r\na:b\rc\r\n\r\n', 'trailer'],
    ['a trailer that ends in LF alone', unsigned(0), '0\r\na:b\nc:d\r\n\r\n', 'trailer'],
    ['a trailer that does not end', unsigned(0), `0\r\na:${long}`, 'trailer'],
    ['too many bytes of trailers', unsigned(0), `0\r\n${trailers(5)}\r\n`, 'trailer'],
    ['signed trailers without signature', signedWithTrailer(0), `${head('0')}a:b\r\n\r\n`, 'trailer'],
    ['a short trailer signature', signedWithTrailer(0), `${head('0')}x-amz-trailer-signature:ab\r\n\r\n`, 'trailer'],
    [
      'a trailer after the signature',
      signedWithTrailer(0),
      `${head('0')}x-amz-trailer-signature:${SIGNATURE}\r\na:b\r\n\r\n`,
      'framing',
    ],
  ])('%s', (_, framing, text, expected) => {
    expect(failureOf(framing, text)).toEqual(expected)
  })

  test('before one byte of a chunk passes that does not fit', () => {
    const events = new AwsChunkedDecoder(unsigned(2)).push(Buffer.from('3\r\nabc\r\n'))
    expect(events.map(({ kind }) => kind)).toEqual(['failure'])
  })

  test('once, and then nothing more comes out', () => {
    const decoder = new AwsChunkedDecoder(unsigned(1))
    expect(decoder.push(Buffer.from('x\r\n')).map(({ kind }) => kind)).toEqual(['failure'])
    expect(decoder.push(Buffer.from('1\r\na\r\n0\r\n\r\n'))).toEqual([])
    expect(decoder.finish()).toBeUndefined()
  })
})

test('data passes as views into what was pushed', () => {
  const wire = Buffer.from('5\r\nhello\r\n0\r\n\r\n')
  const data = new AwsChunkedDecoder(unsigned(5))
    .push(wire)
    .flatMap((event) => (event.kind === 'data' ? [event.bytes] : []))
  expect(
    data.map(({ buffer, byteOffset, length }) => [buffer === wire.buffer, byteOffset - wire.byteOffset, length]),
  ).toEqual([[true, 3, 5]])
})

const pieceSizes = fc.infiniteStream(fc.integer({ min: 1, max: 600 }))

describe('however the bytes are cut', () => {
  const body = `${head('2000')}${'x'.repeat(8192)}\r\n${head('5')}hello\r\n${head('0')}`
  const trailers = `x-amz-checksum-crc32c:gQwhkA==\n\r\nx-amz-trailer-signature:${OTHER}\r\n\r\n`
  const whole = Buffer.from(body + trailers, 'latin1')
  const framing = signedWithTrailer(8197)

  test('the events are the same', () => {
    const expected = decode(framing, [whole])
    expect(expected.at(-1)).toEqual({ kind: 'end' })
    fc.assert(
      fc.property(pieceSizes, (sizes) => {
        expect(decode(framing, piecesOf(whole, sizes))).toEqual(expected)
      }),
    )
    expect(decode(framing, bytewise(whole))).toEqual(expected)
  })

  test('a refusal is the same', () => {
    const mutation = fc.record({ at: fc.nat({ max: whole.length - 1 }), bit: fc.nat({ max: 7 }), cut: fc.boolean() })
    fc.assert(
      fc.property(mutation, pieceSizes, ({ at, bit, cut }, sizes) => {
        const changed = Buffer.from(cut ? whole.subarray(0, at) : whole)
        if (!cut) changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at)
        expect(decode(framing, piecesOf(changed, sizes))).toEqual(decode(framing, [changed]))
      }),
    )
  })
})

function piecesOf(bytes: Buffer, sizes: Iterable<number>): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    if (at >= bytes.length) break
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

const bytewise = (bytes: Buffer): Buffer[] => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
