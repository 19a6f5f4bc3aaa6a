import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { S3Error } from '../s3/errors.ts'
import { formBoundary } from './form-boundary.ts'
import { openForm } from './form-upload.ts'

const BOUNDARY = 'xXx'

/** A part as browsers write it. */
const part = (disposition: string, content: string | Buffer, more = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
const field = (name: string, value: string): Buffer => part(`name="${name}"`, value)
const file = (content: string | Buffer, name = 'a.txt'): Buffer => part(`name="file"; filename="${name}"`, content)
const end = Buffer.from(`--${BOUNDARY}--\r\n`)

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

async function read(
  parts: readonly Buffer[],
  size = 1_000_000,
): Promise<{ fields: string; name: string; file: Buffer }> {
  const form = await openForm(inPieces(Buffer.concat(parts), size), BOUNDARY, 5_000)
  const bytes: Buffer[] = []
  for await (const slice of form.file) bytes.push(Buffer.from(slice))
  const fields = form.fields.map(({ name, value }) => `${name}=${value}`).join('&')
  return { fields, name: form.fileName, file: Buffer.concat(bytes) }
}

const failure = (parts: readonly Buffer[], size?: number): Promise<string> =>
  read(parts, size).then(
    () => 'none',
    (error: unknown) => (error instanceof S3Error ? error.code : String(error)),
  )

describe('a form is read', () => {
  test('with its fields in order, its file and the name of it', async () => {
    const form = await read([field('key', 'k'), field('Acl', 'private'), file('hello'), end])
    expect(form).toEqual({ fields: 'key=k&Acl=private', name: 'a.txt', file: Buffer.from('hello') })
  })

  test('whatever the pieces it comes in, and whatever bytes the file holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 60 }), async (bytes, size) => {
        const sent = Buffer.from(bytes)
        fc.pre(!sent.includes(`--${BOUNDARY}`))
        const form = await read([field('key', 'k'), file(sent), field('late', 'x'), end], size)
        return form.fields === 'key=k' && form.file.equals(sent)
      }),
      { numRuns: 60 },
    )
  })

  test('up to the field "file", whether or not it has a file name; other fields may have one', async () => {
    const form = await read([
      part('name="key"; filename="key"', 'k'),
      part('name="FILE"', 'x'),
      field('late', '1'),
      end,
    ])
    expect(form).toEqual({ fields: 'key=k', name: '', file: Buffer.from('x') })
  })

  test.each([
    ['C:\\folder\\a.txt', 'a.txt'],
    ['../../etc/passwd', 'passwd'],
    ['..', ''],
    ['ä ö.txt', 'ä ö.txt'],
  ])('with only the last part of the file name %j', async (given, expected) => {
    const name = given.replaceAll('\\', '\\\\')
    expect((await read([field('key', 'k'), file('x', name), end])).name).toBe(expected)
  })

  test('with what stands before the first and after the last boundary left out', async () => {
    const form = await read([Buffer.from('preamble\r\n'), field('key', 'k'), file(''), end, Buffer.from('epilogue')], 7)
    expect(form).toEqual({ fields: 'key=k', name: 'a.txt', file: Buffer.alloc(0) })
  })

  test('in large files slice by slice, never more than was fed', async () => {
    const form = await openForm(
      inPieces(Buffer.concat([file(Buffer.alloc(3_000_000, 7)), end]), 128 * 1024),
      BOUNDARY,
      5_000,
    )
    const sizes: number[] = []
    for await (const slice of form.file) sizes.push(slice.length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3_000_000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024)
  })
})

