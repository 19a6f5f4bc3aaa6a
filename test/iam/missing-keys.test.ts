import { call, copy, get, head } from './calls.ts'
import { ALL, ANYBODY, AWS, besides, isTold, lacks, may, mayNot } from './rows.ts'
import { checkScenario } from './scenario.ts'

const GONE = 'shelf/open/gone'
const unknown = 'NoSuchKey, not told to who may not list the bucket'

checkScenario('a key that is missing is 404 to who may list, and 403 to who may not', {
  config: `
policies:
  Read:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Action: ["s3:GetObject", "s3:PutObject", "s3:GetObjectTagging"], Resource: "arn:aws:s3:::shelf/*"}
  ListOpen:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Action: "s3:ListBucket", Resource: "arn:aws:s3:::shelf", Condition: {StringLike: {"s3:prefix": "open/*"}}}
users:
  - {name: librarian, access_key: "LIBRARYKEY", secret_key: "library-secret-0123456789", policies: [Read, list-only]}
  - {name: visitor, access_key: "VISITORKEY", secret_key: "visitor-secret-0123456789", policies: [Read, ListOpen]}
  - {name: blind, access_key: "BLINDKEY", secret_key: "blind-secret-0123456789", policies: [Read]}
bucket_policies:
  shelf:
    Version: "2012-10-17"
    Statement:
      - {Sid: Everybody, Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::shelf/open/*"}
`,
  buckets: { shelf: 'plain' },
  objects: ['shelf/open/book'],
  rows: [
    may('blind', get('shelf/open/book'), { by: ALL }),
    isTold('librarian', get(GONE), 'NoSuchKey', { by: AWS }),
    isTold('librarian', head(GONE), '404', { by: AWS }),
    isTold('librarian', copy(GONE, 'shelf/copy'), 'NoSuchKey'),
    isTold('visitor', get(GONE), 'NoSuchKey'),
    mayNot('visitor', get('shelf/closed/gone'), besides(unknown), { backendSees: ['GET /shelf/closed/gone'] }),
    mayNot('blind', get(GONE), besides(unknown), { by: AWS, backendSees: [`GET /${GONE}`] }),
    mayNot('blind', head(GONE), besides(unknown), { by: AWS, backendSees: [`HEAD /${GONE}`] }),
    mayNot('blind', call('get_object_tagging', GONE), besides(unknown), { backendSees: [`GET /${GONE}?tagging=`] }),
    mayNot('blind', copy(GONE, 'shelf/copy'), besides(unknown), { backendSees: [`HEAD /${GONE}`, 'PUT /shelf/copy'] }),
    mayNot(ANYBODY, get(GONE), besides(unknown), { by: AWS, backendSees: [`GET /${GONE}`] }),
    mayNot('blind', get('shelf/open/book', { VersionId: 'null' }), lacks('s3:GetObjectVersion', 'shelf/open/book')),
  ],
})
