import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RESERVED_BUCKETS } from './address.ts'
import { S3Error } from './errors.ts'
import { OPERATION_PARAMETERS } from './parameters.ts'
import { parseS3Request, type RawRequest, type S3Request } from './request.ts'

const options = {
  hostnames: ['s3.example.com'],
  reservedBuckets: RESERVED_BUCKETS,
  ignoreHeaders: new Set(['x-amz-cf-id']),
}
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00'

function parse(line: string, headers: readonly string[] = [], raw: Partial<RawRequest> = {}): S3Request {
  const [method = '', url = ''] = line.split(' ')
  const rawHeaders = ['Host', '127.0.0.1:9000', 'Authorization', AUTHORIZATION, ...headers]
  return parseS3Request({ method, url, rawHeaders, httpVersion: '1.1', forwardedHost: undefined, ...raw }, options)
}

/** The name of the row, or `STATUS Code`; with `!` when the refusal came at once. */
function outcome(line: string, headers: readonly string[] = [], raw: Partial<RawRequest> = {}): string {
  try {
    const { resolved } = parse(line, headers, raw)
    if ('operation' in resolved) return resolved.operation.name
    return `${resolved.refusal.status} ${resolved.refusal.code}`
  } catch (error) {
    return error instanceof S3Error ? `${error.status} ${error.code}!` : `crash: ${String(error)}`
  }
}

test('a request is read into one structure', () => {
  const request = parse('PUT /bkt/a%20b//c?versionId=1&x-id=PutObject&X-Amz-Acl=private', [
    'X-Amz-Meta-A',
    '\xc3\xa9',
    'content-length',
    '5',
    'connection',
    'keep-alive',
  ])
  expect(request.target).toEqual({ path: '/bkt/a%20b//c', query: 'versionId=1&x-id=PutObject&X-Amz-Acl=private' })
  expect(request.path).toBe('/bkt/a b//c')
  expect(request.address).toEqual({ style: 'path', bucket: 'bkt', key: 'a b//c' })
  expect(Object.fromEntries(request.amz)).toEqual({ 'x-amz-meta-a': '\xc3\xa9', 'x-amz-acl': 'private' })
  expect([request.param('versionId'), request.param('VersionId'), request.contentLength]).toEqual(['1', undefined, 5])
  expect([...request.hopByHop]).toEqual(['keep-alive'])
})

describe('refused at once', () => {
  test.each<[string, string, string[], Partial<RawRequest>, string]>([
    ['an absolute target', 'GET http://127.0.0.1/bkt', [], {}, '400 InvalidURI!'],
    ['an asterisk', 'OPTIONS *', [], {}, '400 InvalidURI!'],
    ['an authority', 'CONNECT host:443', [], {}, '400 InvalidURI!'],
    ['a fragment', 'GET /bkt/k#frag', [], {}, '400 InvalidURI!'],
    ['a broken escape in the query', 'GET /bkt?prefix=%zz', [], {}, '400 InvalidURI!'],
    ['a NUL in the query', 'GET /bkt?prefix=%00', [], {}, '400 InvalidURI!'],
    ['no host', 'GET /bkt', [], { rawHeaders: [] }, '400 InvalidRequest!'],
    ['no host in HTTP/1.0', 'GET /bkt', [], { rawHeaders: [], httpVersion: '1.0' }, '400 InvalidRequest!'],
    ['an empty host', 'GET /bkt', [], { rawHeaders: ['host', ''] }, '400 InvalidRequest!'],
    ['two hosts', 'GET /bkt', ['host', '127.0.0.1:9000'], {}, '400 InvalidArgument!'],
    ['two sub-resources', 'GET /bkt?acl&policy', [], {}, '400 InvalidArgument!'],
    ['an odd case', 'GET /bkt?ACL', [], {}, '400 InvalidArgument!'],
    ['an empty version id', 'GET /bkt/k?versionId=', [], {}, '400 InvalidArgument!'],
    ['a header and a parameter that differ', 'PUT /bkt/k?x-amz-acl=a', ['x-amz-acl', 'b'], {}, '400 InvalidArgument!'],
    ['a body on GET', 'GET /bkt/k', ['content-length', '4'], {}, '400 InvalidRequest!'],
    ['a signed header named by Connection', 'GET /bkt', ['connection', 'x-amz-date'], {}, '400 InvalidRequest!'],
    ['an empty bucket', 'GET //key', [], {}, '400 InvalidBucketName!'],
    ['a dot as bucket', 'GET /../key', [], {}, '400 InvalidBucketName!'],
    ['too much metadata', 'PUT /bkt/k', ['x-amz-meta-a', 'v'.repeat(3000)], {}, '400 MetadataTooLarge!'],
    [
      'a signed parameter named by Connection',
      'GET /b?X-Amz-SignedHeaders=host%3Brange',
      ['connection', 'range'],
      {
        rawHeaders: ['host', 'h', 'connection', 'range'],
      },
      '400 InvalidRequest!',
    ],
  ])('%s', (_, line, headers, raw, expected) => {
    expect(outcome(line, headers, raw)).toBe(expected)
  })
})

