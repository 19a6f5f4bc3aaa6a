import { describe, expect, test } from 'vitest'
import { parseQuery } from '../http/target.ts'
import type { ResourceLevel, S3Operation } from './operation.ts'
import { S3_OPERATIONS } from './operations.ts'
import { OPERATION_PARAMETERS, readParameters, SUBRESOURCES } from './parameters.ts'
import { type OperationTraits, type ResolvedOperation, resolveOperation } from './resolve-operation.ts'

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']
const LEVELS: readonly ResourceLevel[] = ['service', 'bucket', 'object']
const PATHS: Readonly<Record<ResourceLevel, string>> = { service: '/', bucket: '/bkt', object: '/bkt/key' }

type Extra = Partial<Pick<OperationTraits, 'hasCopySource' | 'isForm' | 'host' | 'path'>>

function resolve(method: string, level: ResourceLevel, query: string, extra: Extra = {}): ResolvedOperation {
  const parameters = readParameters(parseQuery(query) ?? [])
  const plain = { hasCopySource: false, isForm: false, host: 'localhost', path: PATHS[level] }
  return resolveOperation({ method, level, parameters, ...plain, ...extra })
}

const outcome = (resolved: ResolvedOperation) =>
  'operation' in resolved ? resolved.operation.name : `${resolved.refusal.status} ${resolved.refusal.code}`

const hasParams = ({ selector }: S3Operation, given: ReadonlyMap<string, string>) =>
  [...selector.demands].every(([name, value]) => given.has(name) && (value ?? given.get(name)) === given.get(name)) &&
  [...selector.forbids].every(([name, value]) => !given.has(name) || (value !== undefined && value !== given.get(name)))

const suits = ({ selector }: S3Operation, extra: Extra) =>
  (selector.copySource === undefined || (selector.copySource === 'present') === (extra.hasCopySource ?? false)) &&
  (!selector.form || extra.isForm === true)

/** Reads the table without the program's index: every row whose words all apply. */
function fittingRows(method: string, level: ResourceLevel, given: ReadonlyMap<string, string>, extra: Extra) {
  const named = [...given.keys()].filter((name) => SUBRESOURCES.has(name)).join()
  return S3_OPERATIONS.filter(
    (row) =>
      (row.row > 4 || row.name === 'ListBuckets') &&
      row.method === method &&
      row.level === level &&
      named === (row.selector.subresource ?? '') &&
      hasParams(row, given) &&
      suits(row, extra),
  )
}

const understands = (row: S3Operation, name: string) =>
  name === row.selector.subresource ||
  row.selector.demands.has(name) ||
  row.params.includes(name) ||
  row.ignoredParams.includes(name)

describe('the full matrix of method, level and parameters', () => {
  const names = [...OPERATION_PARAMETERS]
  const queries = ['', ...names.map((name) => `${name}=2`)]
  names.forEach((a, i) => {
    for (const b of names.slice(i + 1)) if (!(SUBRESOURCES.has(a) && SUBRESOURCES.has(b))) queries.push(`${a}=2&${b}=2`)
  })
  queries.push('uploadId=2&partNumber=2&versionId=2', 'annotation=&annotationName=2&versionId=2')
  const extras: readonly Extra[] = [{}, { hasCopySource: true }, { isForm: true }]

  test.each(METHODS.flatMap((method) => LEVELS.map((level) => [method, level] as const)))(
    '%s on the %s gives exactly one row, or a refusal',
    (method, level) => {
      const wrong: string[] = []
      for (const query of queries) {
        const { ofOperation } = readParameters(parseQuery(query) ?? [])
        for (const extra of extras) {
          const rows = fittingRows(method, level, ofOperation, extra)
          const [row] = rows
          const fine =
            rows.length === 1 && row !== undefined && [...ofOperation.keys()].every((n) => understands(row, n))
          const resolved = resolve(method, level, query, extra)
          const found = 'operation' in resolved ? resolved.operation : undefined
          if (rows.length > 1 || found !== (fine ? row : undefined)) wrong.push(`${query}: ${outcome(resolved)}`)
        }
      }
      expect(wrong).toEqual([])
    },
  )

  test('reaches every row that is told apart by method, level and parameters', () => {
    const reached = new Set<string>()
    for (const method of METHODS) {
      for (const level of LEVELS) {
        for (const query of queries)
          for (const extra of extras) reached.add(outcome(resolve(method, level, query, extra)))
      }
    }
    const missed = S3_OPERATIONS.filter((row) => !reached.has(row.name)).map((row) => row.name)
    expect(missed).toEqual(['ListDirectoryBuckets', 'WriteGetObjectResponse', 'CorsPreflight'])
  })
})

