import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { S3_OPERATIONS } from '../../src/s3/operations.ts'
import { httpReply } from '../support/plausible-replies.ts'
import { ALICE, Stage } from '../support/proxy-in-process.ts'
import type { BackendRequest } from '../support/recording-backend.ts'
import { type Order, type Pair, signedBy } from '../support/wire-requests.ts'
import { CARRIERS, carrying, formWith, taggingXml, type Unsigned } from './carriers.ts'
import { type Right, UsersByPolicy } from './users-by-policy.ts'

// What a request asks for beside its operation, by a header, a parameter, a form field or its document: each a right of its
// own on what it touches, in each way in which it can come. Written from AWS's pages ("Required permissions for Amazon S3
// API operations", "Actions, resources, and condition keys for Amazon S3").

interface Row {
  readonly operation: string
  readonly trigger: string
  readonly carrier: string
  readonly request: Unsigned
  /** Everything that the request needs. */
  readonly needs: readonly Right[]
  /** What of it the trigger asks for. */
  readonly asked: readonly Right[]
  /** What would be needed in its place without the trigger. */
  readonly instead?: readonly Right[]
  /** The header as it must leave; undefined where it means nothing to this operation. */
  readonly leaves?: Pair
}

interface Operation {
  readonly name: string
  readonly order: Order
  readonly needs: readonly Right[]
}

const [KEY, DATE] = ['a-bkt/k', '2099-01-01T00:00:00Z']
const UPLOADS: readonly Operation[] = [
  { name: 'PutObject', order: { method: 'PUT', body: 'x' }, needs: [['s3:PutObject', KEY]] },
  {
    name: 'CreateMultipartUpload',
    order: { method: 'POST', query: [['uploads', '']] },
    needs: [['s3:PutObject', KEY]],
  },
  {
    name: 'CopyObject',
    order: {
      method: 'PUT',
      headers: [
        ['x-amz-copy-source', 'b-bkt/source'],
        ['x-amz-tagging-directive', 'REPLACE'],
      ],
    },
    needs: [
      ['s3:PutObject', KEY],
      ['s3:GetObject', 'b-bkt/source'],
    ],
  },
]
const GRANTS = ['full-control', 'read', 'read-acp', 'write', 'write-acp'].map(
  (name): Pair => [`x-amz-grant-${name}`, 'id="1"'],
)
const ACLS: readonly Pair[] = [['x-amz-acl', 'public-read'], ['x-amz-acl', 'bucket-owner-full-control'], ...GRANTS]

const UPLOAD_TRIGGERS: readonly (readonly [Pair, string])[] = [
  ...ACLS.map((pair) => [pair, 's3:PutObjectAcl'] as const),
  [['x-amz-tagging', 'team=blue'], 's3:PutObjectTagging'],
  [['x-amz-object-lock-mode', 'GOVERNANCE'], 's3:PutObjectRetention'],
  [['x-amz-object-lock-retain-until-date', DATE], 's3:PutObjectRetention'],
  [['x-amz-object-lock-legal-hold', 'ON'], 's3:PutObjectLegalHold'],
  [['x-amz-object-lock-legal-hold', 'OFF'], 's3:PutObjectLegalHold'],
]

/** A row for each way in which the header can come. */
function headerRows({ name, order, needs }: Operation, pair: Pair, asked: readonly Right[]): Row[] {
  // Objects cannot be granted to be written: the right is asked for, the header has no place in the request.
  const isTaken = !(pair[0] === 'x-amz-grant-write' && name !== 'CreateBucket')
  return CARRIERS.map((carrier) => ({
    operation: name,
    trigger: `${pair[0]}: ${pair[1]}`,
    carrier,
    request: carrying(order, [pair], carrier),
    needs: [...needs, ...asked],
    asked,
    ...(isTaken ? { leaves: pair } : {}),
  }))
}

const uploadRows = UPLOADS.flatMap((operation) =>
  UPLOAD_TRIGGERS.flatMap(([pair, action]) => headerRows(operation, pair, [[action, KEY]])),
)