describe('a form is refused', () => {
  const many = (count: number): Buffer[] => Array.from({ length: count }, (_, at) => field(`f${at}`, ''))
  test.each<[string, readonly Buffer[], string]>([
    ['with no file', [field('key', 'k'), end], 'IncorrectNumberOfFilesInPostRequest'],
    ['with two files', [file('a'), file('b'), end], 'IncorrectNumberOfFilesInPostRequest'],
    ['of 101 fields', [...many(101), file('a'), end], 'MaxPostPreDataLengthExceededError'],
    [
      'with a field over 20 KiB',
      [field('key', 'x'.repeat(20_481)), file('a'), end],
      'MaxPostPreDataLengthExceededError',
    ],
    [
      'with fields over 20 KiB in all',
      [field('a', 'x'.repeat(11_000)), field('b', 'x'.repeat(11_000)), file('a'), end],
      'MaxPostPreDataLengthExceededError',
    ],
    ['with an endless preamble', [Buffer.alloc(300_000, 'x'), file('a'), end], 'MaxPostPreDataLengthExceededError'],
    ['with an endless part header', [part(`name="${'x'.repeat(300_000)}"`, '')], 'MaxPostPreDataLengthExceededError'],
    ['with a file name over 1 KiB', [file('a', 'x'.repeat(1025)), end], 'MalformedPOSTRequest'],
    ['that has no parts', [Buffer.from('nothing of the kind')], 'MalformedPOSTRequest'],
    ['that ends within a field', [field('key', 'k').subarray(0, -4)], 'MalformedPOSTRequest'],
    ['that ends within its file', [field('key', 'k'), file('hello').subarray(0, -3)], 'MalformedPOSTRequest'],
    ['that ends before its last boundary', [field('key', 'k'), file('hello')], 'MalformedPOSTRequest'],
    ['of no bytes', [], 'MalformedPOSTRequest'],
  ])('%s', async (_name, parts, expected) => {
    expect(await failure(parts)).toBe(expected)
    expect(await failure(parts, 997)).toBe(expected)
  })

  test('with the error of its source, and the source is closed', async () => {
    let closed = false
    async function* breaking(): AsyncGenerator<Buffer> {
      try {
        yield field('key', 'k')
        throw new S3Error('RequestTimeout')
      } finally {
        closed = true
      }
    }
    await expect(openForm(breaking(), BOUNDARY, 5_000)).rejects.toMatchObject({ code: 'RequestTimeout' })
    expect(closed).toBe(true)
  })
})

test('100 fields and 20 KiB of them are allowed', async () => {
  const fields = Array.from({ length: 100 }, (_, at) => field(String(at).padStart(2, '0'), 'x'.repeat(202)))
  expect(await failure([...fields, file('a'), end])).toBe('none')
})

test('a file that nobody reads to its end closes the source', async () => {
  let closed = false
  async function* source(): AsyncGenerator<Buffer> {
    try {
      yield file('x'.repeat(1_000))
      yield Buffer.alloc(10)
    } finally {
      closed = true
    }
  }
  const form = await openForm(source(), BOUNDARY, 5_000)
  for await (const _ of form.file) break
  expect(closed).toBe(true)
  closed = false
  await (await openForm(source(), BOUNDARY, 5_000)).close()
  expect(closed).toBe(true)
})

test('fields that take too long are not waited for', async () => {
  const silence = Promise.withResolvers<void>()
  let closed = false
  async function* silent(): AsyncGenerator<Buffer> {
    try {
      yield field('key', 'k')
      await silence.promise
    } finally {
      closed = true
    }
  }
  await expect(openForm(silent(), BOUNDARY, 20)).rejects.toMatchObject({ code: 'RequestTimeout' })
  silence.resolve()
  await expect.poll(() => closed).toBe(true)
})

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['multipart/form-data; charset=utf-8; BOUNDARY="a b"', 'a b'],
  ['multipart/form-data;boundary=----WebKitFormBoundaryAbC123', '----WebKitFormBoundaryAbC123'],
])('the boundary of %s', (contentType, expected) => {
  expect(formBoundary(contentType)).toBe(expected)
})

test.each([
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=""',
  'multipart/form-data; boundary=a; boundary=b',
  'multipart/form-data; boundary=a@b',
  'multipart/form-data; boundary="a "',
  `multipart/form-data; boundary=${'a'.repeat(71)}`,
])('there is no boundary in %s', (contentType) => {
  expect(() => formBoundary(contentType)).toThrow(expect.objectContaining({ code: 'MalformedPOSTRequest' }))
})
