import { expect, test } from 'vitest'
import { requestFor } from '../../test/support/authz-input.ts'
import type { S3Operation } from '../s3/operation.ts'
import { S3_OPERATIONS } from '../s3/operations.ts'
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

/** Values by which a header asks for something, where not just any does. */
const ASKING: Readonly<Record<string, string>> = {
  'x-amz-acl': 'public-read',
  'x-amz-bypass-governance-retention': 'true',
  'x-amz-tagging': 'a=b',
}
/** Of object data, the stage that reads it writes what speaks of the body. */
const OF_THE_BODY =
  /^(?:content-md5|content-encoding|x-amz-sdk-checksum-algorithm|x-amz-checksum-(?!algorithm$|mode$|type$).*)$/

function lineOf({ method, level, selector }: S3Operation): string {
  const demands = [...selector.demands].map(([name, value]) => `${name}=${value ?? '1'}`)
  const query = selector.subresource === undefined ? demands : [`${selector.subresource}=u`, ...demands]
  const path = level === 'bucket' ? '/bkt' : '/bkt/k'
  return `${method} ${path}${query.length === 0 ? '' : `?${query.join('&')}`}`
}

test.each(
  S3_OPERATIONS.filter(({ unavailable, level, requestHeaders, selector, body }) => {
    return !unavailable && level !== 'service' && !selector.form && body !== 'xml' && requestHeaders.length > 0
  }),
)('every header that $name takes leaves', (row) => {
  const needed = row.selector.copySource === 'present' ? { 'x-amz-copy-source': 'bkt/source' } : {}
  for (const name of row.requestHeaders) {
    if (row.body === 'stream' && OF_THE_BODY.test(name)) continue
    const directive = name === 'x-amz-tagging' && row.name === 'CopyObject' ? { [`${name}-directive`]: 'REPLACE' } : {}
    const sent = { ...needed, ...directive, [name]: ASKING[name] ?? 'value' }
    const { request, operation } = requestFor(lineOf(row), sent)
    expect(operation.name).toBe(row.name)
    const leaving = forwardedHeaders(request, operation, { storesChecksums: true }).map(([header]) => header)
    expect(leaving).toContain(name)
  }
})
