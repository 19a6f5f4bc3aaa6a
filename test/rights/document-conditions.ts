import type { Order, Pair } from '../support/wire-requests.ts'
import { carrying, taggingXml } from './carriers.ts'
import { type ConditionRow, inDays } from './condition-row.ts'

/** The operations whose keys come from their documents, from the version that they name, or from the operation itself. */

type Place = Pick<ConditionRow, 'operation' | 'action'> & { readonly order: Order }
type Asked = Pick<ConditionRow, 'key' | 'value' | 'other'> & Partial<Pick<ConditionRow, 'written' | 'operator'>>

/** `documentOf` gives the document that says the value, and one that says nothing of it. */
function documentRow(
  { operation, action, order }: Place,
  asked: Asked,
  documentOf: (value: string | undefined) => string,
): ConditionRow {
  const request: ConditionRow['request'] = (value) => carrying({ ...order, body: documentOf(value) }, [], 'header')
  return { operation, action, carrier: 'document', request, ...asked }
}

const VERSION: readonly Pair[] = [['versionId', 'v']]
const put = (operation: string, action: string, query: readonly Pair[], path = '/a-bkt/k'): Place => ({
  operation,
  action,
  order: { method: 'PUT', path, query },
})

const taggingRows = [
  put('PutObjectTagging', 'PutObjectTagging', [['tagging', '']]),
  put('PutObjectTagging', 'PutObjectVersionTagging', [['tagging', ''], ...VERSION]),
].flatMap((place) => [
  documentRow(place, { key: 's3:RequestObjectTag/team', value: 'blue', other: 'red' }, (value) =>
    value === undefined ? taggingXml('colour', 'blue') : taggingXml('team', value),
  ),
  documentRow(
    place,
    { key: 's3:RequestObjectTagKeys', value: 'team', other: 'colour', operator: 'ForAnyValue:StringEquals' },
    (value) => (value === undefined ? '<Tagging><TagSet></TagSet></Tagging>' : taggingXml(value, 'blue')),
  ),
])

const [SOON, LATE] = [inDays(10), inDays(20)]
const retention = (mode = '', until = ''): string => `<Retention>${mode}${until}</Retention>`
const mode = (value: string): string => `<Mode>${value}</Mode>`
const until = (value: string): string => `<RetainUntilDate>${value}</RetainUntilDate>`
const RETENTION = put('PutObjectRetention', 'PutObjectRetention', [['retention', '']])
const retentionRows = [
  documentRow(RETENTION, { key: 's3:object-lock-mode', value: 'GOVERNANCE', other: 'COMPLIANCE' }, (value) =>
    value === undefined ? retention() : retention(mode(value), until(SOON)),
  ),
  ...(
    [
      ['s3:object-lock-retain-until-date', SOON, 'DateEquals'],
      ['s3:object-lock-remaining-retention-days', '10', 'NumericEquals'],
    ] as const
  ).map(([key, written, operator]) =>
    documentRow(RETENTION, { key, value: SOON, other: LATE, written, operator }, (value) =>
      value === undefined ? retention() : retention(mode('GOVERNANCE'), until(value)),
    ),
  ),
]

const HOLD = put('PutObjectLegalHold', 'PutObjectLegalHold', [['legal-hold', '']])
const holdRows = [
  documentRow(
    HOLD,
    { key: 's3:object-lock-legal-hold', value: 'ON', other: 'OFF' },
    (value) => `<LegalHold>${value === undefined ? '' : `<Status>${value}</Status>`}</LegalHold>`,
  ),
]

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const GROUPS = 'http://acs.amazonaws.com/groups/global'
const granted = (grantee: string, permission: string): string =>
  `<Grant>${grantee}<Permission>${permission}</Permission></Grant>`
const somebody = (id: string): string => `<Grantee ${XSI} xsi:type="CanonicalUser"><ID>${id}</ID></Grantee>`
const group = (name: string): string => `<Grantee ${XSI} xsi:type="Group"><URI>${GROUPS}/${name}</URI></Grantee>`
const aclXml = (...grants: string[]): string =>
  `<AccessControlPolicy><Owner><ID>owner</ID></Owner><AccessControlList>${grants.join('')}</AccessControlList></AccessControlPolicy>`
