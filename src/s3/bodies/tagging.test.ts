import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  MAX_BUCKET_TAGS,
  MAX_OBJECT_TAGS,
  parseTagging,
  parseTaggingHeader,
  writeTagging,
  writeTaggingHeader,
} from './tagging.ts'

function parse(inner: string) {
  return parseTagging(Buffer.from(`<Tagging><TagSet>${inner}</TagSet></Tagging>`), MAX_OBJECT_TAGS)
}

const tagXml = (key: string, value: string) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`
const many = (count: number) => Array.from({ length: count }, (_, i) => tagXml(`k${i}`, '')).join('')

describe('a Tagging document', () => {
  test.each([
    ['no tag', '', []],
    ['an empty value', tagXml('a', ''), [{ key: 'a', value: '' }]],
    ['text kept to the character', tagXml(' a ', ' 1&amp;2 '), [{ key: ' a ', value: ' 1&2 ' }]],
    ['128 characters outside the BMP as key', tagXml('😀'.repeat(128), ''), [{ key: '😀'.repeat(128), value: '' }]],
  ])('is read: %s', (_name, inner, tags) => {
    expect(parse(inner)).toEqual({ tags })
  })

  test.each([
    ['a doubled key', tagXml('a', '1') + tagXml('a', '2'), 'duplicate-tag', 'InvalidTag'],
    ['an empty key', tagXml('', '1'), 'tag-key-length', 'InvalidTag'],
    ['a key of 129', tagXml('k'.repeat(129), '1'), 'tag-key-length', 'InvalidTag'],
    ['a value of 257', tagXml('a', 'v'.repeat(257)), 'tag-value-length', 'InvalidTag'],
    ['a reserved key', tagXml('AWS:x', '1'), 'reserved-tag', 'InvalidTag'],
    ['eleven tags', many(11), 'too-many-tags', 'BadRequest'],
    ['a tag without value', '<Tag><Key>a</Key></Tag>', 'missing-element', 'MalformedXML'],
    ['an unknown element', '<Tag><Key>a</Key><Value/><X/></Tag>', 'unknown-element', 'MalformedXML'],
  ])('is refused: %s', (_name, inner, problem, code) => {
    expect(parse(inner)).toEqual({ problem, code })
  })

  test('of a bucket may hold 50 tags', () => {
    const bucket = (count: number) =>
      parseTagging(Buffer.from(`<Tagging><TagSet>${many(count)}</TagSet></Tagging>`), MAX_BUCKET_TAGS)
    expect(bucket(50)).toHaveProperty('tags.length', 50)
    expect(bucket(51)).toHaveProperty('problem', 'too-many-tags')
  })

  test('needs its TagSet, once', () => {
    expect(parseTagging(Buffer.from('<Tagging/>'), 10)).toHaveProperty('problem', 'missing-element')
    expect(parseTagging(Buffer.from('<Tagging><TagSet/><TagSet/></Tagging>'), 10)).toHaveProperty(
      'problem',
      'duplicate-element',
    )
  })
})

describe('the header x-amz-tagging', () => {
  test.each([
    ['nothing', '', []],
    [
      'two tags',
      'a=1&b=2',
      [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    ],
    ['a name alone', 'a', [{ key: 'a', value: '' }]],
    ['plus as a blank', 'a+b=c+d', [{ key: 'a b', value: 'c d' }]],
    ['escapes, decoded once', 'a%2Bb=%2526%3D', [{ key: 'a+b', value: '%26=' }]],
    ['a second equals sign', 'a=b=c', [{ key: 'a', value: 'b=c' }]],
    ['raw UTF-8 bytes', 'a=\u00c3\u00a9', [{ key: 'a', value: 'é' }]],
    ['empty pieces', '&a=1&&', [{ key: 'a', value: '1' }]],
  ])('is read: %s', (_name, header, tags) => {
    expect(parseTaggingHeader(header)).toEqual({ tags })
  })

  test.each([
    ['a broken escape', 'a=%zz', 'InvalidArgument'],
    ['bytes that are not UTF-8', 'a=%ff', 'InvalidArgument'],
    ['a doubled key, once escaped', 'a=1&%61=2', 'InvalidTag'],
    ['an empty key', '=1', 'InvalidTag'],
    ['eleven tags', Array.from({ length: 11 }, (_, i) => `k${i}=`).join('&'), 'BadRequest'],
  ])('is refused: %s', (_name, header, code) => {
    expect(parseTaggingHeader(header)).toHaveProperty('code', code)
  })
})

test('tags survive both forms', () => {
  const text = (minLength: number) =>
    fc.string({ unit: 'grapheme', minLength, maxLength: 20 }).filter((value) => Array.from(value).length <= 100)
  const tags = fc.uniqueArray(fc.record({ key: text(1), value: text(0) }), {
    maxLength: 10,
    selector: (tag) => tag.key,
  })
  fc.assert(
    fc.property(tags, (set) => {
      expect(parseTaggingHeader(writeTaggingHeader({ tags: set }))).toEqual({ tags: set })
      expect(parseTagging(writeTagging({ tags: set }), MAX_OBJECT_TAGS)).toEqual({ tags: set })
    }),
  )
})
