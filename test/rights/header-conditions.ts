import type { Order, Pair } from '../support/wire-requests.ts'
import { CARRIERS, type Carrier, carrying, formWith } from './carriers.ts'
import {
  ACL_KEYS,
  type ConditionRow,
  COPY_KEYS,
  COPY_SOURCE_KEY,
  CREATION_KEYS,
  formField,
  GRANT_WRITE,
  type HeaderKey,
  HOLD_KEY,
  RETENTION_KEYS,
  TAG_KEYS,
  UPLOAD_KEYS,
  WRITE_CONDITION_KEYS,
} from './condition-row.ts'

/** The operations whose keys come from headers, hoisted parameters, form fields and the query. */

interface Operation {
  readonly name: string
  readonly action: string
  readonly order: Order
}

const PUT: Operation = { name: 'PutObject', action: 'PutObject', order: { method: 'PUT', body: 'x' } }
const BEGIN: Operation = {
  name: 'CreateMultipartUpload',
  action: 'PutObject',
  order: { method: 'POST', query: [['uploads', '']] },
}
const COPY: Operation = {
  name: 'CopyObject',
  action: 'PutObject',
  order: {
    method: 'PUT',
    headers: [
      ['x-amz-copy-source', 'b-bkt/source'],
      ['x-amz-tagging-directive', 'REPLACE'],
    ],
  },
}
const PART: readonly Pair[] = [
  ['partNumber', '1'],
  ['uploadId', 'u'],
]
const PART_COPY: Operation = { name: 'UploadPartCopy', action: 'PutObject', order: { method: 'PUT', query: PART } }
const COMPLETION: Operation = {
  name: 'CompleteMultipartUpload',
  action: 'PutObject',
  order: {
    method: 'POST',
    query: [['uploadId', 'u']],
    body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part></CompleteMultipartUpload>',
  },
}
const CREATION: Operation = { name: 'CreateBucket', action: 'CreateBucket', order: { method: 'PUT', path: '/new-bkt' } }
const acl = (name: string, action: string, path: string, more: readonly Pair[] = []): Operation => ({
  name,
  action,
  order: { method: 'PUT', path, query: [['acl', ''], ...more] },
})

function headerRow(operation: Operation, known: HeaderKey, carrier: Carrier): ConditionRow {
  const { header, ...key } = known
  const request: ConditionRow['request'] = (value) =>
    carrying(operation.order, value === undefined ? [] : [[header, value]], carrier)
  return { operation: operation.name, action: operation.action, carrier, request, ...key }
}

const rowsOf = (
  operation: Operation,
  keys: readonly HeaderKey[],
  carriers: readonly Carrier[] = CARRIERS,
): ConditionRow[] => keys.flatMap((key) => carriers.map((carrier) => headerRow(operation, key, carrier)))

const UNHOISTED = CARRIERS.slice(0, 2)

/** A form's own field for each key that an upload has. */
const formRows = [...UPLOAD_KEYS, ...WRITE_CONDITION_KEYS].flatMap(({ header, ...key }): ConditionRow[] => {
  if (formField(header, '') === undefined) return []
  const request: ConditionRow['request'] = (value) => {
    const field = value === undefined ? undefined : formField(header, value)
    return formWith(field === undefined ? [] : [field])
  }
  return [{ operation: 'PostObject', action: 'PutObject', carrier: 'form field', request, ...key }]
})

/** Headers that ask for another action beside: its Allow may have the condition as well. */
const triggered = (action: string, keys: readonly HeaderKey[]): ConditionRow[] =>
  [PUT, COPY, BEGIN].flatMap((operation) =>
    rowsOf({ ...operation, action }, keys, CARRIERS.slice(0, 3)).map((row) => ({ ...row, asksForAction: true })),
  )

