import { call, copy, get, list, listBuckets, put, remove } from './calls.ts'
import { ALL, ANYBODY, AWS, closed, denies, isTold, lacks, may, mayNot } from './rows.ts'
import { checkScenario } from './scenario.ts'

const HIDDEN = 'shared/hidden/salaries.csv'
const policy = (...Statement: readonly object[]) => ({ Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })

checkScenario('policies of buckets in the configuration', {
  config: `
account_id: "123456789012"
users:
  - {name: owner, access_key: "OWNERKEY", secret_key: "owner-secret-0123456789", policies: [{policy: bucket-admin, buckets: [shared, public]}]}
  - {name: partner, access_key: "PARTNERKEY", secret_key: "partner-secret-0123456789"}
  - {name: stranger, access_key: "STRANGERKEY", secret_key: "stranger-secret-0123456789"}
  - {name: ops, access_key: "OPSKEY", secret_key: "ops-secret-0123456789", allowed_buckets: ["*"]}
bucket_policies:
  shared:
    Version: "2012-10-17"
    Statement:
      - Sid: PartnerReads
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::123456789012:user/partner"}
        Action: ["s3:GetObject", "s3:ListBucket"]
        Resource: ["arn:aws:s3:::shared", "arn:aws:s3:::shared/*"]
      - Sid: NobodyReadsHidden
        Effect: Deny
        Principal: "*"
        Action: "s3:GetObject"
        Resource: "arn:aws:s3:::shared/hidden/*"
      - Sid: WithinTheAccount
        Effect: Allow
        Principal: {AWS: "123456789012"}
        Action: "s3:PutObject"
        Resource: "arn:aws:s3:::shared/*"
  public:
    Version: "2012-10-17"
    Statement:
      - {Sid: Everybody, Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::public/*"}
      - Sid: OnlyTheOwnerWrites
        Effect: Deny
        NotPrincipal: {AWS: ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:user/owner"]}
        Action: ["s3:PutObject", "s3:DeleteObject"]
        Resource: "arn:aws:s3:::public/*"
`,
  buckets: { shared: 'plain', public: 'plain' },
  objects: ['shared/plan.txt', HIDDEN, 'public/index.html'],
  rows: [
    may('partner', get('shared/plan.txt'), { by: ALL }),
    may('partner', list('shared'), { by: ALL, shows: ['plan.txt', 'hidden/salaries.csv'] }),
    may('partner', listBuckets, { shows: ['public', 'shared'] }),
    mayNot('partner', put('shared/plan.txt'), lacks('s3:PutObject', 'shared/plan.txt'), { by: ALL }),
    mayNot('partner', remove('shared/plan.txt'), lacks('s3:DeleteObject', 'shared/plan.txt'), { by: ALL }),
    mayNot('stranger', get('shared/plan.txt'), lacks('s3:GetObject', 'shared/plan.txt'), { by: ALL }),
    mayNot(ANYBODY, get('shared/plan.txt'), closed('s3:GetObject', 'shared/plan.txt'), { by: AWS }),

    // A Deny there is for everybody, however much they have.
    may('owner', put(HIDDEN), { by: AWS }),
    mayNot('owner', get(HIDDEN), denies('bucket-policy:shared', 'NobodyReadsHidden'), { by: ALL }),
    mayNot('ops', get(HIDDEN), denies('bucket-policy:shared', 'NobodyReadsHidden'), { by: ALL }),
    mayNot('ops', copy(HIDDEN, 'shared/copy.csv'), denies('bucket-policy:shared', 'NobodyReadsHidden')),
    mayNot(ANYBODY, get(HIDDEN), denies('bucket-policy:shared', 'NobodyReadsHidden')),

    may(ANYBODY, get('public/index.html')),
    may('stranger', get('public/index.html'), { by: ALL }),
    may('owner', put('public/index.html'), { by: ALL }),
    mayNot('ops', put('public/index.html'), denies('bucket-policy:public', 'OnlyTheOwnerWrites'), { by: ALL }),
    mayNot(ANYBODY, put('public/index.html'), denies('bucket-policy:public', 'OnlyTheOwnerWrites'), { by: AWS }),

    may('owner', call('get_bucket_policy', 'shared'), { by: AWS, backendSees: ['HEAD /shared'] }),
    isTold('owner', call('put_bucket_policy', 'shared', policy({ Sid: 'Mine' })), 'MethodNotAllowed', { by: AWS }),
    mayNot('partner', call('get_bucket_policy', 'shared'), lacks('s3:GetBucketPolicy', 'shared')),
    mayNot('partner', call('put_bucket_policy', 'shared', policy()), lacks('s3:PutBucketPolicy', 'shared'), {
      by: AWS,
    }),
  ],
})