test.each<[string, ResourceLevel, string, string]>([
  ['GET', 'service', '', 'ListBuckets'],
  ['GET', 'service', 'x-id=ListBuckets', 'ListBuckets'],
  ['GET', 'service', 'max-buckets=5&prefix=a', 'ListBuckets'],
  ['GET', 'service', 'list-type=2', '501 NotImplemented'],
  ['GET', 'service', 'acl', '501 NotImplemented'],
  ['HEAD', 'service', '', '405 MethodNotAllowed'],
  ['POST', 'service', '', '405 MethodNotAllowed'],
  ['POST', 'service', 'Action=AssumeRole', '405 MethodNotAllowed'],
  ['PUT', 'service', '', '405 MethodNotAllowed'],
  ['DELETE', 'service', '', '405 MethodNotAllowed'],
  ['GET', 'bucket', 'list-type=2', 'ListObjectsV2'],
  ['GET', 'bucket', 'list-type=1', 'ListObjects'],
  ['GET', 'bucket', 'list-type=', 'ListObjects'],
  ['GET', 'bucket', 'list-type=2&metadata=true', 'ListObjectsV2'],
  ['GET', 'bucket', 'versions&metadata=true', 'ListObjectVersions'],
  ['GET', 'bucket', 'x-id=1&policy', 'GetBucketPolicy'],
  ['GET', 'bucket', 'events=s3:*', '501 NotImplemented'],
  ['GET', 'bucket', 'notification-x', '501 NotImplemented'],
  ['GET', 'bucket', 'retention', '501 NotImplemented'],
  ['GET', 'bucket', 'delete', '405 MethodNotAllowed'],
  ['GET', 'bucket', 'versionId=1', '501 NotImplemented'],
  ['GET', 'bucket', 'acl&prefix=a', '501 NotImplemented'],
  ['GET', 'bucket', 'session', 'CreateSession'],
  ['HEAD', 'bucket', 'acl', '405 MethodNotAllowed'],
  ['DELETE', 'bucket', 'versioning', '405 MethodNotAllowed'],
  ['DELETE', 'bucket', 'acl', '405 MethodNotAllowed'],
  ['DELETE', 'bucket', 'anything', '501 NotImplemented'],
  ['DELETE', 'bucket', 'analytics', '400 InvalidArgument'],
  ['PUT', 'bucket', 'analytics', '400 InvalidArgument'],
  ['PUT', 'bucket', 'restore', '501 NotImplemented'],
  ['POST', 'bucket', '', '400 RequestIsNotMultiPartContent'],
  ['POST', 'bucket', 'logging', '405 MethodNotAllowed'],
  ['GET', 'object', 'uploads', '405 MethodNotAllowed'],
  ['GET', 'object', 'versions', '501 NotImplemented'],
  ['POST', 'object', 'delete', '501 NotImplemented'],
  ['POST', 'object', '', '405 MethodNotAllowed'],
  ['POST', 'object', 'select', '400 InvalidArgument'],
  ['POST', 'object', 'select&select-type=1', '400 InvalidArgument'],
  ['POST', 'object', 'select&select-type=2', 'SelectObjectContent'],
  ['GET', 'object', 'policy', '501 NotImplemented'],
  ['GET', 'object', 'torrent', 'GetObjectTorrent'],
  ['GET', 'object', 'partNumber=3', 'GetObject'],
  ['HEAD', 'object', 'partNumber=3&versionId=null', 'HeadObject'],
  ['GET', 'object', 'partNumber=0', '400 InvalidArgument'],
  ['GET', 'object', 'partNumber=10001', '400 InvalidArgument'],
  ['GET', 'object', 'partNumber=1e3', '400 InvalidArgument'],
  ['GET', 'object', 'response-content-type=text/html', 'GetObject'],
  ['PUT', 'object', 'response-content-type=text/html', '501 NotImplemented'],
  ['PUT', 'object', 'partNumber=1', '501 NotImplemented'],
  ['PUT', 'object', 'uploadId=u', '400 InvalidArgument'],
  ['PUT', 'object', 'uploadId=&partNumber=1', '400 InvalidArgument'],
  ['PUT', 'object', 'uploadId=u&partNumber=10000', 'UploadPart'],
  ['PUT', 'object', 'uploadId=u&partNumber=', '400 InvalidArgument'],
  ['PUT', 'object', 'versionId=1', '501 NotImplemented'],
  ['PUT', 'object', 'append&position=0', '501 NotImplemented'],
  ['PUT', 'object', 'renameObject', 'RenameObject'],
  ['PUT', 'object', 'foo', '501 NotImplemented'],
  ['DELETE', 'object', 'acl', '405 MethodNotAllowed'],
  ['DELETE', 'object', 'foo', '501 NotImplemented'],
  ['DELETE', 'object', 'uploadId=u', 'AbortMultipartUpload'],
  ['DELETE', 'object', 'uploadId=', '400 InvalidArgument'],
  ['PATCH', 'object', '', '405 MethodNotAllowed'],
  ['get', 'object', '', '405 MethodNotAllowed'],
  ['OPTIONS', 'object', 'foo', '403 AccessForbidden'],
])('%s on the %s with ?%s: %s', (method, level, query, expected) => {
  expect(outcome(resolve(method, level, query))).toBe(expected)
})

test('the copy source tells a copy from an upload', () => {
  const extra = { hasCopySource: true }
  expect(outcome(resolve('PUT', 'object', '', extra))).toBe('CopyObject')
  expect(outcome(resolve('PUT', 'object', 'uploadId=u&partNumber=1', extra))).toBe('UploadPartCopy')
  expect(outcome(resolve('PUT', 'object', 'tagging', extra))).toBe('PutObjectTagging')
})

test('Allow names the methods that the resource takes', () => {
  const allow = (method: string, level: ResourceLevel, query: string) => {
    const resolved = resolve(method, level, query)
    return 'refusal' in resolved ? resolved.refusal.headers : undefined
  }
  expect(allow('DELETE', 'bucket', 'acl')).toEqual([['Allow', 'GET, PUT']])
  expect(allow('POST', 'object', '')).toEqual([['Allow', 'GET, HEAD, PUT, DELETE']])
  expect(allow('POST', 'service', '')).toEqual([['Allow', 'GET']])
})

test('rows told apart by host or path are named and refused', () => {
  const directory = resolve('GET', 'service', '', { host: 's3express-control.us-east-1.amazonaws.com' })
  const lambda = resolve('POST', 'bucket', '', { path: '/WriteGetObjectResponse' })
  const preflight = resolve('OPTIONS', 'bucket', '')
  const names = [directory, lambda, preflight].map((it) => ('refusal' in it ? it.named?.name : undefined))
  expect(names).toEqual(['ListDirectoryBuckets', 'WriteGetObjectResponse', 'CorsPreflight'])
})
