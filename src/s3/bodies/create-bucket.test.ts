import { describe, expect, test } from 'vitest'
import { isAcceptedLocation, locationConstraintFor, parseCreateBucket, writeCreateBucket } from './create-bucket.ts'

function parse(inner: string) {
  return parseCreateBucket(Buffer.from(`<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`))
}

describe('the body of CreateBucket', () => {
  test.each([
    ['nothing', '', { locationConstraint: undefined, tags: [] }],
    ['an empty constraint', '<LocationConstraint/>', { locationConstraint: undefined, tags: [] }],
    ['a region', '<LocationConstraint>fsn1</LocationConstraint>', { locationConstraint: 'fsn1', tags: [] }],
    [
      'tags',
      '<Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>',
      { locationConstraint: undefined, tags: [{ key: 'a', value: 'b' }] },
    ],
  ])('is read: %s', (_name, inner, facts) => {
    expect(parse(inner)).toEqual(facts)
  })

  test('may be missing', () => {
    expect(parseCreateBucket(Buffer.alloc(0))).toEqual({ locationConstraint: undefined, tags: [] })
  })

  test.each([
    ['a directory bucket', '<Bucket><Type>Directory</Type></Bucket>', 'NotImplemented'],
    ['a zone', '<Location><Name>z</Name></Location>', 'NotImplemented'],
    [
      'two constraints',
      '<LocationConstraint>a</LocationConstraint><LocationConstraint>b</LocationConstraint>',
      'MalformedXML',
    ],
    ['an unknown element', '<X/>', 'MalformedXML'],
    ['doubled tags', `<Tags>${'<Tag><Key>a</Key><Value>b</Value></Tag>'.repeat(2)}</Tags>`, 'InvalidTag'],
  ])('is refused: %s', (_name, inner, code) => {
    expect(parse(inner)).toHaveProperty('code', code)
  })

  test('is refused when it is not XML', () => {
    expect(parseCreateBucket(Buffer.from('{}'))).toEqual({ problem: 'text-outside-root', code: 'MalformedXML' })
  })
})

test.each([
  [undefined, ['fsn1'], true],
  ['fsn1', ['fsn1', 'us-east-1'], true],
  ['nbg1', ['fsn1'], false],
  ['nbg1', '*' as const, true],
])('the constraint %s is accepted among %s: %s', (constraint, regions, accepted) => {
  expect(isAcceptedLocation(constraint, regions)).toBe(accepted)
})

test.each([
  ['none' as const, 'fsn1', undefined],
  ['master-region' as const, 'fsn1', 'fsn1'],
  ['master-region' as const, 'us-east-1', 'us-east-1'],
  ['master-region-unless-us-east-1' as const, 'eu-west-1', 'eu-west-1'],
  ['master-region-unless-us-east-1' as const, 'us-east-1', undefined],
])('by the rule %s with the master region %s the backend reads %s', (rule, region, expected) => {
  expect(locationConstraintFor(rule, region)).toBe(expected)
})

test('the body for the backend says what there is to say', () => {
  expect(writeCreateBucket({ locationConstraint: undefined, tags: [] })).toBeUndefined()
  for (const facts of [
    { locationConstraint: 'fsn1', tags: [] },
    { locationConstraint: undefined, tags: [{ key: 'a', value: 'b' }] },
  ]) {
    expect(parseCreateBucket(writeCreateBucket(facts) ?? Buffer.alloc(0))).toEqual(facts)
  }
})