const OWNERS = granted(somebody('owner'), 'FULL_CONTROL')
const PERMISSIONS = ['FULL_CONTROL', 'READ', 'READ_ACP', 'WRITE', 'WRITE_ACP'] as const

/** A list in a document is what a header would have to say. */
const aclRows = [
  put('PutBucketAcl', 'PutBucketAcl', [['acl', '']], '/a-bkt'),
  put('PutObjectAcl', 'PutObjectAcl', [['acl', '']]),
  put('PutObjectAcl', 'PutObjectVersionAcl', [['acl', ''], ...VERSION]),
].flatMap((place) => [
  documentRow(
    place,
    { key: 's3:x-amz-acl', value: 'AllUsers', other: 'AuthenticatedUsers', written: 'public-read' },
    (value) =>
      value === undefined ? aclXml(granted(somebody('x'), 'READ_ACP')) : aclXml(OWNERS, granted(group(value), 'READ')),
  ),
  ...PERMISSIONS.map((permission) => {
    const key = `s3:x-amz-grant-${permission.toLowerCase().replace('_', '-')}`
    return documentRow(place, { key, value: 'a', other: 'b', written: 'id="a"' }, (value) =>
      value === undefined ? aclXml() : aclXml(granted(somebody(value), permission)),
    )
  }),
])

const CREATION: Place = {
  operation: 'CreateBucket',
  action: 'CreateBucket',
  order: { method: 'PUT', path: '/new-bkt' },
}
const creation = (content: string): string => `<CreateBucketConfiguration>${content}</CreateBucketConfiguration>`
const bucketTag = (key: string, value: string): string =>
  creation(`<Tags><Tag><Key>${key}</Key><Value>${value}</Value></Tag></Tags>`)
const creationRows = [
  documentRow(CREATION, { key: 's3:locationconstraint', value: 'eu-test-1', other: 'us-east-1' }, (value) =>
    creation(value === undefined ? '' : `<LocationConstraint>${value}</LocationConstraint>`),
  ),
  ...['CreateBucket', 'TagResource'].flatMap((action) => [
    {
      ...documentRow({ ...CREATION, action }, { key: 'aws:RequestTag/team', value: 'blue', other: 'red' }, (value) =>
        value === undefined ? creation('') : bucketTag('team', value),
      ),
      asksForAction: action === 'TagResource',
    },
    {
      ...documentRow(
        { ...CREATION, action },
        { key: 'aws:TagKeys', value: 'team', other: 'colour', operator: 'ForAnyValue:StringEquals' },
        (value) => (value === undefined ? creation('') : bucketTag(value, 'blue')),
      ),
      asksForAction: action === 'TagResource',
    },
  ]),
]

const KMS = 'arn:aws:kms:eu-test-1:000000000000:key'
const ENCRYPTION = put('UpdateObjectEncryption', 'UpdateObjectEncryption', [['encryption', '']])
const encrypted = (content: string): string => `<ObjectEncryption>${content}</ObjectEncryption>`
const encryptionRows = [
  documentRow(
    ENCRYPTION,
    { key: 's3:x-amz-server-side-encryption', value: 'SSES3', other: 'SSEKMS', written: 'AES256' },
    (value) => encrypted(value === 'SSES3' ? '<SSES3/>' : `<SSEKMS><KMSKeyArn>${KMS}/a</KMSKeyArn></SSEKMS>`),
  ),
  documentRow(
    ENCRYPTION,
    {
      key: 's3:x-amz-server-side-encryption-aws-kms-key-id',
      value: `${KMS}/a`,
      other: `${KMS}/b`,
      operator: 'ArnEquals',
    },
    (value) => encrypted(value === undefined ? '<SSES3/>' : `<SSEKMS><KMSKeyArn>${value}</KMSKeyArn></SSEKMS>`),
  ),
]

const INVENTORY = put(
  'PutBucketInventoryConfiguration',
  'PutInventoryConfiguration',
  [
    ['inventory', ''],
    ['id', 'i'],
  ],
  '/a-bkt',
)
const inventoryRows = [
  documentRow(
    INVENTORY,
    { key: 's3:InventoryAccessibleOptionalFields', value: 'Size', other: 'ETag', operator: 'ForAnyValue:StringEquals' },
    (value) => {
      const fields = value === undefined ? '' : `<OptionalFields><Field>${value}</Field></OptionalFields>`
      return `<InventoryConfiguration><Id>i</Id>${fields}</InventoryConfiguration>`
    },
  ),
]

