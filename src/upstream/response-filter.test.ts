import { describe, expect, test } from 'vitest'
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { operationNamed } from '../s3/operations.ts'
import { filterResponseHeaders, type ResponseFilter } from './response-filter.ts'

const FILTER: ResponseFilter = {
  operation: operationNamed('GetObject'),
  requestId: 'R1',
  region: 'fsn1',
  rights: { tagging: false, retention: false, legalHold: false },
  body: 'as-it-is',
}
const OWN: HeaderPair[] = [
  ['x-amz-request-id', 'R1'],
  ['x-content-type-options', 'nosniff'],
]

function filter(pairs: readonly HeaderPair[], change: Partial<ResponseFilter> = {}): HeaderPair[] {
  return filterResponseHeaders(new HeaderList(pairs), { ...FILTER, ...change })
}

describe('response headers', () => {
  test('of the entity, the object and the operation pass, in lower case and in order', () => {
    const pairs: HeaderPair[] = [
      ['ETag', '"e"'],
      ['Content-Range', 'bytes 0-2/9'],
      ['Last-Modified', 'x'],
      ['x-amz-meta-Name', '\u00c3\u00bc'],
      ['x-amz-version-id', 'v'],
      ['x-amz-checksum-crc32', 'AAAAAA=='],
      ['x-amz-storage-class', 'GLACIER'],
    ]
    expect(filter(pairs)).toEqual([...pairs.map(([name, value]) => [name.toLowerCase(), value]), ...OWN])
  })

  test('with the length come last: what stands behind it, Node would write in another encoding', () => {
    const pairs: HeaderPair[] = [
      ['Content-Length', '3'],
      ['Content-Disposition', 'attachment; filename="\u00c3\u00bc"'],
    ]
    expect(filter(pairs).map(([name]) => name)).toEqual([
      'content-disposition',
      ...OWN.map(([name]) => name),
      'content-length',
    ])
  })

  test.each([
    ['server', 'Ceph'],
    ['via', '1.1 lb'],
    ['date', 'x'],
    ['connection', 'keep-alive'],
    ['keep-alive', 'timeout=5'],
    ['transfer-encoding', 'chunked'],
    ['trailer', 'x-amz-checksum-crc32'],
    ['set-cookie', 'a=b'],
    ['www-authenticate', 'Basic'],
    ['access-control-allow-origin', '*'],
    ['access-control-expose-headers', 'etag'],
    ['location', 'http://10.0.0.1:7480/'],
    ['x-rgw-object-type', 'Normal'],
    ['x-minio-deployment-id', 'd'],
    ['x-amz-id-2', 'host'],
    ['x-amz-request-id', 'tx000-fsn1-prod1'],
    ['x-amz-bucket-region', 'default'],
    ['x-amz-copy-source-version-id', 'not of this operation'],
    ['x-ratelimit-limit', '5'],
    ['strict-transport-security', 'max-age=1'],
    ['vary', 'Origin'],
  ])('%s does not pass', (name, value) => {
    expect(filter([[name, value]])).toEqual(OWN)
  })

  test('that Connection names do not pass', () => {
    expect(
      filter([
        ['ETag', '"e"'],
        ['Connection', 'close, etag'],
        ['connection', 'X-Amz-Meta-A'],
        ['x-amz-meta-a', '1'],
      ]),
    ).toEqual(OWN)
  })

  test('sent twice pass once', () => {
    expect(
      filter([
        ['etag', '"a"'],
        ['ETag', '"b"'],
      ]),
    ).toEqual([['etag', '"a"'], ...OWN])
  })

  test('that are lists pass whole, in however many lines they were sent', () => {
    const lines = ['cache-control', 'Content-Encoding', 'x-amz-meta-a'].flatMap((name): HeaderPair[] => [
      [name, 'a'],
      [name, 'b'],
    ])
    expect(filter(lines)).toEqual([
      ['cache-control', 'a, b'],
      ['content-encoding', 'a, b'],
      ['x-amz-meta-a', 'a, b'],
      ...OWN,
    ])
  })

  test.each([
    ['tagging', ['x-amz-tagging-count']],
    ['retention', ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date']],
    ['legalHold', ['x-amz-object-lock-legal-hold']],
  ] as const)('that need the right to %s pass with that right alone', (right, names) => {
    const all: HeaderPair[] = [
      ['x-amz-tagging-count', '1'],
      ['x-amz-object-lock-mode', 'GOVERNANCE'],
      ['x-amz-object-lock-retain-until-date', 'd'],
      ['x-amz-object-lock-legal-hold', 'ON'],
    ]
    const passed = filter(all, { rights: { ...FILTER.rights, [right]: true } })
    expect(passed.map(([name]) => name)).toEqual([...names, ...OWN.map(([name]) => name)])
  })

  test('that describe the body do not outlive a rewritten one', () => {
    const pairs: HeaderPair[] = [
      ['content-length', '3'],
      ['content-md5', 'x'],
      ['x-amz-checksum-sha256', 'x'],
      ['content-type', 'application/xml'],
    ]
    expect(filter(pairs, { body: 'rewritten' })).toEqual([['content-type', 'application/xml'], ...OWN])
    expect(filter(pairs)).toHaveLength(4 + OWN.length)
  })

  test('that say of which kind an upload’s checksums are do outlive it', () => {
    const pairs: HeaderPair[] = [
      ['x-amz-checksum-algorithm', 'CRC32'],
      ['x-amz-checksum-type', 'COMPOSITE'],
    ]
    const operation = operationNamed('CreateMultipartUpload')
    expect(filter(pairs, { operation, body: 'rewritten' })).toEqual([...pairs, ...OWN])
  })

  test('of our own stand in for those of the backend', () => {
    const own = filter(
      [
        ['x-amz-bucket-region', 'default'],
        ['location', 'http://backend/b'],
      ],
      {
        operation: operationNamed('HeadBucket'),
        hostId: 'H1',
        location: '/b',
      },
    )
    expect(own).toEqual([...OWN, ['x-amz-id-2', 'H1'], ['x-amz-bucket-region', 'fsn1'], ['location', '/b']])
  })
})
