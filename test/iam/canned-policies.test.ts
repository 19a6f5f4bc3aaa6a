import { call, get, head, list, listVersions, put, remove, removeMany, upload } from './calls.ts'
import { ALL, AWS, denies, lacks, may, mayNot, RCLONE } from './rows.ts'
import { checkScenario } from './scenario.ts'

const JANUARY = 'reports/2027/january.csv'
const TAGS = { Tagging: { TagSet: [{ Key: 'state', Value: 'final' }] } }

checkScenario('canned policies, and read-only and write-only ones of the operator in policy_dir', {
  config: `
policy_dir: ./policies
users:
  - {name: reporter, access_key: "REPORTERKEY", secret_key: "reporter-secret-0123456789", policies: [{policy: readonly, buckets: [reports]}]}
  - {name: scanner, access_key: "SCANNERKEY", secret_key: "scanner-secret-0123456789", policies: [{policy: writeonly, buckets: [inbox]}]}
  - {name: clerk, access_key: "CLERKKEY", secret_key: "clerk-secret-0123456789", policies: [{policy: readwrite, buckets: [inbox]}, readonly]}
  - {name: indexer, access_key: "INDEXERKEY", secret_key: "indexer-secret-0123456789", policies: [list-only]}
  - {name: keeper, access_key: "KEEPERKEY", secret_key: "keeper-secret-0123456789", policies: [{policy: bucket-admin, buckets: [inbox]}]}
  - {name: root, access_key: "ROOTKEY", secret_key: "root-secret-0123456789", policies: [admin]}
  - {name: auditor, access_key: "AUDITORKEY", secret_key: "auditor-secret-0123456789", policies: [admin, LookOnly]}
  - {name: camera, access_key: "CAMERAKEY", secret_key: "camera-secret-0123456789", policies: [DropBox]}
`,
  policyFiles: {
    'LookOnly.json': `{
      "Version": "2012-10-17",
      "Statement": {
        "Sid": "NothingButReads", "Effect": "Deny", "NotAction": ["s3:Get*", "s3:List*"], "Resource": "*"
      }
    }`,
    'DropBox.yaml': `
Version: "2012-10-17"
Statement:
  - {Sid: Drop, Effect: Allow, Action: "s3:PutObject", Resource: "arn:aws:s3:::inbox/camera-*.jpg"}
`,
  },
  buckets: { reports: 'plain', inbox: 'plain' },
  objects: [JANUARY, 'inbox/letter.pdf', 'inbox/camera-1.jpg'],
  rows: [
    may('reporter', get(JANUARY), { by: ALL }),
    may('reporter', list('reports'), { by: ALL, shows: ['2027/january.csv'] }),
    may('reporter', listVersions('reports'), { shows: ['2027/january.csv'] }),
    may('reporter', call('get_object_tagging', JANUARY), { shows: [] }),
    mayNot('reporter', put(JANUARY), lacks('s3:PutObject', JANUARY), { by: ALL }),
    mayNot('reporter', remove(JANUARY), lacks('s3:DeleteObject', JANUARY), { by: ALL }),
    mayNot('reporter', removeMany('reports', ['2027/january.csv']), lacks('s3:DeleteObject', 'reports/*'), {
      code: 'AccessDenied',
    }),
    mayNot('reporter', call('put_object_tagging', JANUARY, TAGS), lacks('s3:PutObjectTagging', JANUARY)),
    mayNot('reporter', call('get_object_acl', JANUARY), lacks('s3:GetObjectAcl', JANUARY)),
    mayNot('reporter', get('inbox/letter.pdf'), lacks('s3:GetObject', 'inbox/letter.pdf'), { by: ALL }),

    may('scanner', put('inbox/scan.pdf'), { by: AWS }),
    may('scanner', put('inbox/scan.pdf', { Tagging: 'from=scanner' })),
    may('scanner', upload('inbox/scan.pdf'), { by: AWS }),
    mayNot('scanner', put('inbox/scan.pdf'), lacks('s3:GetObject', 'inbox/scan.pdf'), { by: RCLONE }),
    mayNot('scanner', get('inbox/letter.pdf'), lacks('s3:GetObject', 'inbox/letter.pdf'), { by: ALL }),
    mayNot('scanner', head('inbox/letter.pdf'), lacks('s3:GetObject', 'inbox/letter.pdf')),
    mayNot('scanner', list('inbox'), lacks('s3:ListBucket', 'inbox'), { by: ALL }),
    mayNot('scanner', remove('inbox/letter.pdf'), lacks('s3:DeleteObject', 'inbox/letter.pdf')),
    mayNot('scanner', put('inbox/scan.pdf', { ACL: 'public-read' }), lacks('s3:PutObjectAcl', 'inbox/scan.pdf'), {}),

    may('camera', put('inbox/camera-2.jpg')),
    mayNot('camera', put('inbox/letter.pdf'), lacks('s3:PutObject', 'inbox/letter.pdf')),
    mayNot('camera', get('inbox/camera-1.jpg'), lacks('s3:GetObject', 'inbox/camera-1.jpg')),

    may('clerk', remove('inbox/letter.pdf'), { by: ALL }),
    may('clerk', get(JANUARY)),
    mayNot('clerk', remove(JANUARY), lacks('s3:DeleteObject', JANUARY)),

    may('indexer', list('reports'), { by: AWS, shows: ['2027/january.csv'] }),
    mayNot('indexer', get(JANUARY), lacks('s3:GetObject', JANUARY), { by: ALL }),

    may('keeper', remove('inbox/letter.pdf')),
    mayNot('keeper', get(JANUARY), lacks('s3:GetObject', JANUARY)),
    mayNot('keeper', call('put_bucket_acl', 'inbox', { ACL: 'private' }), lacks('s3:PutBucketAcl', 'inbox'), {
      by: AWS,
    }),

    may('root', remove(JANUARY), { by: ALL }),
    may('auditor', get(JANUARY)),
    mayNot('auditor', put(JANUARY), denies('LookOnly', 'NothingButReads'), { by: ALL }),
    mayNot('auditor', remove(JANUARY), denies('LookOnly', 'NothingButReads'), { by: ALL }),
    mayNot('auditor', removeMany('reports', ['2027/january.csv']), denies('LookOnly', 'NothingButReads'), {
      code: 'AccessDenied',
      by: AWS,
    }),
  ],
})
