import {
  call,
  copy,
  get,
  head,
  list,
  listBuckets,
  listUploads,
  listVersions,
  put,
  remove,
  removeMany,
  upload,
} from './calls.ts'
import { ALL, ANYBODY, AWS, closed, may, mayNot } from './rows.ts'
import { checkScenario } from './scenario.ts'

const LOGO = 'website/public/logo.svg'
const DRAFT = 'website/draft/logo.svg'

checkScenario('callers without a key have what the policy of the bucket says, and nothing without one', {
  config: `
users:
  - {name: editor, access_key: "EDITORKEY", secret_key: "editor-secret-0123456789", allowed_buckets: ["website", "vault"]}
bucket_policies:
  website:
    Version: "2012-10-17"
    Statement:
      - {Sid: PublicPart, Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::website/public/*"}
      - Sid: PublicList
        Effect: Allow
        Principal: "*"
        Action: "s3:ListBucket"
        Resource: "arn:aws:s3:::website"
        Condition: {StringLike: {"s3:prefix": "public/*"}}
`,
  buckets: { website: 'plain', vault: 'plain' },
  objects: [LOGO, DRAFT, 'vault/gold'],
  rows: [
    may(ANYBODY, get(LOGO), { by: ALL }),
    may(ANYBODY, head(LOGO), { by: AWS }),
    may(ANYBODY, list('website', { Prefix: 'public/' }), { by: ALL, shows: ['public/logo.svg'] }),
    may('editor', get(DRAFT)),
    mayNot(ANYBODY, get(DRAFT), closed('s3:GetObject', DRAFT), { by: ALL }),
    mayNot(ANYBODY, head(DRAFT), closed('s3:GetObject', DRAFT)),
    mayNot(ANYBODY, list('website'), closed('s3:ListBucket', 'website', { 's3:prefix': null }), { by: AWS }),
    mayNot(
      ANYBODY,
      list('website', { Prefix: 'draft/' }),
      closed('s3:ListBucket', 'website', { 's3:prefix': 'draft/' }),
      { by: ALL },
    ),
    mayNot(ANYBODY, listVersions('website', { Prefix: 'public/' }), closed('s3:ListBucketVersions', 'website')),
    mayNot(ANYBODY, listUploads('website'), closed('s3:ListBucketMultipartUploads', 'website')),
    mayNot(ANYBODY, put(LOGO), closed('s3:PutObject', LOGO), { by: ALL }),
    mayNot(ANYBODY, upload('website/public/new'), closed('s3:PutObject', 'website/public/new')),
    mayNot(ANYBODY, copy(LOGO, 'website/public/copy'), closed('s3:PutObject', 'website/public/copy'), { by: AWS }),
    mayNot(ANYBODY, remove(LOGO), closed('s3:DeleteObject', LOGO), { by: ALL }),
    mayNot(ANYBODY, removeMany('website', ['public/logo.svg']), closed('s3:DeleteObject', 'website/*'), {
      by: AWS,
      code: 'AccessDenied',
    }),
    mayNot(ANYBODY, call('get_object_tagging', LOGO), closed('s3:GetObjectTagging', LOGO)),
    mayNot(ANYBODY, call('get_bucket_policy', 'website'), closed('s3:GetBucketPolicy', 'website')),
    mayNot(ANYBODY, call('put_object_acl', LOGO, { ACL: 'public-read-write' }), closed('s3:PutObjectAcl', LOGO)),

    mayNot(ANYBODY, get('vault/gold'), closed('s3:GetObject', 'vault/gold'), { by: ALL }),
    mayNot(ANYBODY, list('vault'), closed('s3:ListBucket', 'vault'), { by: ALL }),
    mayNot(ANYBODY, call('head_bucket', 'vault'), closed('s3:ListBucket', 'vault'), { by: AWS }),
    mayNot(ANYBODY, put('vault/gold'), closed('s3:PutObject', 'vault/gold')),
    // No policy of a bucket is about the list of all buckets.
    mayNot(ANYBODY, listBuckets, closed('s3:ListAllMyBuckets', '*'), { by: ALL }),
  ],
})
