import { expect, test } from 'vitest'
import { failedCondition } from './conditions.ts'
import type { ObjectRecord } from './records.ts'

const object: ObjectRecord = {
  headers: [],
  metadata: [],
  tags: [],
  storageClass: 'STANDARD',
  size: 0,
  etag: 'abc',
  modifiedMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  pieces: [],
}
const SAME = 'Fri, 02 Jan 2026 03:04:05 GMT'
const BEFORE = 'Fri, 02 Jan 2026 03:04:04 GMT'
const none = { ifMatch: undefined, ifNoneMatch: undefined, ifModifiedSince: undefined, ifUnmodifiedSince: undefined }

test.each([
  ['no condition', {}, undefined],
  ['the ETag', { ifMatch: '"abc"' }, undefined],
  ['the bare ETag', { ifMatch: 'abc' }, undefined],
  ['one of several ETags', { ifMatch: '"x", W/"abc"' }, undefined],
  ['any ETag', { ifMatch: '*' }, undefined],
  ['another ETag', { ifMatch: '"abcd"' }, 'unwanted'],
  ['not the ETag', { ifNoneMatch: '"abc"' }, 'not-modified'],
  ['not another ETag', { ifNoneMatch: '"x"' }, undefined],
  ['modified since its own second', { ifModifiedSince: SAME }, 'not-modified'],
  ['modified since the second before', { ifModifiedSince: BEFORE }, undefined],
  ['unmodified since its own second', { ifUnmodifiedSince: SAME }, undefined],
  ['unmodified since the second before', { ifUnmodifiedSince: BEFORE }, 'unwanted'],
  ['an ETag that matches and a date that does not', { ifMatch: '"abc"', ifUnmodifiedSince: BEFORE }, undefined],
  ['an ETag that is new and a date that is not', { ifNoneMatch: '"x"', ifModifiedSince: SAME }, undefined],
  ['an unreadable date', { ifModifiedSince: 'yesterday' }, undefined],
])('%s', (_name, conditions, expected) => {
  expect(failedCondition({ ...none, ...conditions }, object)).toBe(expected)
})
