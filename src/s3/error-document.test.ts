import { expect, test } from 'vitest'
import { errorDocument } from './error-document.ts'
import { S3Error } from './errors.ts'

test('an error document has code, message, extras and what identifies the request, in that order', () => {
  const error = new S3Error('AccessDenied', {
    extras: [['HeadersNotSigned', 'x-amz-acl']],
    detail: 'secret',
    cause: 'secret',
  })
  expect(errorDocument(error, { resource: '/b/k', requestId: 'R1', hostId: 'H1' }).toString()).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access denied.</Message>' +
      '<HeadersNotSigned>x-amz-acl</HeadersNotSigned><Resource>/b/k</Resource><RequestId>R1</RequestId><HostId>H1</HostId></Error>',
  )
})

test('the host id may be missing', () => {
  expect(errorDocument(new S3Error('NoSuchKey'), { resource: '', requestId: 'R' }).toString()).not.toContain('HostId')
})

test.each([
  ['/b/<script>alert(1)</script>', '/b/&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['/b/\r\n\u0000', '/b/&#13;\n\ufffd'],
])('a resource cannot break out: %j', (resource, written) => {
  const xml = errorDocument(new S3Error('NoSuchKey'), { resource, requestId: 'R' }).toString()
  expect(xml).toContain(`<Resource>${written}</Resource>`)
})
