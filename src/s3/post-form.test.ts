import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { S3Error } from './errors.ts'
import { collectFields, finalKey, formHeaders, successRedirect, successStatus } from './post-form.ts'

const fieldsOf = (fields: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(fields))

function codeOf(run: () => unknown): string {
  try {
    run()
    return 'none'
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error)
  }
}

test('fields are known by their names without regard to case, each once', () => {
  expect([...collectFields([{ name: 'Key', value: 'k' }])]).toEqual([['key', 'k']])
  const twice = ['key', 'policy', 'x-amz-meta-a', '__proto__']
  for (const name of twice) {
    const fields = [
      { name, value: '1' },
      { name: name.toUpperCase(), value: '1' },
    ]
    expect(codeOf(() => collectFields(fields))).toBe('InvalidArgument')
  }
  expect(codeOf(() => collectFields([{ name: 'key', value: 'a\uFFFD' }]))).toBe('MalformedPOSTRequest')
})

describe('the key', () => {
  test.each([
    ['user/${filename}', 'a.txt', 'user/a.txt'],
    ['${filename}-${filename}', 'a', 'a-a'],
    ['${filename}', '${filename}', '${filename}'],
    ['${filename}', "$&$'$`$1", "$&$'$`$1"],
    ['x/${filename}', '', 'x/'],
    ['a/../b', 'f', 'a/../b'],
    ['$filename', 'f', '$filename'],
  ])('%j with the file %j is %j', (template, fileName, expected) => {
    expect(finalKey(fieldsOf({ key: template }), fileName)).toBe(expected)
  })

  test('takes over any file name literally', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (before, name) => {
        fc.pre(!before.includes('${filename}') && !(before + name).includes('\0'))
        fc.pre(Buffer.byteLength(before + name) <= 1024)
        return finalKey(fieldsOf({ key: before + '${filename}' }), name) === before + name
      }),
    )
  })

  test.each([
    [{}, '', 'InvalidArgument'],
    [{ key: '' }, '', 'InvalidArgument'],
    [{ key: '${filename}' }, '', 'InvalidArgument'],
    [{ key: 'a\0b' }, '', 'InvalidArgument'],
    [{ key: 'é'.repeat(513) }, '', 'KeyTooLongError'],
    [{ key: 'é'.repeat(512) }, '', 'none'],
  ])('of %j with the file %j: %s', (fields, fileName, expected) => {
    expect(codeOf(() => finalKey(fieldsOf(fields), fileName))).toBe(expected)
  })
})

const TAGS = '<Tagging><TagSet><Tag><Key>a b</Key><Value>1&amp;2</Value></Tag></TagSet></Tagging>'

describe('fields as headers', () => {
  test('are those that an upload knows, in the text of headers', () => {
    const fields = fieldsOf({
      key: 'k',
      acl: 'public-read',
      tagging: TAGS,
      'content-type': 'text/plain; x=ä',
      'x-amz-meta-name': 'ä',
      'x-amz-storage-class': 'STANDARD',
      'x-amz-credential': 'c',
      'x-amz-signature': 's',
      success_action_status: '201',
      submit: 'Send',
      'x-minio-extract': 'true',
    })
    expect(Object.fromEntries(formHeaders(fields))).toEqual({
      'x-amz-acl': 'public-read',
      'x-amz-tagging': 'a%20b=1%262',
      'content-type': 'text/plain; x=Ã¤',
      'x-amz-meta-name': 'Ã¤',
      'x-amz-storage-class': 'STANDARD',
      'x-minio-extract': 'true',
    })
  })

  test.each<[Readonly<Record<string, string>>, string]>([
    [{ 'x-amz-tagging': 'a=b' }, 'InvalidArgument'],
    [{ 'x-amz-grant-read': 'id=x' }, 'InvalidArgument'],
    [{ 'x-amz-copy-source': '/b/k' }, 'InvalidArgument'],
    [{ 'x-amz-copy-source-range': 'bytes=0-1' }, 'InvalidArgument'],
    [{ 'x-amz-bypass-governance-retention': 'true' }, 'InvalidArgument'],
    [{ acl: 'private', 'x-amz-acl': 'private' }, 'InvalidArgument'],
    [{ 'x-amz-meta-a': 'x\r\ny: z' }, 'InvalidArgument'],
    [{ 'content-type': 'a\0' }, 'InvalidArgument'],
    [{ tagging: 'a=b' }, 'MalformedXML'],
    [{ 'x-amz-acl': 'private' }, 'none'],
  ])('of %j: %s', (fields, expected) => {
    expect(codeOf(() => formHeaders(fieldsOf(fields)))).toBe(expected)
  })
})

test.each([
  [undefined, 204],
  ['200', 200],
  ['201', 201],
  ['204', 204],
  ['404', 204],
  ['', 204],
])('success_action_status %s gives %i', (text, expected) => {
  expect(successStatus(fieldsOf(text === undefined ? {} : { success_action_status: text }))).toBe(expected)
})

const STORED = { bucket: 'b', key: 'a b&c', etag: '"e"' }
const QUERY = 'bucket=b&key=a%20b%26c&etag=%22e%22'
test.each([
  ['https://site.example/done', `https://site.example/done?${QUERY}`],
  ['http://site.example?x=1#top', `http://site.example/?x=1&${QUERY}#top`],
  ['https://site.example/\r\nX-Evil: 1', `https://site.example/X-Evil:%201?${QUERY}`],
  ['javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['/relative', undefined],
  ['//site.example', undefined],
  ['', undefined],
])('success_action_redirect %j leads to %s', (text, expected) => {
  expect(successRedirect(fieldsOf({ success_action_redirect: text }), STORED)).toBe(expected)
  expect(successRedirect(fieldsOf({ redirect: text }), STORED)).toBe(expected)
})