const LISTINGS: readonly (readonly [string, string, Pair[]])[] = [
  ['ListObjects', 'ListBucket', []],
  ['ListObjectsV2', 'ListBucket', [['list-type', '2']]],
  ['ListObjectVersions', 'ListBucketVersions', [['versions', '']]],
]
const listRows = LISTINGS.flatMap(([operation, action, own]) =>
  (
    [
      ['prefix', 'mine/', 'theirs/'],
      ['delimiter', '/', '-'],
      ['max-keys', '7', '8'],
    ] as const
  ).map(([name, value, other]) => queryRow({ operation, action, path: '/a-bkt', own }, { name, value, other })),
)
const annotationRows = ['ListObjectAnnotations', 'ListObjectVersionAnnotations'].flatMap((action) => {
  const own: Pair[] = action.includes('Version')
    ? [
        ['annotation', ''],
        ['versionId', 'v'],
      ]
    : [['annotation', '']]
  const at = { operation: 'ListObjectAnnotations', action, path: '/a-bkt/k', own }
  return [
    queryRow(at, { name: 'annotation-prefix', value: 'a', other: 'b' }),
    queryRow(at, { name: 'max-annotation-results', value: '7', other: '8' }),
  ]
})

interface QueryPlace extends Pick<ConditionRow, 'operation' | 'action'> {
  readonly path: string
  readonly own: readonly Pair[]
}

function queryRow(
  { operation, action, path, own }: QueryPlace,
  { name, value, other }: { readonly name: string; readonly value: string; readonly other: string },
): ConditionRow {
  const request: ConditionRow['request'] = (text) =>
    carrying({ path, query: [...own, ...(text === undefined ? [] : [[name, text] as const])] }, [], 'header')
  const operator = name.startsWith('max-') ? 'NumericEquals' : 'StringEquals'
  return { operation, action, carrier: 'query', key: `s3:${name}`, request, value, other, operator }
}

const annotation = (method: string, action: string, more: readonly Pair[] = []): Operation => ({
  name: action.replace('Version', ''),
  action,
  order: {
    method,
    query: [['annotation', ''], ['annotationName', 'n'], ...more],
    ...(method === 'PUT' ? { body: 'x' } : {}),
  },
})
const OBJECT_IF_MATCH: HeaderKey = {
  key: 's3:x-amz-object-if-match',
  header: 'x-amz-object-if-match',
  value: '"a"',
  other: '"b"',
}
const VERSION: readonly Pair[] = [['versionId', 'v']]

export const HEADER_CONDITIONS: readonly ConditionRow[] = [
  ...[PUT, BEGIN, COPY].flatMap((operation) => rowsOf(operation, UPLOAD_KEYS)),
  ...rowsOf(COPY, COPY_KEYS),
  ...rowsOf({ ...COPY, order: { method: 'PUT', headers: [['x-amz-tagging-directive', 'REPLACE']] } }, [
    COPY_SOURCE_KEY,
  ]),
  ...rowsOf(PART_COPY, [COPY_SOURCE_KEY]),
  ...[PUT, COPY, COMPLETION].flatMap((operation) => rowsOf(operation, WRITE_CONDITION_KEYS, UNHOISTED)),
  ...rowsOf(
    { name: 'DeleteObject', action: 'DeleteObject', order: { method: 'DELETE' } },
    WRITE_CONDITION_KEYS.slice(0, 1),
    UNHOISTED,
  ),
  ...formRows,
  ...triggered('PutObjectAcl', ACL_KEYS),
  ...triggered('PutObjectTagging', TAG_KEYS),
  ...triggered('PutObjectRetention', RETENTION_KEYS),
  ...triggered('PutObjectLegalHold', [HOLD_KEY]),
  ...rowsOf(CREATION, CREATION_KEYS),
  ...[
    acl('PutBucketAcl', 'PutBucketAcl', '/a-bkt'),
    acl('PutObjectAcl', 'PutObjectAcl', '/a-bkt/k'),
    acl('PutObjectAcl', 'PutObjectVersionAcl', '/a-bkt/k', VERSION),
  ].flatMap((operation) => rowsOf(operation, [...ACL_KEYS, GRANT_WRITE])),
  ...listRows,
  ...annotationRows,
  ...[
    annotation('PUT', 'PutObjectAnnotation'),
    annotation('PUT', 'PutObjectVersionAnnotation', VERSION),
    annotation('DELETE', 'DeleteObjectAnnotation'),
    annotation('DELETE', 'DeleteObjectVersionAnnotation', VERSION),
  ].flatMap((operation) => rowsOf(operation, [OBJECT_IF_MATCH])),
]