const CREATION: Operation = {
  name: 'CreateBucket',
  order: { method: 'PUT', path: '/new-bkt' },
  needs: [['s3:CreateBucket', 'new-bkt']],
}
const CREATION_TRIGGERS: readonly (readonly [Pair, readonly string[]])[] = [
  ...ACLS.map((pair) => [pair, ['s3:PutBucketAcl']] as const),
  [
    ['x-amz-bucket-object-lock-enabled', 'true'],
    ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'],
  ],
  [['x-amz-object-ownership', 'ObjectWriter'], ['s3:PutBucketOwnershipControls']],
]
const creationRows = CREATION_TRIGGERS.flatMap(([pair, actions]) =>
  headerRows(
    CREATION,
    pair,
    actions.map((action): Right => [action, 'new-bkt']),
  ),
)

const RETENTION = `<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>${DATE}</RetainUntilDate></Retention>`
const deletion = (version = ''): string => `<Delete><Object><Key>k</Key>${version}</Object></Delete>`
const BYPASSING: readonly Operation[] = [
  { name: 'DeleteObject', order: { method: 'DELETE' }, needs: [['s3:DeleteObject', KEY]] },
  {
    name: 'DeleteObject of a version',
    order: { method: 'DELETE', query: [['versionId', 'v']] },
    needs: [['s3:DeleteObjectVersion', KEY]],
  },
  {
    name: 'DeleteObjects',
    order: { method: 'POST', path: '/a-bkt', query: [['delete', '']], body: deletion() },
    needs: [['s3:DeleteObject', KEY]],
  },
  {
    name: 'PutObjectRetention',
    order: { method: 'PUT', query: [['retention', '']], body: RETENTION },
    needs: [['s3:PutObjectRetention', KEY]],
  },
]
const bypassRows = BYPASSING.flatMap((operation) =>
  ['true', 'TRUE'].flatMap((value) =>
    headerRows(operation, ['x-amz-bypass-governance-retention', value], [['s3:BypassGovernanceRetention', KEY]]),
  ),
)

const formRow = (field: Pair, action: string, leaves: Pair): Row => ({
  operation: 'PostObject',
  trigger: `${field[0]}: ${field[1].slice(0, 20)}`,
  carrier: 'form field',
  request: formWith([field]),
  needs: [
    ['s3:PutObject', KEY],
    [action, KEY],
  ],
  asked: [[action, KEY]],
  leaves,
})
const formRows: readonly Row[] = [
  formRow(['acl', 'public-read'], 's3:PutObjectAcl', ['x-amz-acl', 'public-read']),
  formRow(['x-amz-acl', 'public-read'], 's3:PutObjectAcl', ['x-amz-acl', 'public-read']),
  formRow(['tagging', taggingXml('team', 'blue')], 's3:PutObjectTagging', ['x-amz-tagging', 'team=blue']),
  ...UPLOAD_TRIGGERS.filter(([[name]]) => name.startsWith('x-amz-object-lock')).map(([pair, action]) =>
    formRow(pair, action, pair),
  ),
]

/** Rights that take the place of others once a version is named, in the query. */
const VERSIONED: readonly (readonly [string, Order, readonly string[]])[] = [
  ['GetObject', {}, ['GetObjectVersion']],
  ['HeadObject', { method: 'HEAD' }, ['GetObjectVersion']],
  [
    'GetObjectAttributes',
    { query: [['attributes', '']], headers: [['x-amz-object-attributes', 'ETag']] },
    ['GetObjectVersion', 'GetObjectVersionAttributes'],
  ],
  ['DeleteObject', { method: 'DELETE' }, ['DeleteObjectVersion']],
  ['GetObjectTorrent', { query: [['torrent', '']] }, ['GetObjectVersionTorrent']],
  ['GetObjectAcl', { query: [['acl', '']] }, ['GetObjectVersionAcl']],
  [
    'PutObjectAcl',
    { method: 'PUT', query: [['acl', '']], headers: [['x-amz-acl', 'private']] },
    ['PutObjectVersionAcl'],
  ],
  ['GetObjectTagging', { query: [['tagging', '']] }, ['GetObjectVersionTagging']],
  [
    'PutObjectTagging',
    { method: 'PUT', query: [['tagging', '']], body: taggingXml('a', 'b') },
    ['PutObjectVersionTagging'],
  ],
  ['DeleteObjectTagging', { method: 'DELETE', query: [['tagging', '']] }, ['DeleteObjectVersionTagging']],
]
const versionRows = VERSIONED.flatMap(([operation, order, actions]) =>
  ['v', 'null'].map((version): Row => {
    const asked = actions.map((action): Right => [`s3:${action}`, KEY])
    const request = carrying({ ...order, query: [...(order.query ?? []), ['versionId', version]] }, [], 'header')
    const instead = asked.map(([action, on]): Right => [action.replace('Version', ''), on])
    return { operation, trigger: `versionId=${version}`, carrier: 'parameter', request, needs: asked, asked, instead }
  }),
)

