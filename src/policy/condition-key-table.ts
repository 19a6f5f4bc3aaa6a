/** One line of the tables below. Left out: a String with one value, filled, for every action. */
interface KeyRow {
  readonly name: string
  readonly type?: 'String' | 'Numeric' | 'Date' | 'Bool' | 'IPAddress' | 'ARN'
  readonly cardinality?: 'single' | 'multi' | 'tag'
  readonly availability?: 'filled' | 'never'
  /** Without `s3:`. */
  readonly actions?: readonly string[]
}

const filled = (name: string, more: Partial<KeyRow> = {}): KeyRow => ({ name, ...more })
const never = (name: string, more: Partial<KeyRow> = {}): KeyRow => ({ name, availability: 'never', ...more })

/**
 * AWS's global keys. Those of services, networks and organisations that stand behind no proxy are known and never filled.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export const GLOBAL_KEYS: readonly KeyRow[] = [
  filled('aws:CurrentTime', { type: 'Date' }),
  filled('aws:EpochTime', { type: 'Date' }),
  filled('aws:PrincipalAccount'),
  filled('aws:PrincipalArn', { type: 'ARN' }),
  filled('aws:PrincipalIsAWSService', { type: 'Bool' }),
  filled('aws:PrincipalTag/', { cardinality: 'tag' }),
  filled('aws:PrincipalType'),
  filled('aws:Referer'),
  filled('aws:RequestTag/', { cardinality: 'tag', actions: ['CreateBucket', 'TagResource'] }),
  filled('aws:RequestedRegion'),
  filled('aws:ResourceAccount'),
  filled('aws:SecureTransport', { type: 'Bool' }),
  filled('aws:SourceIp', { type: 'IPAddress' }),
  filled('aws:TagKeys', { cardinality: 'multi', actions: ['CreateBucket', 'TagResource', 'UntagResource'] }),
  filled('aws:UserAgent'),
  filled('aws:ViaAWSService', { type: 'Bool' }),
  filled('aws:userid'),
  filled('aws:username'),
  never('aws:AssumedRoot', { type: 'Bool' }),
  never('aws:CalledVia', { cardinality: 'multi' }),
  never('aws:CalledViaFirst'),
  never('aws:CalledViaLast'),
  never('aws:ChatbotSourceArn', { type: 'ARN' }),
  never('aws:Ec2InstanceSourcePrivateIPv4', { type: 'IPAddress' }),
  never('aws:Ec2InstanceSourceVpc'),
  never('aws:FederatedProvider'),
  never('aws:IsMcpServiceAction', { type: 'Bool' }),
  never('aws:MultiFactorAuthAge', { type: 'Numeric' }),
  never('aws:MultiFactorAuthPresent', { type: 'Bool' }),
  never('aws:PrincipalOrgID'),
  never('aws:PrincipalOrgPaths', { cardinality: 'multi' }),
  never('aws:PrincipalServiceName'),
  never('aws:PrincipalServiceNamesList', { cardinality: 'multi' }),
  never('aws:ResourceOrgID'),
  never('aws:ResourceOrgPaths', { cardinality: 'multi' }),
  never('aws:ResourceTag/', { cardinality: 'tag' }),
  never('aws:SourceAccount'),
  never('aws:SourceArn', { type: 'ARN' }),
  never('aws:SourceIdentity'),
  never('aws:SourceOrgID'),
  never('aws:SourceOrgPaths', { cardinality: 'multi' }),
  never('aws:SourceOwner'),
  never('aws:SourceVpc'),
  never('aws:SourceVpcArn', { type: 'ARN' }),
  never('aws:SourceVpce'),
  never('aws:TokenIssueTime', { type: 'Date' }),
  never('aws:VpceAccount'),
  never('aws:VpceOrgID'),
  never('aws:VpceOrgPaths', { cardinality: 'multi' }),
  never('aws:VpcSourceIp', { type: 'IPAddress' }),
]

const LISTING = ['ListBucket', 'ListBucketVersions']
const ANNOTATION_LISTING = ['ListObjectAnnotations', 'ListObjectVersionAnnotations']
const ANNOTATION_CHANGE = [
  'DeleteObjectAnnotation',
  'DeleteObjectVersionAnnotation',
  'PutObjectAnnotation',
  'PutObjectVersionAnnotation',
]
const VERSIONED = [
  'DeleteObjectVersion',
  'DeleteObjectVersionAnnotation',
  'DeleteObjectVersionTagging',
  'GetObjectVersion',
  'GetObjectVersionAcl',
  'GetObjectVersionAnnotation',
  'GetObjectVersionAttributes',
  'GetObjectVersionTagging',
  'GetObjectVersionTorrent',
  'ListObjectVersionAnnotations',
  'PutObjectVersionAcl',
  'PutObjectVersionAnnotation',
  'PutObjectVersionTagging',
]
const OF_TAGGED_OBJECTS = [
  ...ANNOTATION_LISTING,
  ...ANNOTATION_CHANGE,
  ...VERSIONED.filter((action) => action !== 'DeleteObjectVersion' && action !== 'GetObjectVersionTorrent'),
  'DeleteObjectTagging',
  'GetObject',
  'GetObjectAcl',
  'GetObjectAnnotation',
  'GetObjectAttributes',
  'GetObjectTagging',
  'PutObjectAcl',
  'PutObjectTagging',
  'UpdateObjectEncryption',
]
const UPLOAD = ['PutObject', 'BypassGovernanceRetention']
const TAGGING = [...UPLOAD, 'PutObjectTagging', 'PutObjectVersionTagging']
const GRANTING = [...UPLOAD, 'CreateBucket', 'PutBucketAcl', 'PutObjectAcl', 'PutObjectVersionAcl']
const RETENTION = ['PutObject', 'PutObjectRetention']
const ENCRYPTING = [...UPLOAD, 'ReplicateObject']
const REENCRYPTING = [...ENCRYPTING, 'UpdateObjectEncryption']

/**
 * S3's keys, each with the actions that AWS lists it for.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export const S3_KEYS: readonly KeyRow[] = [
  filled('s3:ExistingObjectTag/', { cardinality: 'tag', actions: OF_TAGGED_OBJECTS }),
  filled('s3:InventoryAccessibleOptionalFields', { cardinality: 'multi', actions: ['PutInventoryConfiguration'] }),
  filled('s3:ObjectCreationOperation', { type: 'Bool', actions: ['PutObject'] }),
  filled('s3:RequestObjectTag/', { cardinality: 'tag', actions: TAGGING }),
  filled('s3:RequestObjectTagKeys', { cardinality: 'multi', actions: TAGGING }),
  filled('s3:ResourceAccount'),
  filled('s3:TlsVersion', { type: 'Numeric' }),
  filled('s3:annotation-prefix', { actions: ANNOTATION_LISTING }),
  filled('s3:authType'),
  filled('s3:delimiter', { actions: LISTING }),
  filled('s3:if-match', { actions: ['PutObject', 'DeleteObject'] }),
  filled('s3:if-none-match', { actions: ['PutObject'] }),
  filled('s3:locationconstraint', { actions: ['CreateBucket'] }),
  filled('s3:max-annotation-results', { type: 'Numeric', actions: ANNOTATION_LISTING }),
  filled('s3:max-keys', { type: 'Numeric', actions: LISTING }),
  filled('s3:object-lock-legal-hold', { actions: ['PutObject', 'PutObjectLegalHold'] }),
  filled('s3:object-lock-mode', { actions: RETENTION }),
  filled('s3:object-lock-remaining-retention-days', { type: 'Numeric', actions: RETENTION }),
  filled('s3:object-lock-retain-until-date', { type: 'Date', actions: RETENTION }),
  // Beyond AWS's list: uploads under way are shown one by one, each with its key for a prefix.
  filled('s3:prefix', { actions: [...LISTING, 'ListBucketMultipartUploads'] }),
  filled('s3:signatureAge', { type: 'Numeric' }),
  filled('s3:signatureversion'),
  filled('s3:versionid', { actions: VERSIONED }),
  filled('s3:x-amz-acl', { actions: GRANTING }),
  filled('s3:x-amz-bucket-namespace', { actions: ['CreateBucket'] }),
  filled('s3:x-amz-content-sha256'),
  filled('s3:x-amz-copy-source', { actions: UPLOAD }),
  filled('s3:x-amz-grant-full-control', { actions: GRANTING }),
  filled('s3:x-amz-grant-read', { actions: GRANTING }),
  filled('s3:x-amz-grant-read-acp', { actions: GRANTING }),
  filled('s3:x-amz-grant-write', { actions: GRANTING }),
  filled('s3:x-amz-grant-write-acp', { actions: GRANTING }),
  filled('s3:x-amz-metadata-directive', { actions: UPLOAD }),
  filled('s3:x-amz-object-annotation-directive', { actions: ['PutObject'] }),
  filled('s3:x-amz-object-if-match', { actions: ANNOTATION_CHANGE }),
  filled('s3:x-amz-object-ownership', { actions: ['CreateBucket'] }),
  filled('s3:x-amz-server-side-encryption', { actions: REENCRYPTING }),
  filled('s3:x-amz-server-side-encryption-aws-kms-key-id', { type: 'ARN', actions: REENCRYPTING }),
  filled('s3:x-amz-server-side-encryption-customer-algorithm', { actions: ENCRYPTING }),
  filled('s3:x-amz-storage-class', { actions: [...UPLOAD, 'PutObjectAcl', 'PutObjectVersionAcl'] }),
  filled('s3:x-amz-website-redirect-location', { actions: UPLOAD }),
  never('s3:AccessGrantScope'),
  never('s3:AccessGrantsInstanceArn', { type: 'ARN' }),
  never('s3:AccessGrantsLocationScope'),
  never('s3:AccessPointNetworkOrigin'),
  never('s3:AccessPointTag/', { cardinality: 'tag' }),
  never('s3:BucketTag/', { cardinality: 'tag' }),
  never('s3:DataAccessPointAccount'),
  never('s3:DataAccessPointArn', { type: 'ARN' }),
  never('s3:ExistingJobOperation'),
  never('s3:ExistingJobPriority', { type: 'Numeric' }),
  never('s3:JobSuspendedCause'),
  never('s3:RequestJobOperation'),
  never('s3:RequestJobPriority', { type: 'Numeric' }),
  never('s3:deliverySourceArn', { type: 'ARN' }),
  never('s3:destinationRegion'),
  never('s3:isReplicationPauseRequest', { type: 'Bool' }),
  never('s3:logType'),
  never('s3:object-lock-event-hold'),
  never('s3:object-lock-event-hold-duration-days', { type: 'Numeric' }),
  never('s3:resourceArnBeingAuthorized', { type: 'ARN' }),
]
