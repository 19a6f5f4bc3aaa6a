import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { S3_ERRORS } from '../s3/errors.ts'
import { MasterKeyRefused } from '../s3/passed-error.ts'
import { isBackendError, mapBackendError, type RefusedRequest } from './error-mapping.ts'

const OBJECT: RefusedRequest = { level: 'object', versionId: undefined }
const SECRET = 'AKIASECRET at 10.0.0.1:7480 zone fsn1-prod1'

function map(status: number, body = '', headers: readonly HeaderPair[] = [], request = OBJECT) {
  return mapBackendError({ status, headers: new HeaderList(headers), body: Buffer.from(body) }, request)
}

function errorXml(code: string, more = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${SECRET}</Message>${more}<BucketName>real</BucketName><RequestId>${SECRET}</RequestId><HostId>${SECRET}</HostId></Error>`
}

describe("a backend's S3 error", () => {
  test.each([
    ['NoSuchKey', 404, 404],
    ['NoSuchBucket', 404, 404],
    ['NoSuchUpload', 404, 404],
    ['AccessDenied', 403, 403],
    ['PreconditionFailed', 412, 412],
    ['InvalidRange', 416, 416],
    ['BucketNotEmpty', 409, 409],
    ['BucketAlreadyExists', 409, 409],
    ['MethodNotAllowed', 405, 405],
    ['NotImplemented', 501, 501],
    ['ServiceUnavailable', 503, 503],
    ['InternalError', 500, 500],
    ['QuotaExceeded', 403, 403],
  ] as const)('%s passes with its code and status, in our own words', (code, status, expected) => {
    const error = map(status, errorXml(code))
    expect(error).toMatchObject({ code, status: expected, message: S3_ERRORS[code].message })
  })

  test('with an empty message gets one', () => {
    const error = map(404, '<Error><Code>NoSuchBucketPolicy</Code><Message></Message></Error>')
    expect(error.message).toBe(S3_ERRORS.NoSuchBucketPolicy.message)
  })

  test('never shows any other text of the backend', () => {
    for (const code of ['NoSuchKey', 'SomethingNew', 'SignatureDoesNotMatch', 'a b']) {
      const extras = `<StringToSign>${SECRET}</StringToSign><Endpoint>${SECRET}</Endpoint><Condition>${SECRET}</Condition><ActualObjectSize>${SECRET}</ActualObjectSize>`
      const error = map(403, errorXml(code, extras), [
        ['location', SECRET],
        ['allow', SECRET],
        ['x-amz-version-id', SECRET],
      ])
      expect(JSON.stringify([error, error.message, error.stack])).not.toMatch(/SECRET|10\.0\.0\.1|real/)
    }
  })

  test('keeps what tells the client about its own object', () => {
    expect(
      map(416, errorXml('InvalidRange', '<ActualObjectSize>9</ActualObjectSize>'), [['content-range', 'bytes */9']]),
    ).toMatchObject({
      extras: [['ActualObjectSize', '9']],
      headers: [['content-range', 'bytes */9']],
    })
    expect(map(412, errorXml('PreconditionFailed', '<Condition>If-Match</Condition>')).extras).toEqual([
      ['Condition', 'If-Match'],
    ])
    expect(
      map(405, errorXml('MethodNotAllowed'), [
        ['Allow', 'DELETE'],
        ['x-amz-delete-marker', 'true'],
        ['x-amz-version-id', 'v1'],
      ]).headers,
    ).toEqual([
      ['allow', 'DELETE'],
      ['x-amz-delete-marker', 'true'],
      ['x-amz-version-id', 'v1'],
    ])
  })

  test.each([
    ['SlowDown', 503],
    ['SlowDownRead', 503],
    ['SlowDownWrite', 503],
    ['SlowDown', 429],
  ])('%s with %i asks to come again', (code, status) => {
    expect(map(status, errorXml(code))).toMatchObject({
      code: 'SlowDown',
      status: 503,
      headers: [['retry-after', '1']],
    })
  })

  test('of an unknown kind keeps its code when it is a word and blames the client', () => {
    expect(map(409, errorXml('SomethingNew'))).toMatchObject({ code: 'SomethingNew', status: 409 })
    expect(map(500, errorXml('SomethingNew'))).toMatchObject({ code: 'InternalError', status: 500 })
    expect(map(400, errorXml('not a word'))).toMatchObject({ code: 'InternalError', status: 500 })
  })
})

describe('a refusal of the master key', () => {
  test.each([
    [403, 'InvalidAccessKeyId'],
    [403, 'SignatureDoesNotMatch'],
    [403, 'RequestTimeTooSkewed'],
    [400, 'AuthorizationHeaderMalformed'],
    [400, 'InvalidToken'],
    [403, 'UserSuspended'],
    [401, 'AccessDenied'],
    [401, 'NoSuchKey'],
  ])('%i %s is InternalError and loud', (status, code) => {
    const error = map(status, errorXml(code, '<StringToSign>AWS4</StringToSign>'))
    expect(error).toBeInstanceOf(MasterKeyRefused)
    expect(error).toMatchObject({ code: 'InternalError', status: 500, extras: [] })
    expect(error.detail).toContain(code)
  })

  test('may come without a body', () => {
    expect(map(401)).toBeInstanceOf(MasterKeyRefused)
  })
})

test.each([301, 302, 303, 307, 308, 300, 305])('a redirect %i is InternalError, wherever it points', (status) => {
  const error = map(status, errorXml('PermanentRedirect', '<Endpoint>evil</Endpoint>'), [['location', 'http://evil/']])
  expect(error).toMatchObject({ code: 'InternalError', status: 500, headers: [], extras: [] })
})

describe('an answer without an S3 error', () => {
  test.each([
    [403, 'AccessDenied', 403],
    [404, 'NoSuchKey', 404],
    [405, 'MethodNotAllowed', 405],
    [408, 'RequestTimeout', 400],
    [409, 'OperationAborted', 409],
    [411, 'MissingContentLength', 411],
    [412, 'PreconditionFailed', 412],
    [413, 'EntityTooLarge', 400],
    [416, 'InvalidRange', 416],
    [418, 'InvalidRequest', 400],
    [429, 'SlowDown', 503],
    [500, 'InternalError', 500],
    [501, 'NotImplemented', 501],
    [502, 'SlowDown', 503],
    [503, 'SlowDown', 503],
    [504, 'SlowDown', 503],
    [599, 'InternalError', 500],
  ])('is told from its status: %i is %s', (status, code, expected) => {
    for (const body of [
      '',
      '<html><body><h1>No server</h1></body></html>',
      'oops',
      '<Error/>',
      errorXml('').replace('?>', '?><!-- x -->'),
    ]) {
      expect(map(status, body)).toMatchObject({ code, status: expected })
    }
  })

  test.each([
    ['service', undefined, 'NoSuchBucket'],
    ['bucket', undefined, 'NoSuchBucket'],
    ['object', undefined, 'NoSuchKey'],
    ['object', 'v1', 'NoSuchVersion'],
  ] as const)('of 404 on %s level, version %s, is %s', (level, versionId, code) => {
    expect(map(404, '', [], { level, versionId }).code).toBe(code)
  })

  test('keeps a sensible Retry-After', () => {
    expect(map(503, '', [['Retry-After', '30']]).headers).toEqual([['retry-after', '30']])
    expect(map(503, '', [['Retry-After', 'Fri, 31 Dec 1999 23:59:59 GMT']]).headers).toEqual([['retry-after', '1']])
  })

  test('of more than 64 KiB is not looked into', () => {
    expect(map(404, errorXml('NoSuchUpload', `<X>${'x'.repeat(70_000)}</X>`)).code).toBe('NoSuchKey')
  })
})

test('successes and 304 are no errors', () => {
  expect([200, 204, 206, 304, 301, 400, 412, 500].filter(isBackendError)).toEqual([301, 400, 412, 500])
})

test('whatever the backend says, the client gets an error status and a plain code', () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 599 }), fc.string(), (status, text) => {
      const error = map(status, errorXml(text.replaceAll(/[<&]/g, '')))
      expect(error.status).toBeGreaterThanOrEqual(400)
      expect(error.code).toMatch(/^[A-Za-z0-9]{3,64}$/)
    }),
  )
})