describe('refused after the signature', () => {
  test.each<[string, string, string[], string]>([
    ['an unknown parameter', 'DELETE /bkt?anything', [], '501 NotImplemented'],
    ['an unknown x-amz header', 'GET /bkt/k', ['x-amz-new-thing', '1'], '501 NotImplemented'],
    ['an unknown x-amz parameter', 'GET /bkt/k?X-Amz-New-Thing=1', [], '501 NotImplemented'],
    ['a forced delete', 'DELETE /bkt', ['x-minio-force-delete', 'true'], '501 NotImplemented'],
    ['a system user of Ceph', 'GET /bkt', ['rgwx-uid', 'admin'], '501 NotImplemented'],
    ['a snowball', 'PUT /bkt/k', ['x-amz-meta-snowball-auto-extract', 'true'], '501 NotImplemented'],
    ['an append', 'PUT /bkt/k', ['x-amz-write-offset-bytes', '5'], '501 NotImplemented'],
    ['a rename', 'PUT /bkt/k?renameObject', ['x-amz-rename-source', 'bkt/a'], '501 NotImplemented'],
    ['a preflight', 'OPTIONS /bkt/k', ['origin', 'https://a'], '403 AccessForbidden'],
    ['an unknown method', 'PATCH /bkt/k', [], '405 MethodNotAllowed'],
    ['a post that is no form', 'POST /bkt', ['content-type', 'text/plain'], '400 RequestIsNotMultiPartContent'],
    ['an IAM action', 'POST /?Action=AssumeRole', [], '405 MethodNotAllowed'],
    ['a foreign tenant', 'GET /tenant:bucket/k', [], '400 InvalidBucketName'],
    ['an upper-case bucket', 'GET /Bucket/k', [], '400 InvalidBucketName'],
    ['the admin interface of Ceph', 'GET /admin/user?format=json', [], '501 NotImplemented'],
    ['its root', 'GET /admin/user', [], '400 InvalidBucketName'],
    ['the admin interface of MinIO', 'PUT /minio/admin/v3/add-user', [], '400 InvalidBucketName'],
    ['the system bucket of MinIO', 'GET /.minio.sys/config', [], '400 InvalidBucketName'],
    ['Swift', 'GET /swift/v1', [], '400 InvalidBucketName'],
    [
      'a bypass on another operation',
      'PUT /bkt/k',
      ['x-amz-bypass-governance-retention', 'true'],
      '400 InvalidArgument',
    ],
    ['a bypass of another value', 'DELETE /bkt/k', ['x-amz-bypass-governance-retention', '1'], '400 InvalidArgument'],
    ['an empty copy source', 'PUT /bkt/k', ['x-amz-copy-source', ''], '400 InvalidArgument'],
    [
      'a keyless copy source',
      'PUT /bkt/k?uploadId=u&partNumber=1',
      ['x-amz-copy-source', 'bkt/'],
      '400 InvalidArgument',
    ],
    ['a copy source of a tenant', 'PUT /bkt/k', ['x-amz-copy-source', 'tenant:bkt/k'], '400 InvalidArgument'],
    ['a copy source above the buckets', 'PUT /bkt/k', ['x-amz-copy-source', '../k'], '400 InvalidArgument'],
  ])('%s', (_, line, headers, expected) => {
    expect(outcome(line, headers)).toBe(expected)
  })

  test('the row that was asked for is still named', () => {
    const { resolved } = parse('GET /bkt?session')
    expect('refusal' in resolved && resolved.named?.name).toBe('CreateSession')
  })

  test('overrides of response headers, when nothing is signed', () => {
    const unsigned = { rawHeaders: ['host', 'h'] }
    expect(outcome('GET /bkt/k?response-content-type=text%2Fhtml', [], unsigned)).toBe('400 InvalidRequest')
    expect(outcome('GET /bkt/k?response-content-type=text%2Fhtml')).toBe('GetObject')
    expect(outcome('GET /bkt/k?response-expires=x&X-Amz-Signature=00', [], unsigned)).toBe('GetObject')
  })
})

