import type { LocationConstraintRule } from '../s3/bodies/create-bucket.ts'
import type { ProfileName } from '../s3/operation.ts'

/** What a kind of backend takes, as far as the kinds differ. Which operations it has stands in the operation table. */
export interface BackendProfile {
  /**
   * Whether `x-amz-checksum-*` sent on is kept and checked. Where it is not, none is sent: Ceph before 19 overlooks
   * even a wrong one, others refuse the header.
   */
  readonly storesChecksums: boolean
  /** In whose spelling conditions leave: Ceph overlooks those of a copy, and takes the marks around an ETag for its letters. */
  readonly conditionHeaders: 'aws' | 'ceph'
  /** Whether a key with a `.` or `..` segment is an ordinary key; `refuse`: 400 InvalidURI, nothing is sent. */
  readonly dotSegments: 'pass' | 'refuse'
  /**
   * Whether UploadPartCopy can name a source key that holds `%` or `?`. Ceph decodes that header twice and would read
   * another key than the one that was authorised; `refuse`: 501 NotImplemented.
   */
  readonly escapesInPartCopySource: 'pass' | 'refuse'
  /** What CreateBucket's LocationConstraint becomes. */
  readonly locationConstraint: LocationConstraintRule
  /** Whether CreateBucket takes tags; `refuse`: 501 NotImplemented. */
  readonly tagsOnCreateBucket: 'pass' | 'refuse'
  /** The answer to CreateBucket of a bucket that is there already: Ceph says 200, AWS and MinIO 409. */
  readonly existingBucket: 200 | 409
}

/**
 * All profiles. The embedded store behaves as `aws`.
 * @see https://docs.ceph.com/en/latest/radosgw/s3/
 * @see https://docs.hetzner.com/storage/object-storage/supported-actions/
 * @see https://github.com/minio/minio/blob/master/docs/minio-limits.md
 */
export const BACKEND_PROFILES: Readonly<Record<ProfileName, BackendProfile>> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html (us-east-1 is said by saying nothing)
  aws: {
    storesChecksums: true,
    conditionHeaders: 'aws',
    dotSegments: 'pass',
    escapesInPartCopySource: 'pass',
    locationConstraint: 'master-region-unless-us-east-1',
    tagsOnCreateBucket: 'pass',
    existingBucket: 409,
  },
  // Its LocationConstraint names a zonegroup and a placement, which no S3 region is.
  ceph: {
    storesChecksums: false,
    conditionHeaders: 'ceph',
    dotSegments: 'pass',
    escapesInPartCopySource: 'refuse',
    locationConstraint: 'none',
    tagsOnCreateBucket: 'refuse',
    existingBucket: 200,
  },
  // Ceph underneath, but its constraint is the location: fsn1, nbg1 or hel1.
  hetzner: {
    storesChecksums: false,
    conditionHeaders: 'ceph',
    dotSegments: 'pass',
    escapesInPartCopySource: 'refuse',
    locationConstraint: 'master-region',
    tagsOnCreateBucket: 'refuse',
    existingBucket: 200,
  },
  // Rejects every path with a dot segment; the constraint must be its own region.
  minio: {
    storesChecksums: true,
    conditionHeaders: 'aws',
    dotSegments: 'refuse',
    escapesInPartCopySource: 'pass',
    locationConstraint: 'master-region',
    tagsOnCreateBucket: 'refuse',
    existingBucket: 409,
  },
  // The careful choice on every line.
  generic: {
    storesChecksums: false,
    conditionHeaders: 'aws',
    dotSegments: 'refuse',
    escapesInPartCopySource: 'refuse',
    locationConstraint: 'none',
    tagsOnCreateBucket: 'refuse',
    existingBucket: 200,
  },
}
