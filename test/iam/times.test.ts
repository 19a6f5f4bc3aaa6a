import { call, get, list, listBuckets, presignedGet, put } from './calls.ts'
import { ALL, ANYBODY, AWS, before, closed, denies, lacks, may, mayNot, pause } from './rows.ts'
import { checkScenario } from './scenario.ts'

/** What it was when the request came. */
const now = { 'aws:CurrentTime': /^20\d\d-\d\d-\d\dT/ }
const OLD = { code: 'InvalidAccessKeyId' }
const notGood = before('no user has this access key, or it is inactive or past its time')

/** A policy by which everybody may read for so long from when it is put. */
const openFor = (ms: number) => (): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Sid: 'ForAMoment',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::press/*',
      Condition: { DateLessThan: { 'aws:CurrentTime': new Date(Date.now() + ms).toISOString() } },
    },
  })

checkScenario('rights and keys for a time', {
  config: `
state: {path: ./state.sqlite}
policies:
  Audit2020:
    Version: "2012-10-17"
    Statement:
      - Sid: UntilTheAuditEnds
        Effect: Allow
        Action: ["s3:GetObject", "s3:ListBucket"]
        Resource: ["arn:aws:s3:::books", "arn:aws:s3:::books/*"]
        Condition: {DateLessThan: {"aws:CurrentTime": "2020-04-01T00:00:00Z"}}
  ThisCentury:
    Version: "2012-10-17"
    Statement:
      - Sid: FromNowOn
        Effect: Allow
        Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
        Resource: ["arn:aws:s3:::books", "arn:aws:s3:::books/*"]
        Condition:
          DateGreaterThan: {"aws:CurrentTime": "2020-01-01T00:00:00Z"}
          DateLessThan: {"aws:EpochTime": "4102444800"}
  NotYet:
    Version: "2012-10-17"
    Statement:
      - Sid: FromTheNextCenturyOn
        Effect: Allow
        Action: "s3:*"
        Resource: ["arn:aws:s3:::books", "arn:aws:s3:::books/*"]
        Condition: {DateGreaterThanEquals: {"aws:CurrentTime": "2100-01-01"}}
  Frozen:
    Version: "2012-10-17"
    Statement:
      - Sid: NoMoreChanges
        Effect: Deny
        Action: ["s3:Put*", "s3:Delete*"]
        Resource: "arn:aws:s3:::books/*"
        Condition: {DateGreaterThan: {"aws:CurrentTime": "2020-12-31T23:59:59Z"}}
users:
  - {name: auditor, access_key: "AUDITKEY", secret_key: "audit-secret-0123456789", policies: [Audit2020]}
  - {name: clerk, access_key: "CLERKKEY", secret_key: "clerk-secret-0123456789", policies: [ThisCentury]}
  - {name: heir, access_key: "HEIRKEY", secret_key: "heir-secret-0123456789", policies: [NotYet]}
  - {name: owner, access_key: "OWNERKEY", secret_key: "owner-secret-0123456789", policies: [{policy: bucket-admin, buckets: [books, press]}, Frozen]}
  - name: rotating
    keys:
      - {access_key: "ROTATE2020", secret_key: "rotate-secret-2020-0123456789", not_after: "2020-12-31T00:00:00Z"}
      - {access_key: "ROTATE2099", secret_key: "rotate-secret-2099-0123456789", not_after: "2099-12-31T00:00:00Z"}
      - {access_key: "ROTATELOST", secret_key: "rotate-secret-lost-0123456789", status: inactive}
    policies: [ThisCentury]
  - {name: former, access_key: "FORMERKEY", secret_key: "former-secret-0123456789", not_after: "2020-06-30T00:00:00Z", policies: [ThisCentury]}
  - {name: paused, access_key: "PAUSEDKEY", secret_key: "paused-secret-0123456789", status: inactive, policies: [ThisCentury]}
`,
  buckets: { books: 'plain', press: 'plain' },
  objects: ['books/2020.ods', 'press/news.html'],
  rows: [
    may('clerk', get('books/2020.ods'), { by: ALL }),
    may('clerk', put('books/2027.ods'), { by: ALL }),
    mayNot('auditor', get('books/2020.ods'), lacks('s3:GetObject', 'books/2020.ods', now), { by: ALL }),
    mayNot('auditor', list('books'), lacks('s3:ListBucket', 'books', now), { by: AWS }),
    mayNot('heir', get('books/2020.ods'), lacks('s3:GetObject', 'books/2020.ods', now), { by: ALL }),
    mayNot('heir', put('books/2020.ods'), lacks('s3:PutObject', 'books/2020.ods', now)),
    may('owner', get('books/2020.ods')),
    mayNot('owner', put('books/2020.ods'), denies('Frozen', 'NoMoreChanges', now), { by: ALL }),

    may('rotating:ROTATE2099', get('books/2020.ods'), { by: ALL }),
    mayNot('rotating:ROTATE2020', get('books/2020.ods'), notGood, { ...OLD, by: AWS }),
    mayNot('rotating:ROTATE2020', list('books'), notGood, { ...OLD, by: ALL }),
    mayNot('rotating:ROTATELOST', put('books/2020.ods'), notGood, { ...OLD }),
    mayNot('rotating:ROTATELOST', presignedGet('books/2020.ods'), notGood, { ...OLD, by: AWS }),
    mayNot('former', list('books'), notGood, { ...OLD, by: ALL }),
    mayNot('paused', listBuckets, notGood, { ...OLD, by: ALL }),

    mayNot(ANYBODY, get('press/news.html'), closed('s3:GetObject', 'press/news.html')),
    may('owner', call('put_bucket_policy', 'press', { Policy: openFor(2_000) })),
    may(ANYBODY, get('press/news.html')),
    pause(2_000),
    mayNot(ANYBODY, get('press/news.html'), closed('s3:GetObject', 'press/news.html'), { by: AWS }),
  ],
})
