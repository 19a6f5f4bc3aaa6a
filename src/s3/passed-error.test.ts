import { describe, expect, test } from 'vitest'
import { S3_ERRORS } from './errors.ts'
import { MasterKeyRefused, passedS3Error } from './passed-error.ts'

describe("a backend's error", () => {
  test.each([
    ['NoSuchKey', 404, 'NoSuchKey', 404],
    ['InvalidPart', undefined, 'InvalidPart', 400],
    ['InvalidPartNumber', 400, 'InvalidPartNumber', 400],
    ['EntityTooLarge', 413, 'EntityTooLarge', 413],
    ['NotImplemented', 501, 'NotImplemented', 501],
    ['SlowDown', 429, 'SlowDown', 503],
    ['SlowDownRead', 503, 'SlowDown', 503],
    ['InternalError', 400, 'InternalError', 500],
    ['XMinioAdminThing', 409, 'XMinioAdminThing', 409],
    ['XMinioAdminThing', 500, 'InternalError', 500],
    ['XMinioAdminThing', undefined, 'InternalError', 500],
    ['with space', 400, 'InternalError', 500],
    ['constructor', 400, 'constructor', 400],
    ['', 400, 'InternalError', 500],
    ['TemporaryRedirect', 307, 'InternalError', 500],
  ])('%s with status %s becomes %s %i', (backendCode, status, code, expected) => {
    const error = passedS3Error(backendCode, status === undefined ? {} : { status })
    expect([error.code, error.status]).toEqual([code, expected])
    expect(error.message).not.toBe('')
  })

  test.each([
    'InvalidAccessKeyId',
    'SignatureDoesNotMatch',
    'RequestTimeTooSkewed',
    'AuthorizationHeaderMalformed',
    'InvalidToken',
    'UserSuspended',
  ])('%s speaks of the master key: InternalError, marked as loud', (code) => {
    const error = passedS3Error(code, { status: 403 })
    expect(error).toBeInstanceOf(MasterKeyRefused)
    expect(error).toMatchObject({ code: 'InternalError', status: 500, message: S3_ERRORS.InternalError.message })
    expect(error.detail).toContain(code)
  })

  test('its code stands in the detail in printable form', () => {
    expect(passedS3Error('a\nb\u001b[0m').detail).toBe('backend: a?b?[0m')
  })
})
