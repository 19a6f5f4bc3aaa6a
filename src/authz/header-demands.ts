import type { S3OperationName } from '../s3/operation.ts'

/** The effective `x-amz-*` values of a request, by lower-case name. */
export type AmzHeaders = ReadonlyMap<string, string>

/** Actions that a request needs on its own resource because of a header, beside those of its row. */
interface HeaderDemand {
  readonly asked: (amz: AmzHeaders) => boolean
  readonly actions: readonly string[]
}

const GRANT_HEADERS: readonly string[] = [
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
]

const has =
  (...names: readonly string[]) =>
  (amz: AmzHeaders): boolean =>
    names.some((name) => amz.has(name))

/** A switch is off only where it says so: any other value asks for the right. */
const isOn =
  (name: string) =>
  (amz: AmzHeaders): boolean => {
    const value = amz.get(name)
    return value !== undefined && value.toLowerCase() !== 'false'
  }

/** `private` is what happens anyway. Clients send it on every upload, so that it asks for no right; grants do. */
const setsAcl = (amz: AmzHeaders): boolean =>
  (amz.get('x-amz-acl') ?? 'private') !== 'private' || has(...GRANT_HEADERS)(amz)

const BYPASS: HeaderDemand = {
  asked: isOn('x-amz-bypass-governance-retention'),
  actions: ['s3:BypassGovernanceRetention'],
}

const UPLOAD: readonly HeaderDemand[] = [
  { asked: setsAcl, actions: ['s3:PutObjectAcl'] },
  { asked: has('x-amz-tagging'), actions: ['s3:PutObjectTagging'] },
  {
    asked: has('x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'),
    actions: ['s3:PutObjectRetention'],
  },
  { asked: has('x-amz-object-lock-legal-hold'), actions: ['s3:PutObjectLegalHold'] },
]

/**
 * By operation. Operations that are missing here take none of these headers: they are dropped before the request
 * leaves, and ask for nothing. On the `?acl` rows the row's own action is the one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const DEMANDS: ReadonlyMap<S3OperationName, readonly HeaderDemand[]> = new Map<
  S3OperationName,
  readonly HeaderDemand[]
>([
  ['PutObject', UPLOAD],
  ['PostObject', UPLOAD],
  ['CopyObject', UPLOAD],
  ['CreateMultipartUpload', UPLOAD],
  ['DeleteObject', [BYPASS]],
  ['DeleteObjects', [BYPASS]],
  ['PutObjectRetention', [BYPASS]],
  [
    'CreateBucket',
    [
      { asked: setsAcl, actions: ['s3:PutBucketAcl'] },
      {
        asked: isOn('x-amz-bucket-object-lock-enabled'),
        actions: ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'],
      },
      { asked: has('x-amz-object-ownership'), actions: ['s3:PutBucketOwnershipControls'] },
    ],
  ],
])

/** The further actions that the headers of a request ask for, on the request's own resource. */
export function headerActions(operation: S3OperationName, amz: AmzHeaders): readonly string[] {
  const demands = DEMANDS.get(operation)
  if (demands === undefined || amz.size === 0) return []
  return demands.filter((demand) => demand.asked(amz)).flatMap((demand) => demand.actions)
}
