import { call, copy, get, list, put, remove, removeMany } from './calls.ts'
import { ALL, AWS, denies, lacks, lacksTwice, may, mayNot, outOfBounds } from './rows.ts'
import { checkScenario } from './scenario.ts'

checkScenario('permissions boundaries bound, and grant nothing', {
  config: `
policies:
  ReadsAtMost:
    Version: "2012-10-17"
    Statement:
      - {Sid: Reads, Effect: Allow, Action: ["s3:Get*", "s3:List*"], Resource: "*"}
  SandboxAtMost:
    Version: "2012-10-17"
    Statement:
      - {Sid: Sandbox, Effect: Allow, Action: "s3:*", Resource: ["arn:aws:s3:::sandbox", "arn:aws:s3:::sandbox/*"]}
      - {Sid: NeverTheSeed, Effect: Deny, Action: "s3:*", Resource: "arn:aws:s3:::sandbox/seed/*"}
users:
  - {name: intern, access_key: "INTERNKEY", secret_key: "intern-secret-0123456789", policies: [admin], permissions_boundary: ReadsAtMost}
  - {name: tim, access_key: "TIMKEY", secret_key: "tim-secret-0123456789", policies: [admin], permissions_boundary: SandboxAtMost}
  - {name: bare, access_key: "BAREKEY", secret_key: "bare-secret-0123456789", permissions_boundary: ReadsAtMost}
  - {name: narrow, access_key: "NARROWKEY", secret_key: "narrow-secret-0123456789", policies: [{policy: readwrite, buckets: [staging]}], permissions_boundary: SandboxAtMost}
bucket_policies:
  lobby:
    Version: "2012-10-17"
    Statement:
      - {Sid: BareToo, Effect: Allow, Principal: {AWS: "arn:aws:iam::000000000000:user/bare"}, Action: "s3:PutObject", Resource: "arn:aws:s3:::lobby/*"}
      - {Sid: TheAccount, Effect: Allow, Principal: {AWS: "arn:aws:iam::000000000000:root"}, Action: "s3:GetObject", Resource: "arn:aws:s3:::lobby/*"}
`,
  buckets: { sandbox: 'plain', staging: 'plain', lobby: 'plain' },
  objects: ['sandbox/app.tar', 'sandbox/seed/1', 'staging/app.tar', 'lobby/card'],
  rows: [
    may('intern', get('sandbox/app.tar'), { by: ALL }),
    may('intern', list('staging'), { by: ALL, shows: ['app.tar'] }),
    mayNot('intern', put('sandbox/app.tar'), outOfBounds('s3:PutObject', 'sandbox/app.tar'), { by: ALL }),
    mayNot('intern', remove('sandbox/app.tar'), outOfBounds('s3:DeleteObject', 'sandbox/app.tar'), { by: ALL }),
    mayNot('intern', removeMany('sandbox', ['app.tar']), outOfBounds('s3:DeleteObject', 'sandbox/*'), {
      by: AWS,
      code: 'AccessDenied',
    }),
    mayNot('intern', copy('sandbox/app.tar', 'staging/copy'), outOfBounds('s3:PutObject', 'staging/copy')),
    mayNot(
      'intern',
      call('put_bucket_versioning', 'sandbox', { VersioningConfiguration: { Status: 'Enabled' } }),
      outOfBounds('s3:PutBucketVersioning', 'sandbox'),
      { by: AWS },
    ),

    may('tim', put('sandbox/app.tar'), { by: ALL }),
    mayNot('tim', put('staging/app.tar'), outOfBounds('s3:PutObject', 'staging/app.tar')),
    mayNot('tim', get('staging/app.tar'), outOfBounds('s3:GetObject', 'staging/app.tar'), { by: ALL }),
    mayNot('tim', copy('staging/app.tar', 'sandbox/app.tar'), outOfBounds('s3:GetObject', 'staging/app.tar'), {
      by: ALL,
    }),
    mayNot('tim', get('sandbox/seed/1'), denies('SandboxAtMost', 'NeverTheSeed'), { by: ALL }),

    // What the boundary allows nobody has given.
    mayNot('bare', get('sandbox/app.tar'), lacks('s3:GetObject', 'sandbox/app.tar'), { by: ALL }),
    mayNot('bare', list('sandbox'), lacks('s3:ListBucket', 'sandbox')),
    // Neither a policy nor the boundary has it.
    mayNot('bare', remove('lobby/card'), lacksTwice('s3:DeleteObject', 'lobby/card'), { by: AWS }),
    mayNot('narrow', get('sandbox/app.tar'), lacks('s3:GetObject', 'sandbox/app.tar')),
    mayNot('narrow', get('staging/app.tar'), outOfBounds('s3:GetObject', 'staging/app.tar'), { by: ALL }),

    // A bucket's policy that names the user is not bounded; one that names the account gives nothing by itself.
    may('bare', put('lobby/card'), { by: AWS }),
    mayNot('bare', get('lobby/card'), lacks('s3:GetObject', 'lobby/card'), { by: ALL }),
    may('intern', get('lobby/card')),
    mayNot('intern', put('lobby/card'), outOfBounds('s3:PutObject', 'lobby/card')),
  ],
})