const source = (value: string): Pair => ['x-amz-copy-source', value]
const PART: readonly Pair[] = [
  ['partNumber', '1'],
  ['uploadId', 'u'],
]
const copyRows = [
  { name: 'CopyObject', order: { method: 'PUT', headers: [['x-amz-tagging-directive', 'REPLACE'] as const] } },
  { name: 'UploadPartCopy', order: { method: 'PUT', query: PART } },
].flatMap(({ name, order }) =>
  [
    ['/b-bkt/source', 's3:GetObject', 'b-bkt/source'],
    ['b-bkt/source?versionId=v', 's3:GetObjectVersion', 'b-bkt/source'],
    ['b-bkt/source?versionId=null', 's3:GetObjectVersion', 'b-bkt/source'],
    ['a-bkt/k%2Ft', 's3:GetObject', 'a-bkt/k/t'],
  ].flatMap(([value = '', action = '', on = '']) => {
    const operation: Operation = { name, order, needs: [['s3:PutObject', KEY]] }
    const leaves = source(decodeURIComponent(value).replace(/^\//, ''))
    return headerRows(operation, source(value), [[action, on]]).map((row): Row => ({ ...row, leaves }))
  }),
)

/** The tags of a source go along with its copy, unless that is declined. */
const copiedTagRows = [
  ['', 's3:GetObject', 's3:GetObjectTagging'],
  ['?versionId=v', 's3:GetObjectVersion', 's3:GetObjectVersionTagging'],
].map(([version = '', read = '', readTags = '']): Row => {
  const asked: readonly Right[] = [
    [readTags, 'b-bkt/source'],
    ['s3:PutObjectTagging', KEY],
  ]
  return {
    operation: 'CopyObject',
    trigger: `tags of the source${version}`,
    carrier: 'backend',
    request: carrying({ method: 'PUT' }, [source(`b-bkt/source${version}`)], 'header'),
    needs: [['s3:PutObject', KEY], [read, 'b-bkt/source'], ...asked],
    asked,
  }
})

const bodyRows: readonly Row[] = [
  {
    operation: 'CreateBucket',
    trigger: 'Tags',
    carrier: 'document',
    request: carrying(
      {
        ...CREATION.order,
        body: '<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></CreateBucketConfiguration>',
      },
      [],
      'header',
    ),
    needs: [...CREATION.needs, ['s3:TagResource', 'new-bkt']],
    asked: [['s3:TagResource', 'new-bkt']],
  },
  ...['v', 'null'].map((version): Row => {
    const body = deletion(`<VersionId>${version}</VersionId>`)
    return {
      operation: 'DeleteObjects',
      trigger: `VersionId ${version}`,
      carrier: 'document',
      request: carrying({ method: 'POST', path: '/a-bkt', query: [['delete', '']], body }, [], 'header'),
      needs: [['s3:DeleteObjectVersion', KEY]],
      asked: [['s3:DeleteObjectVersion', KEY]],
      instead: [['s3:DeleteObject', KEY]],
    }
  }),
]

const ROWS: readonly Row[] = [
  ...uploadRows,
  ...creationRows,
  ...bypassRows,
  ...formRows,
  ...versionRows,
  ...copyRows,
  ...copiedTagRows,
  ...bodyRows,
]

/** What the request would need without the trigger. */
function rightsBeside({ needs, asked }: Row): readonly Right[] {
  const actions = asked.map(([action]) => action)
  return needs.filter(([action]) => !actions.includes(action))
}

const users = new UsersByPolicy()
const CASES = ROWS.map((row) => ({
  ...row,
  withAll: row.request(users.withExactly(row.needs)),
  without: row.asked.map((right) => row.request(users.withAllBut(right))),
  withBase: row.request(users.withExactly([...rightsBeside(row), ...(row.instead ?? [])])),
}))

let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ extraUsers: users.configured })
})
afterAll(() => stage.close())
beforeEach(() => {
  stage.backend.reset()
  stage.backend.script = answerOfSource
})

