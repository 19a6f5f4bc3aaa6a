import type { BucketConfiguration } from './bucket-configuration.ts'
import { tagging } from './requests.ts'

export const POLICY: BucketConfiguration = {
  query: 'policy',
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: ['*'] },
        Action: ['s3:GetObject'],
        Resource: ['arn:aws:s3:::{bucket}/public/*'],
      },
    ],
  }),
}

export const PUBLIC_ACCESS_BLOCK: BucketConfiguration = {
  query: 'publicAccessBlock',
  document:
    '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>' +
    '<BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>',
}

export const CORS: BucketConfiguration = {
  query: 'cors',
  document:
    '<CORSConfiguration><CORSRule><AllowedOrigin>https://example.com</AllowedOrigin><AllowedMethod>GET</AllowedMethod>' +
    '<MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>',
}

export function lifecycle(rule: string): string {
  return `<LifecycleConfiguration><Rule>${rule}</Rule></LifecycleConfiguration>`
}

export const LIFECYCLE: BucketConfiguration = {
  query: 'lifecycle',
  lenientOnMissingBucket: { PUT: ['minio'] },
  document: lifecycle(
    '<ID>old</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>365</Days></Expiration>',
  ),
}

export const OBJECT_LOCK: BucketConfiguration = {
  query: 'object-lock',
  bucket: 'locked',
  document:
    '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode>' +
    '<Days>2</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
}

export const ENCRYPTION: BucketConfiguration = {
  query: 'encryption',
  document:
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>' +
    '</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
}

export const TAGGING: BucketConfiguration = {
  lenientOnMissingBucket: { DELETE: ['minio'] },
  query: 'tagging',
  document: tagging(['colour', 'green'], ['a/b:c', 'd e+f=g@h']),
}

export const NOTIFICATION: BucketConfiguration = {
  query: 'notification',
  document: '<NotificationConfiguration></NotificationConfiguration>',
}

export const REPLICATION: BucketConfiguration = {
  query: 'replication',
  bucket: 'versioned',
  document:
    '<ReplicationConfiguration><Role>role</Role><Rule><ID>r</ID><Status>Enabled</Status><Priority>1</Priority>' +
    '<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication><Filter><Prefix></Prefix></Filter>' +
    '<Destination><Bucket>arn:aws:s3:::{bucket}</Bucket></Destination></Rule></ReplicationConfiguration>',
}

export const WEBSITE: BucketConfiguration = {
  query: 'website',
  document: '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>',
}

export const REQUEST_PAYMENT: BucketConfiguration = {
  query: 'requestPayment',
  document: '<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>',
}
