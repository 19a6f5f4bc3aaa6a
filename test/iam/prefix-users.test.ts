import {
  call,
  copy,
  get,
  head,
  list,
  listOld,
  listUploads,
  listVersions,
  presignedGet,
  presignedPut,
  put,
  remove,
  removeMany,
  upload,
  uploadId,
} from './calls.ts'
import { ALL, ALL_AND_OLD, AWS, isTold, lacks, may, mayNot, RCLONE } from './rows.ts'
import { checkScenario } from './scenario.ts'

const OWN = 'company/home/alice/plan.txt'
const NEW = 'company/home/alice/new.txt'
const OWN_UPLOAD = 'company/home/alice/big'
const BOBS = 'company/home/bob/plan.txt'
const BOBS_UPLOAD = 'company/home/bob/big'
const ARCHIVED = 'archive/home/alice/plan.txt'

const part = (path: string) => ({ UploadId: uploadId(path), PartNumber: 1 })

checkScenario('each user has a home directory, by one policy of the group', {
  config: `
policies:
  Home:
    Version: "2012-10-17"
    Statement:
      - Sid: UseOwn
        Effect: Allow
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        Resource: "arn:aws:s3:::company/home/\${aws:username}/*"
      - Sid: ListOwn
        Effect: Allow
        Action: ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"]
        Resource: "arn:aws:s3:::company"
        Condition: {StringLike: {"s3:prefix": "home/\${aws:username}/*"}}
groups:
  - {name: staff, policies: [Home]}
users:
  - {name: alice, access_key: "ALICEKEY", secret_key: "alice-secret-0123456789", groups: [staff]}
  - {name: bob, access_key: "BOBKEY", secret_key: "bob-secret-0123456789", groups: [staff]}
`,
  buckets: { company: 'plain', archive: 'plain' },
  objects: [OWN, 'company/home/alice/2027/may.txt', 'company/home/alice2/a.txt', BOBS, 'company/readme.txt', ARCHIVED],
  uploads: [OWN_UPLOAD, BOBS_UPLOAD],
  rows: [
    may('alice', get(OWN), { by: ALL_AND_OLD }),
    may('alice', put(NEW), { by: ALL_AND_OLD }),
    may('alice', upload(NEW), { by: ALL }),
    may('alice', copy(OWN, NEW), { by: ALL }),
    may('alice', remove(OWN), { by: ALL }),
    may('alice', removeMany('company', ['home/alice/plan.txt', 'home/alice/2027/may.txt']), { by: AWS }),
    may('alice', presignedGet(OWN), { by: AWS }),
    may('alice', presignedPut(NEW)),
    may('bob', get(BOBS)),
    // The key that says so, not another way to write bob's.
    isTold('alice', get('company/home/alice/../bob/plan.txt'), 'NoSuchKey'),

    mayNot('alice', get(BOBS), lacks('s3:GetObject', BOBS), { by: ALL_AND_OLD }),
    mayNot('alice', get('company/home/alice2/a.txt'), lacks('s3:GetObject', 'company/home/alice2/a.txt')),
    mayNot('alice', get('company/readme.txt'), lacks('s3:GetObject', 'company/readme.txt')),
    mayNot('alice', get(ARCHIVED), lacks('s3:GetObject', ARCHIVED)),
    mayNot('alice', head(BOBS), lacks('s3:GetObject', BOBS)),
    mayNot('alice', presignedGet(BOBS), lacks('s3:GetObject', BOBS), { by: AWS }),
    mayNot('alice', put(BOBS), lacks('s3:PutObject', BOBS), { by: AWS }),
    mayNot('alice', put(BOBS), lacks('s3:GetObject', BOBS), { by: RCLONE }),
    mayNot('alice', put('company/home/alice'), lacks('s3:PutObject', 'company/home/alice')),
    mayNot('alice', presignedPut(BOBS), lacks('s3:PutObject', BOBS)),
    mayNot('alice', remove(BOBS), lacks('s3:DeleteObject', BOBS), { by: AWS }),
    mayNot('alice', remove(BOBS), lacks('s3:GetObject', BOBS), { by: RCLONE }),

    mayNot('alice', upload(BOBS), lacks('s3:PutObject', BOBS), { by: AWS }),
    mayNot('alice', upload(BOBS), lacks('s3:GetObject', BOBS), { by: RCLONE }),
    mayNot(
      'alice',
      call('upload_part', BOBS_UPLOAD, { ...part(BOBS_UPLOAD), Body: 'x' }),
      lacks('s3:PutObject', BOBS_UPLOAD),
    ),
    mayNot(
      'alice',
      call('list_parts', BOBS_UPLOAD, { UploadId: uploadId(BOBS_UPLOAD) }),
      lacks('s3:ListMultipartUploadParts', BOBS_UPLOAD),
    ),
    mayNot(
      'alice',
      call('abort_multipart_upload', BOBS_UPLOAD, { UploadId: uploadId(BOBS_UPLOAD) }),
      lacks('s3:AbortMultipartUpload', BOBS_UPLOAD),
      { by: AWS },
    ),

    mayNot('alice', copy(BOBS, NEW), lacks('s3:GetObject', BOBS), { by: ALL }),
    mayNot('alice', copy(OWN, BOBS), lacks('s3:PutObject', BOBS)),
    mayNot('alice', copy(OWN, BOBS), lacks('s3:GetObject', BOBS), { by: RCLONE }),
    mayNot('alice', copy(OWN, ARCHIVED), lacks('s3:PutObject', ARCHIVED)),
    mayNot(
      'alice',
      call('upload_part_copy', OWN_UPLOAD, { ...part(OWN_UPLOAD), CopySource: BOBS }),
      lacks('s3:GetObject', BOBS),
    ),

    // Each key of a batch is decided on by itself.
    mayNot(
      'alice',
      removeMany('company', ['home/alice/plan.txt', 'home/bob/plan.txt', 'readme.txt']),
      lacks('s3:DeleteObject', BOBS),
      {
        by: AWS,
        butRemoves: [OWN],
        backendSees: ['POST /company?delete='],
      },
    ),
    mayNot('alice', removeMany('company', ['home/bob/plan.txt', 'readme.txt']), lacks('s3:DeleteObject', BOBS), {
      by: AWS,
    }),
    // No body could help: refused before it is read.
    mayNot('alice', removeMany('archive', ['home/alice/plan.txt']), lacks('s3:DeleteObject', 'archive/*'), {
      code: 'AccessDenied',
    }),

    may('alice', list('company', { Prefix: 'home/alice/' }), {
      by: ALL_AND_OLD,
      shows: ['home/alice/plan.txt', 'home/alice/2027/may.txt'],
    }),
    may('alice', list('company', { Prefix: 'home/alice/', Delimiter: '/' }), {
      by: AWS,
      shows: ['home/alice/plan.txt', 'home/alice/2027/'],
    }),
    may('alice', listOld('company', { Prefix: 'home/alice/', Delimiter: '/' }), {
      shows: ['home/alice/plan.txt', 'home/alice/2027/'],
    }),
    may('alice', list('company', { Prefix: 'home/alice/', StartAfter: 'home/alice/z' }), { shows: [] }),
    may('bob', list('company', { Prefix: 'home/bob/' }), { shows: ['home/bob/plan.txt'] }),
    mayNot('alice', list('company'), lacks('s3:ListBucket', 'company', { 's3:prefix': null }), { by: AWS }),
    mayNot('alice', list('company'), lacks('s3:ListBucket', 'company', { 's3:prefix': '' }), { by: RCLONE }),
    mayNot('alice', list('company', { Prefix: 'home/' }), lacks('s3:ListBucket', 'company', { 's3:prefix': 'home/' }), {
      by: ALL,
    }),
    mayNot(
      'alice',
      list('company', { Prefix: 'home/', Delimiter: '/' }),
      lacks('s3:ListBucket', 'company', { 's3:prefix': 'home/' }),
    ),
    mayNot(
      'alice',
      list('company', { Prefix: 'home/alice' }),
      lacks('s3:ListBucket', 'company', { 's3:prefix': 'home/alice' }),
    ),
    mayNot(
      'alice',
      listOld('company', { Prefix: 'home/bob/' }),
      lacks('s3:ListBucket', 'company', { 's3:prefix': 'home/bob/' }),
    ),
    mayNot('alice', list('archive', { Prefix: 'home/alice/' }), lacks('s3:ListBucket', 'archive')),

    may('alice', listVersions('company', { Prefix: 'home/alice/' }), {
      shows: ['home/alice/plan.txt', 'home/alice/2027/may.txt'],
    }),
    mayNot('alice', listVersions('company'), lacks('s3:ListBucketVersions', 'company', { 's3:prefix': null }), {
      by: AWS,
    }),

    may('alice', listUploads('company'), { by: AWS, shows: ['home/alice/big'] }),
    may('alice', listUploads('company', { Prefix: 'home/', Delimiter: '/' }), { shows: ['home/alice/'] }),
    mayNot(
      'alice',
      listUploads('company', { Prefix: 'home/bob/' }),
      lacks('s3:ListBucketMultipartUploads', 'company', { 's3:prefix': 'home/bob/' }),
      { by: AWS },
    ),
    mayNot('alice', listUploads('archive'), lacks('s3:ListBucketMultipartUploads', 'archive')),

    mayNot('alice', call('delete_bucket', 'company'), lacks('s3:DeleteBucket', 'company')),
    mayNot('alice', call('create_bucket', 'alices'), lacks('s3:CreateBucket', 'alices')),
    mayNot('alice', call('get_bucket_policy', 'company'), lacks('s3:GetBucketPolicy', 'company')),
  ],
})