const ATTRIBUTES: readonly Pair[] = [['x-amz-object-attributes', 'ETag']]
/** Operations that name a version in the query: none of them is of this action without one. */
const VERSIONED: readonly (readonly [string, string, Order])[] = [
  ['GetObject', 'GetObjectVersion', {}],
  ['HeadObject', 'GetObjectVersion', { method: 'HEAD' }],
  ['GetObjectAttributes', 'GetObjectVersionAttributes', { query: [['attributes', '']], headers: ATTRIBUTES }],
  ['GetObjectAcl', 'GetObjectVersionAcl', { query: [['acl', '']] }],
  ['PutObjectAcl', 'PutObjectVersionAcl', { method: 'PUT', query: [['acl', '']], headers: [['x-amz-acl', 'private']] }],
  ['GetObjectTagging', 'GetObjectVersionTagging', { query: [['tagging', '']] }],
  [
    'PutObjectTagging',
    'PutObjectVersionTagging',
    { method: 'PUT', query: [['tagging', '']], body: taggingXml('a', 'b') },
  ],
  ['DeleteObjectTagging', 'DeleteObjectVersionTagging', { method: 'DELETE', query: [['tagging', '']] }],
  ['DeleteObject', 'DeleteObjectVersion', { method: 'DELETE' }],
  ['GetObjectTorrent', 'GetObjectVersionTorrent', { query: [['torrent', '']] }],
  [
    'GetObjectAnnotation',
    'GetObjectVersionAnnotation',
    {
      query: [
        ['annotation', ''],
        ['annotationName', 'n'],
      ],
    },
  ],
  [
    'PutObjectAnnotation',
    'PutObjectVersionAnnotation',
    {
      method: 'PUT',
      query: [
        ['annotation', ''],
        ['annotationName', 'n'],
      ],
      body: 'x',
    },
  ],
  [
    'DeleteObjectAnnotation',
    'DeleteObjectVersionAnnotation',
    {
      method: 'DELETE',
      query: [
        ['annotation', ''],
        ['annotationName', 'n'],
      ],
    },
  ],
  ['ListObjectAnnotations', 'ListObjectVersionAnnotations', { query: [['annotation', '']] }],
]
const versionKey = { key: 's3:versionid', value: 'v', other: 'w', asksForAction: true } as const
const versionRows: readonly ConditionRow[] = [
  ...VERSIONED.map(
    ([operation, action, order]): ConditionRow => ({
      operation,
      action,
      carrier: 'query',
      request: (value) =>
        carrying(
          {
            ...order,
            query: [...(order.query ?? []), ...(value === undefined ? [] : [['versionId', value] as const])],
          },
          [],
          'header',
        ),
      ...versionKey,
    }),
  ),
  ...[
    { operation: 'CopyObject', order: { method: 'PUT', headers: [['x-amz-tagging-directive', 'REPLACE']] } as Order },
    {
      operation: 'UploadPartCopy',
      order: {
        method: 'PUT',
        query: [
          ['partNumber', '1'],
          ['uploadId', 'u'],
        ],
      } as Order,
    },
  ].map(
    ({ operation, order }): ConditionRow => ({
      operation,
      action: 'GetObjectVersion',
      carrier: 'copy source',
      request: (value) =>
        carrying(
          order,
          [['x-amz-copy-source', `b-bkt/s${value === undefined ? '' : `?versionId=${value}`}`]],
          'header',
        ),
      ...versionKey,
    }),
  ),
  {
    ...documentRow(
      {
        operation: 'DeleteObjects',
        action: 'DeleteObjectVersion',
        order: { method: 'POST', path: '/a-bkt', query: [['delete', '']] },
      },
      versionKey,
      (value) => {
        const version = value === undefined ? '' : `<VersionId>${value}</VersionId>`
        return `<Delete><Object><Key>k</Key>${version}</Object></Delete>`
      },
    ),
    asksForAction: true,
  },
]

export const DOCUMENT_CONDITIONS: readonly ConditionRow[] = [
  ...taggingRows,
  ...retentionRows,
  ...holdRows,
  ...aclRows,
  ...creationRows,
  ...encryptionRows,
  ...inventoryRows,
  ...versionRows,
]
