import { call, copy, get, list, listUploads, put, remove, removeMany, upload } from './calls.ts'
import { ALL, AWS, lacks, may, mayNot, RCLONE } from './rows.ts'
import { checkScenario } from './scenario.ts'

checkScenario('users by the short forms alone: buckets and allowed_buckets', {
  config: `
users:
  - {name: reader, access_key: "READERKEY", secret_key: "reader-secret-0123456789", buckets: [{name: data, prefix: "in/", access: read}]}
  - {name: writer, access_key: "WRITERKEY", secret_key: "writer-secret-0123456789", buckets: [{name: data, prefix: "in/", access: write}]}
  - {name: worker, access_key: "WORKERKEY", secret_key: "worker-secret-0123456789", buckets: [{name: data, prefix: "in/", access: readwrite}]}
  - {name: lister, access_key: "LISTERKEY", secret_key: "lister-secret-0123456789", buckets: [{name: data, access: list}]}
  - {name: owner, access_key: "OWNERKEY", secret_key: "owner-secret-0123456789", allowed_buckets: ["data"]}
`,
  buckets: { data: 'plain', bank: 'plain' },
  objects: ['data/in/a.txt', 'data/out/b.txt', 'bank/c.txt'],
  uploads: ['data/in/big', 'data/out/big'],
  rows: [
    may('reader', get('data/in/a.txt'), { by: ALL }),
    may('reader', list('data', { Prefix: 'in/' }), { by: ALL, shows: ['in/a.txt'] }),
    mayNot('reader', get('data/out/b.txt'), lacks('s3:GetObject', 'data/out/b.txt'), { by: ALL }),
    mayNot('reader', list('data'), lacks('s3:ListBucket', 'data', { 's3:prefix': null })),
    mayNot('reader', put('data/in/new'), lacks('s3:PutObject', 'data/in/new'), { by: AWS }),
    mayNot('reader', remove('data/in/a.txt'), lacks('s3:DeleteObject', 'data/in/a.txt'), { by: AWS }),

    may('writer', put('data/in/new')),
    may('writer', upload('data/in/new')),
    mayNot('writer', put('data/out/new'), lacks('s3:PutObject', 'data/out/new')),
    mayNot('writer', put('data/in/new'), lacks('s3:GetObject', 'data/in/new'), { by: RCLONE }),
    mayNot('writer', get('data/in/a.txt'), lacks('s3:GetObject', 'data/in/a.txt'), { by: ALL }),
    mayNot('writer', list('data', { Prefix: 'in/' }), lacks('s3:ListBucket', 'data')),
    mayNot('writer', remove('data/in/a.txt'), lacks('s3:DeleteObject', 'data/in/a.txt')),

    may('worker', put('data/in/new'), { by: ALL }),
    may('worker', remove('data/in/a.txt'), { by: ALL }),
    may('worker', listUploads('data'), { shows: ['in/big'] }),
    mayNot('worker', copy('bank/c.txt', 'data/in/new'), lacks('s3:GetObject', 'bank/c.txt'), { by: ALL }),
    mayNot('worker', copy('data/in/a.txt', 'data/out/b.txt'), lacks('s3:PutObject', 'data/out/b.txt'), { by: AWS }),
    mayNot('worker', removeMany('data', ['in/a.txt', 'out/b.txt']), lacks('s3:DeleteObject', 'data/out/b.txt'), {
      butRemoves: ['data/in/a.txt'],
      backendSees: ['POST /data?delete='],
    }),

    may('lister', list('data'), { by: ALL, shows: ['in/a.txt', 'out/b.txt'] }),
    mayNot('lister', get('data/in/a.txt'), lacks('s3:GetObject', 'data/in/a.txt'), { by: ALL }),
    mayNot('lister', put('data/in/a.txt'), lacks('s3:PutObject', 'data/in/a.txt')),

    may('owner', put('data/anything'), { by: ALL }),
    may('owner', list('data'), { by: ALL, shows: ['in/a.txt', 'out/b.txt'] }),
    may('owner', call('put_object_tagging', 'data/in/a.txt', { Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }), {
      by: AWS,
    }),
    may('owner', call('get_bucket_location', 'data')),
    mayNot('owner', get('bank/c.txt'), lacks('s3:GetObject', 'bank/c.txt')),
    mayNot(
      'owner',
      call('put_object_acl', 'data/in/a.txt', { ACL: 'public-read' }),
      lacks('s3:PutObjectAcl', 'data/in/a.txt'),
      { by: AWS },
    ),
    mayNot('owner', call('put_bucket_acl', 'data', { ACL: 'public-read' }), lacks('s3:PutBucketAcl', 'data'), {
      by: AWS,
    }),
    mayNot('owner', call('delete_bucket_policy', 'data'), lacks('s3:DeleteBucketPolicy', 'data')),
    mayNot('owner', call('delete_public_access_block', 'data'), lacks('s3:PutBucketPublicAccessBlock', 'data')),
  ],
})
