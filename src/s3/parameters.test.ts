import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery, type QueryPair } from '../http/target.ts'
import { S3Error } from './errors.ts'
import { operationNamed } from './operations.ts'
import { OPERATION_PARAMETERS, outgoingQuery, type Parameters, readParameters, SUBRESOURCES } from './parameters.ts'

const read = (query: string) => readParameters(parseQuery(query) ?? [])

function codeOf(query: string): string {
  try {
    read(query)
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error)
  }
  return 'accepted'
}

/** Undefined for a refusal; anything else that is thrown is passed on. */
function readOrRefuse(query: readonly QueryPair[]): Parameters | undefined {
  try {
    return readParameters(query)
  } catch (error) {
    if (error instanceof S3Error) return undefined
    throw error
  }
}

describe('the parameters of a query', () => {
  test('are sorted by what they are for', () => {
    const query =
      'acl&versionId=null&x-id=GetObjectAcl&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Checksum-Mode=ENABLED&foo=1&bar=2'
    const { ofOperation, hoisted, subresource, unknown, first } = read(query)
    expect(Object.fromEntries(ofOperation)).toEqual({ acl: '', versionId: 'null' })
    expect(Object.fromEntries(hoisted)).toEqual({ 'x-amz-checksum-mode': 'ENABLED' })
    expect({ subresource, unknown }).toEqual({ subresource: 'acl', unknown: 'foo' })
    expect(first.get('X-Amz-Algorithm')).toBe('AWS4-HMAC-SHA256')
    expect(first.get('bar')).toBe('2')
  })

  test('that repeat headers of an upload, as the JavaScript SDK 2 writes them, mean nothing', () => {
    const { ofOperation, hoisted, unknown } = read('Cache-Control=a&Content-MD5=b&Content-Type=c')
    expect({ ofOperation, hoisted, unknown }).toEqual({
      ofOperation: new Map(),
      hoisted: new Map(),
      unknown: undefined,
    })
    expect(read('content-type=a').unknown).toBe('content-type')
  })

  test('that stand for headers have their values as bytes', () => {
    expect(read('x-amz-meta-a=%C3%A9').hoisted.get('x-amz-meta-a')).toBe('\xc3\xa9')
  })

  test.each([
    ['two sub-resources', 'acl&policy'],
    ['two sub-resources, one with a value', 'uploadId=1&acl='],
    ['two that list', 'uploads&versions'],
    ['a sub-resource twice', 'acl&acl'],
    ['a parameter twice', 'prefix=a&prefix=b'],
    ['a parameter twice, once encoded', 'prefix=a&pr%65fix=a'],
    ['an authentication parameter twice', 'X-Amz-Signature=a&X-Amz-Signature=a'],
    ['a hoisted header twice', 'x-amz-acl=private&X-Amz-Acl=private'],
    ['a sub-resource in another case', 'ACL'],
    ['a parameter in another case', 'versionid=1'],
    ['an upload id in another case', 'uploadid=1'],
    ['an authentication parameter in another case', 'x-amz-signature=a'],
    ['an empty version id', 'versionId='],
    ['a bare version id', 'versionId'],
  ])('are refused: %s', (_, query) => {
    expect(codeOf(query)).toBe('InvalidArgument')
  })

  test.each([
    ['x-id', 'x-id=GetObject&x-id=GetObject', undefined],
    ['another x- name', 'X-Custom=1', undefined],
    ['a MinIO order', 'x-minio-extract=true', 'x-minio-extract'],
    ['a Ceph order', 'X-Rgw-Foo=1', 'X-Rgw-Foo'],
    ['a Ceph system order', 'rgwx-uid=admin', 'rgwx-uid'],
    ['a sub-resource of MinIO', 'lambdaArn=x', 'lambdaArn'],
    ['a listener of MinIO', 'events=s3:*', 'events'],
    ['an append of Ceph', 'append&position=0', 'append'],
    ['an action of IAM', 'Action=AssumeRole', 'Action'],
    ['a name after a semicolon', 'acl;policy', 'acl;policy'],
    ['an empty name', '=x', ''],
    ['SigV2', 'AWSAccessKeyId=a&Expires=1&Signature=b', 'AWSAccessKeyId'],
  ])('ignore or do not know %s', (_, query, unknown) => {
    expect(read(query).unknown).toBe(unknown)
  })

  test('are recognised when they are percent-encoded', () => {
    expect(read('polic%79').subresource).toBe('policy')
  })

  test('give a sorting or a refusal for whatever is sent', () => {
    const name = fc.oneof(fc.constantFrom(...OPERATION_PARAMETERS, 'X-Amz-Date', 'x-amz-acl'), fc.string())
    const query = fc.array(fc.record({ name, value: fc.string() }), { maxLength: 8 })
    fc.assert(
      fc.property(query, (pairs) => {
        const sorted = readOrRefuse(pairs)
        const named = [...(sorted?.ofOperation.keys() ?? [])].filter((key) => SUBRESOURCES.has(key))
        expect(named).toEqual(sorted?.subresource === undefined ? [] : [sorted.subresource])
      }),
    )
  })
})

test.each([
  ['GetObject', 'x-id=GetObject&versionId=1&X-Amz-Date=x&response-expires=y', 'versionId=1&response-expires=y'],
  ['ListObjectsV2', 'metadata=true&prefix=a%20b&list-type=2&delimiter=', 'prefix=a b&list-type=2&delimiter='],
  ['ListObjects', 'list-type=1&marker=m&metadata=true', 'marker=m'],
  ['GetObjectAcl', 'acl=foo&versionId=null', 'acl=&versionId=null'],
  ['UploadPart', 'uploadId=u1&partNumber=2&x-amz-acl=private', 'uploadId=u1&partNumber=2'],
  ['GetBucketMetricsConfiguration', 'metrics&id=a', 'metrics=&id=a'],
  ['SelectObjectContent', 'select&select-type=2', 'select=&select-type=2'],
] as const)('what leaves for %s of %s is %s', (name, query, left) => {
  const pairs = outgoingQuery(parseQuery(query) ?? [], operationNamed(name))
  expect(pairs.map((pair) => `${pair.name}=${pair.value}`).join('&')).toBe(left)
})
