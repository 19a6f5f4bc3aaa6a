import { expect, test } from 'vitest'
import { didYouMean } from './nearest-name.ts'
import { S3_ACTIONS } from './s3-actions.ts'

test.each([
  ['s3:GetObjct', 's3:GetObject'],
  ['s3:GteObject', 's3:GetObject'],
  ['s3:getobjects', 's3:GetObject'],
  ['s3:ListBuckett', 's3:ListBucket'],
  ['s3:DeleteObjectTaggin', 's3:DeleteObjectTagging'],
])('%s was probably meant to be %s', (text, name) => {
  expect(didYouMean(text, S3_ACTIONS)).toBe(`; did you mean ${name}?`)
})

test.each(['s3:Frobnicate', 's3:', '', 'x'.repeat(100_000)])('nothing is near to %s', (text) => {
  expect(didYouMean(text, S3_ACTIONS)).toBe('')
})

test('of short names none is near by a letter that is another', () => {
  expect(didYouMean('ab', ['ac'])).toBe('')
  expect(didYouMean('abc', ['abd'])).toBe('; did you mean abd?')
})

test('of two the nearer one is named', () => {
  expect(didYouMean('developr', ['develop', 'developer', 'developers'])).toBe('; did you mean develop?')
  expect(didYouMean('developrs', ['develop', 'developer', 'developers'])).toBe('; did you mean developers?')
})