describe('taken', () => {
  test.each<[string, string, string[], string]>([
    ['Content-Length: 0 on DELETE', 'DELETE /bkt/k', ['content-length', '0'], 'DeleteObject'],
    ['an ignored name, as header', 'GET /bkt/k', ['X-Amz-Cf-Id', 'x'], 'GetObject'],
    ['headers that S3 ignores', 'GET /bkt/k', ['x-amz-te', 'append-md5', 'x-amz-storage-class', 'X'], 'GetObject'],
    ['an unknown header', 'PUT /bkt/k', ['X-Auth-Token', 'x', 'x_amz_acl', 'public-read'], 'PutObject'],
    ['a bypass in any case', 'DELETE /bkt/k', ['X-Amz-Bypass-Governance-Retention', 'TRUE'], 'DeleteObject'],
    ['a hoisted header in another case', 'GET /bkt/k?X-Amz-Checksum-Mode=ENABLED', [], 'GetObject'],
    ['a copy without a length', 'PUT /bkt/k', ['x-amz-copy-source', 'bkt/a'], 'CopyObject'],
    ['a hoisted copy source', 'PUT /bkt/k?x-amz-copy-source=bkt%2Fa', [], 'CopyObject'],
    ['a key that looks like an interface', 'GET /bkt/minio/admin', [], 'GetObject'],
    ['a forwarded TE', 'GET /bkt/k', ['te', 'trailers', 'connection', 'TE, close'], 'GetObject'],
  ])('%s', (_, line, headers, expected) => {
    expect(outcome(line, headers)).toBe(expected)
  })

  test('a copy source, decoded once, from header or parameter', () => {
    const source = { bucket: 'bkt', key: 'é%2F', versionId: 'v1' }
    expect(parse('PUT /bkt/k', ['x-amz-copy-source', 'bkt/\xc3\xa9%252F?versionId=v1']).copySource).toEqual(source)
    expect(parse('PUT /bkt/k?x-amz-copy-source=bkt/%C3%A9%25252F%3FversionId=v1').copySource).toEqual(source)
    expect(parse('PUT /bkt/k?tagging', ['x-amz-copy-source', 'bkt/a']).copySource).toBeUndefined()
  })
})

test('the host from a trusted proxy decides, and the candidates for the signed one come with the request', () => {
  const raw = { rawHeaders: ['host', '10.0.0.5'], forwardedHost: 'bkt.s3.example.com', forwardedPort: '8443' }
  const request = parse('GET /k', [], raw)
  expect([request.host, request.address.bucket]).toEqual(['bkt.s3.example.com', 'bkt'])
  expect([...request.signedHostCandidates].slice(0, 2)).toEqual(['bkt.s3.example.com', 'bkt.s3.example.com:8443'])
})

test('whatever is sent gives a request or an S3 error', () => {
  const headerName = fc.oneof(
    fc.constantFrom('x-amz-acl', 'X-Amz-Copy-Source', 'content-length', 'transfer-encoding', 'connection', 'x-minio-a'),
    fc.string(),
  )
  const text = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
  const headers = fc.array(fc.tuple(headerName, fc.oneof(text, fc.constantFrom('chunked', '0', 'bkt/k', 'private'))))
  const piece = fc.oneof(fc.constantFrom('/', '%2F', '?', '&', '=', '%', '..', 'bkt', ...OPERATION_PARAMETERS), text)
  const target = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`)
  const method = fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH')
  fc.assert(
    fc.property(method, target, headers, (verb, url, extra) => {
      const raw = { url, rawHeaders: ['host', 'bkt.s3.example.com', ...extra.flat()] }
      expect(outcome(`${verb} /`, [], raw)).not.toMatch(/^crash/)
    }),
    { numRuns: 500 },
  )
})
