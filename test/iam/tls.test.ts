import { copy, get, list, presignedGet, put } from './calls.ts'
import { ALL, ANYBODY, AWS, closed, denies, lacks, may, mayNot } from './rows.ts'
import { checkScenario } from './scenario.ts'

const SCAN = 'records/7.dcm'
const plain = { 'aws:SecureTransport': 'false' }

checkScenario('a bucket that is reached by TLS only, whoever asks', {
  config: `
users:
  - {name: clinic, access_key: "CLINICKEY", secret_key: "clinic-secret-0123456789", allowed_buckets: ["records", "bulletin"]}
  - {name: ops, access_key: "OPSKEY", secret_key: "ops-secret-0123456789", allowed_buckets: ["*"]}
  - name: modern
    access_key: "MODERNKEY"
    secret_key: "modern-secret-0123456789"
    inline_policy:
      Version: "2012-10-17"
      Statement:
        - Sid: NewEnough
          Effect: Allow
          Action: "s3:GetObject"
          Resource: "arn:aws:s3:::bulletin/*"
          Condition: {NumericGreaterThanEquals: {"s3:TlsVersion": "1.2"}}
bucket_policies:
  records:
    Version: "2012-10-17"
    Statement:
      - Sid: TlsOnly
        Effect: Deny
        Principal: "*"
        Action: "s3:*"
        Resource: ["arn:aws:s3:::records", "arn:aws:s3:::records/*"]
        Condition: {Bool: {"aws:SecureTransport": "false"}}
`,
  buckets: { records: 'plain', bulletin: 'plain' },
  objects: [SCAN, 'bulletin/1.html'],
  rows: [
    may('clinic', get(SCAN), { over: 'https', by: ALL }),
    may('clinic', put('records/8.dcm'), { over: 'https', by: ALL }),
    may('clinic', get('bulletin/1.html'), { by: ALL }),
    may('modern', get('bulletin/1.html'), { over: 'https', by: AWS }),
    mayNot('clinic', get(SCAN), denies('bucket-policy:records', 'TlsOnly', plain), { by: ALL }),
    mayNot('clinic', put(SCAN), denies('bucket-policy:records', 'TlsOnly', plain), { by: ALL }),
    mayNot('clinic', list('records'), denies('bucket-policy:records', 'TlsOnly', plain), { by: ALL }),
    mayNot('clinic', presignedGet(SCAN), denies('bucket-policy:records', 'TlsOnly', plain), { by: AWS }),
    mayNot('clinic', copy(SCAN, 'bulletin/7.dcm'), denies('bucket-policy:records', 'TlsOnly', plain), { by: ALL }),
    mayNot('ops', get(SCAN), denies('bucket-policy:records', 'TlsOnly', plain)),
    // Nobody is trusted to say that the client came by https.
    mayNot('ops', get(SCAN), denies('bucket-policy:records', 'TlsOnly', plain), { scheme: 'https' }),
    mayNot(ANYBODY, get(SCAN), denies('bucket-policy:records', 'TlsOnly', plain), { by: AWS }),
    mayNot(ANYBODY, get(SCAN), closed('s3:GetObject', SCAN), { over: 'https' }),
    mayNot('modern', get('bulletin/1.html'), lacks('s3:GetObject', 'bulletin/1.html', { 's3:TlsVersion': null }), {
      by: AWS,
    }),
  ],
})

checkScenario('the same behind a load balancer that ends TLS and is trusted', {
  config: `
server: {trusted_proxies: ["127.0.0.0/8"]}
policies:
  TlsOnly:
    Version: "2012-10-17"
    Statement:
      - {Sid: NotInTheClear, Effect: Deny, Action: "s3:*", Resource: "*", Condition: {Bool: {"aws:SecureTransport": "false"}}}
groups:
  - {name: everybody, policies: [TlsOnly]}
users:
  - {name: surgery, access_key: "SURGERYKEY", secret_key: "surgery-secret-0123456789", allowed_buckets: ["xrays"], groups: [everybody]}
`,
  buckets: { xrays: 'plain' },
  objects: ['xrays/7.dcm'],
  rows: [
    may('surgery', get('xrays/7.dcm'), { scheme: 'https', by: ALL }),
    may('surgery', put('xrays/8.dcm'), { scheme: 'https' }),
    mayNot('surgery', get('xrays/7.dcm'), denies('TlsOnly', 'NotInTheClear', plain), { by: ALL }),
    mayNot('surgery', get('xrays/7.dcm'), denies('TlsOnly', 'NotInTheClear', plain), { from: '198.51.100.20' }),
    mayNot('surgery', put('xrays/7.dcm'), denies('TlsOnly', 'NotInTheClear', plain)),
  ],
})
