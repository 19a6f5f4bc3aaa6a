import { expect, test } from 'vitest'
import { errorCodeForStatus, isS3ErrorCode, S3_ERRORS, S3Error } from './errors.ts'

test('an error has the status and message of its code', () => {
  const error = new S3Error('NoSuchKey')
  const { code, status, message, extras, headers, detail } = error
  expect({ code, status, message, extras, headers, detail }).toEqual({
    code: 'NoSuchKey',
    status: 404,
    message: S3_ERRORS.NoSuchKey.message,
    extras: [],
    headers: [],
    detail: undefined,
  })
})

test('an error takes what is given in place of that', () => {
  const cause = new Error('socket')
  const error = new S3Error('InternalError', { message: 'm', status: 502, detail: 'd', cause, headers: [['A', 'b']] })
  expect([error.message, error.status, error.detail, error.cause, error.headers]).toEqual([
    'm',
    502,
    'd',
    cause,
    [['A', 'b']],
  ])
})

test.each([
  ['NoSuchUpload', true],
  ['XMinioStorageFull', false],
  ['toString', false],
  ['', false],
])('%j is a code of the table: %s', (code, known) => {
  expect(isS3ErrorCode(code)).toBe(known)
})

test.each([
  [304, 'NotModified'],
  [401, 'InternalError'],
  [403, 'AccessDenied'],
  [404, 'NoSuchKey'],
  [412, 'PreconditionFailed'],
  [416, 'InvalidRange'],
  [418, 'InvalidRequest'],
  [429, 'SlowDown'],
  [500, 'InternalError'],
  [502, 'SlowDown'],
  [503, 'SlowDown'],
  [504, 'SlowDown'],
  [302, 'InternalError'],
])('a bare status %i becomes %s', (status, code) => {
  expect(errorCodeForStatus(status)).toBe(code)
})

test('every error has a status that is one and a sentence', () => {
  for (const { status, message } of Object.values(S3_ERRORS)) {
    expect(status === 304 || (status >= 400 && status <= 503)).toBe(true)
    expect(message).toMatch(/^[A-Z].*\.$/)
  }
})