/** New buckets are not there yet, and the source of a copy has tags. */
function answerOfSource({ method, target }: BackendRequest) {
  if (method !== 'HEAD') return undefined
  if (target === '/new-bkt') return { bytes: httpReply(404) }
  return target.startsWith('/b-bkt/') ? { bytes: httpReply(200, '', [['x-amz-tagging-count', '1']]) } : undefined
}

test('the table has each operation that takes something of this kind', () => {
  expect([...new Set(ROWS.map(({ operation }) => operation.replace(' of a version', '')))].sort()).toEqual([
    'CopyObject',
    'CreateBucket',
    'CreateMultipartUpload',
    'DeleteObject',
    'DeleteObjectTagging',
    'DeleteObjects',
    'GetObject',
    'GetObjectAcl',
    'GetObjectAttributes',
    'GetObjectTagging',
    'GetObjectTorrent',
    'HeadObject',
    'PostObject',
    'PutObject',
    'PutObjectAcl',
    'PutObjectRetention',
    'PutObjectTagging',
    'UploadPartCopy',
  ])
})

describe.each(CASES)(
  '$operation with $trigger as $carrier',
  ({ asked, needs, leaves, withAll, without, withBase, carrier }) => {
    test(`is carried out with ${needs.map(([action]) => action).join(' and ')}`, async () => {
      expect((await stage.send(withAll)).outcome).toMatch(/^2\d\d$/)
      const seen = (await stage.backend.settled()).at(-1)
      if (leaves !== undefined) expect(seen?.headers.get(leaves[0])?.toLowerCase()).toBe(leaves[1].toLowerCase())
      expect(
        stage
          .lastEvent()
          .checks.map(({ action }) => action)
          .sort(),
      ).toEqual(needs.map(([action]) => action).sort())
    })

    test(`is refused without ${asked.map(([action]) => action).join(' or ')}`, async () => {
      for (const request of [...without, withBase]) {
        stage.backend.reset()
        stage.backend.script = answerOfSource
        const { outcome } = await stage.send(request)
        expect(outcome).toMatch(/^(?:403 AccessDenied|403|200 AccessDenied)$/)
        if (carrier === 'backend')
          await stage.expectBackendSawOnly('whether the source of a copy has tags that would be copied')
        else await stage.expectBackendSawNothing()
      }
    })
  },
)

test('a form cannot carry what S3 gives it no field for', async () => {
  for (const name of [
    ...GRANTS.map(([grant]) => grant),
    'x-amz-tagging',
    'x-amz-copy-source',
    'x-amz-bypass-governance-retention',
  ]) {
    expect((await stage.send(formWith([[name, 'id="1"']])(ALICE))).outcome).toBe('400 InvalidArgument')
  }
  await stage.expectBackendSawNothing()
})

const ASKING = [...new Set([...UPLOAD_TRIGGERS, ...CREATION_TRIGGERS].map(([pair]) => pair))]
const BODYLESS = S3_OPERATIONS.filter(
  ({ name, body, level, unavailable, selector }) =>
    body === 'none' &&
    level !== 'service' &&
    !unavailable &&
    selector.copySource !== 'present' &&
    !UPLOADS.some((row) => row.name === name),
)

test.each(BODYLESS)('$name takes none of these headers: none asks for a right, and none leaves', async (row) => {
  const { subresource, demands } = row.selector
  const query: Pair[] = subresource === undefined ? [] : [[subresource, subresource === 'uploadId' ? 'u' : '']]
  for (const [name, value] of demands) if (name !== subresource) query.push([name, value ?? '1'])
  const order: Order = { method: row.method, path: row.level === 'bucket' ? '/a-bkt' : '/a-bkt/k', query }
  const taken = ASKING.filter(([name]) => !row.requestHeaders.includes(name))
  const { checks: plain } = await checksOf(order)
  for (const pair of taken) {
    stage.backend.reset()
    const { checks, heads } = await checksOf({ ...order, headers: [pair] })
    expect(checks).toEqual(plain)
    for (const head of heads) expect(head).not.toContain(pair[0])
  }
})

async function checksOf(
  order: Order,
): Promise<{ readonly checks: readonly string[]; readonly heads: readonly string[] }> {
  await stage.send(signedBy(ALICE, order))
  const seen = await stage.backend.settled()
  return { checks: stage.lastEvent().checks.map(({ action }) => action), heads: seen.map(({ head }) => head) }
}
