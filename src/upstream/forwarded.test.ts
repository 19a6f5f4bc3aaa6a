import { expect, test } from 'vitest'
import { requestFor } from '../../test/support/authz-input.ts'
import { forwardedHeaders } from './forwarded.ts'

test.each<[sent: string, leaves: string]>([
  ['a=b&c=d', 'a=b&c=d'],
  ['a=b+c&d', 'a=b%20c&d='],
  ['&a=%62&', 'a=b'],
  ['a=1&a=2', 'a=1&a=2'],
])('the tags %j leave as %j, or as they are where they cannot be read', (sent, leaves) => {
  const { request, operation } = requestFor('PUT /bkt/k', { 'x-amz-tagging': sent })
  const headers = new Map(forwardedHeaders(request, operation, { storesChecksums: false }))
  expect(headers.get('x-amz-tagging')).toBe(leaves)
})
