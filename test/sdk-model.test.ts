import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { installedSdkOperations, installedSdkVersion, type SdkOperation } from '../scripts/s3-sdk-model.ts'
import { RESERVED_BUCKETS } from '../src/s3/address.ts'
import { SDK_BINDINGS } from '../src/s3/bindings.generated.ts'
import type { S3Operation } from '../src/s3/operation.ts'
import { S3_OPERATIONS } from '../src/s3/operations.ts'
import { parseS3Request } from '../src/s3/request.ts'

const operations = installedSdkOperations()

/** The row that a request of this operation resolves to, made from nothing but the SDK's own bindings. */
function rowOf(operation: SdkOperation): S3Operation | undefined {
  const words = operation.bindings.split(' ')
  const [path = '', query = ''] = operation.uri.split('?')
  const bucket = operation.takesBucket ? '/bkt' : ''
  const needed = ['id=x', 'annotationName=x', 'uploadId=x', 'partNumber=1']
  const params = needed.filter((pair) => words.includes(`?${pair.split('=')[0] ?? ''}`))
  const directory = operation.name === 'ListDirectoryBuckets' ? 's3express-control.' : ''
  const source = words.includes('>x-amz-copy-source') ? ['x-amz-copy-source', 'bkt/source'] : []
  const request = parseS3Request(
    {
      method: operation.method,
      url: `${bucket}${path.replace('{Key+}', 'key')}?${[query, ...params].join('&')}`,
      rawHeaders: ['host', `${directory}s3.local`, ...source],
      httpVersion: '1.1',
      forwardedHost: undefined,
    },
    { hostnames: [], reservedBuckets: RESERVED_BUCKETS, ignoreHeaders: new Set() },
  )
  return 'operation' in request.resolved ? request.resolved.operation : request.resolved.named
}

describe('the model of the installed AWS SDK', () => {
  test.each(operations)('$name resolves to the row of its name', (operation) => {
    expect(rowOf(operation)?.name).toBe(operation.name)
  })

  test('has every row of the table but the browser form and the CORS preflight', () => {
    const own = S3_OPERATIONS.filter((row) => !operations.some(({ name }) => name === row.name))
    expect(own.map(({ name }) => name)).toEqual(['CorsPreflight', 'PostObject'])
  })

  test('binds what the generated file says', () => {
    expect(SDK_BINDINGS).toEqual(Object.fromEntries(operations.map(({ name, bindings }) => [name, bindings])))
    const generated = readFileSync(new URL('../src/s3/bindings.generated.ts', import.meta.url), 'utf8')
    expect(generated).toContain(`@aws-sdk/client-s3 ${installedSdkVersion()}.`)
  })
})
