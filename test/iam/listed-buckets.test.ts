import { call, get, listBuckets } from './calls.ts'
import { ALL, AWS, lacks, may, mayNot } from './rows.ts'
import { checkScenario } from './scenario.ts'

checkScenario('ListBuckets shows what one can reach', {
  config: `
policies:
  OnePrefix:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::zone-a/only/this/*"}
  AllButB:
    Version: "2012-10-17"
    Statement:
      - {Sid: NotB, Effect: Deny, Action: "s3:*", Resource: ["arn:aws:s3:::zone-b", "arn:aws:s3:::zone-b/*"]}
  Names:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Action: "s3:ListAllMyBuckets", Resource: "*"}
users:
  - {name: prefix, access_key: "PREFIXKEY", secret_key: "prefix-secret-0123456789", policies: [OnePrefix]}
  - {name: two, access_key: "TWOKEY", secret_key: "two-secret-0123456789", allowed_buckets: ["zone-a", "zone-b"]}
  - {name: most, access_key: "MOSTKEY", secret_key: "most-secret-0123456789", allowed_buckets: ["zone-a", "zone-b"], policies: [AllButB]}
  - {name: named, access_key: "NAMEDKEY", secret_key: "named-secret-0123456789"}
  - {name: nobody, access_key: "NOBODYKEY", secret_key: "nobody-secret-0123456789", policies: [AllButB]}
  - {name: names, access_key: "NAMESKEY", secret_key: "names-secret-0123456789", policies: [Names]}
bucket_policies:
  zone-c:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Principal: {AWS: "arn:aws:iam::000000000000:user/named"}, Action: "s3:ListBucket", Resource: "arn:aws:s3:::zone-c"}
`,
  buckets: { 'zone-a': 'plain', 'zone-b': 'plain', 'zone-c': 'plain' },
  objects: ['zone-a/x'],
  rows: [
    may('prefix', listBuckets, { by: ALL, shows: ['zone-a'] }),
    may('two', listBuckets, { by: ALL, shows: ['zone-a', 'zone-b'] }),
    may('most', listBuckets, { by: ALL, shows: ['zone-a'] }),
    may('named', listBuckets, { by: ALL, shows: ['zone-c'] }),
    may('names', { ...listBuckets, params: { Prefix: 'zone-' } }, { shows: ['zone-a', 'zone-b', 'zone-c'] }),
    mayNot('names', get('zone-a/x'), lacks('s3:GetObject', 'zone-a/x')),
    mayNot('names', call('head_bucket', 'zone-a'), lacks('s3:ListBucket', 'zone-a'), { by: AWS }),
    // A policy of some bucket might name the user: which there are the backend is asked.
    mayNot('nobody', listBuckets, lacks('s3:ListAllMyBuckets', '*'), { by: ALL, backendSees: ['GET /'] }),
  ],
})
