import { get, list, presignedGet, put, removeMany } from './calls.ts'
import { ALL, AWS, denies, lacks, may, mayNot } from './rows.ts'
import { checkScenario } from './scenario.ts'

const OFFICE = '198.51.100.20'
const CAFE = '203.0.113.9'
const from = (address: string) => ({ 'aws:SourceIp': address })

checkScenario('users limited to addresses, behind a load balancer that is trusted', {
  config: `
server: {trusted_proxies: ["127.0.0.1"]}
policies:
  OfficeOnly:
    Version: "2012-10-17"
    Statement:
      - Sid: OutsideTheOffice
        Effect: Deny
        Action: "*"
        Resource: "*"
        Condition: {NotIpAddress: {"aws:SourceIp": ["198.51.100.0/24", "2001:db8:0:1::/64"]}}
  VisitorsRead:
    Version: "2012-10-17"
    Statement:
      - Sid: FromTheOffice
        Effect: Allow
        Action: ["s3:GetObject", "s3:ListBucket"]
        Resource: ["arn:aws:s3:::ledger", "arn:aws:s3:::ledger/*"]
        Condition: {IpAddress: {"aws:SourceIp": "198.51.100.0/24"}}
users:
  - {name: accounting, access_key: "ACCOUNTKEY", secret_key: "account-secret-0123456789", allowed_buckets: ["ledger"], policies: [OfficeOnly]}
  - {name: visitor, access_key: "VISITORKEY", secret_key: "visitor-secret-0123456789", policies: [VisitorsRead]}
`,
  buckets: { ledger: 'plain' },
  objects: ['ledger/2027.ods'],
  rows: [
    may('accounting', get('ledger/2027.ods'), { from: OFFICE, by: ALL }),
    may('accounting', put('ledger/new.ods'), { from: OFFICE, by: ALL }),
    may('accounting', get('ledger/2027.ods'), { from: '2001:db8:0:1::7' }),
    // What the client itself wrote stands before what the load balancer adds.
    may('accounting', get('ledger/2027.ods'), { from: `${CAFE}, ${OFFICE}` }),
    mayNot('accounting', get('ledger/2027.ods'), denies('OfficeOnly', 'OutsideTheOffice', from(CAFE)), {
      from: `${OFFICE}, ${CAFE}`,
    }),
    mayNot('accounting', get('ledger/2027.ods'), denies('OfficeOnly', 'OutsideTheOffice', from(CAFE)), {
      from: CAFE,
      by: ALL,
    }),
    mayNot('accounting', put('ledger/2027.ods'), denies('OfficeOnly', 'OutsideTheOffice', from(CAFE)), {
      from: CAFE,
      by: ALL,
    }),
    mayNot('accounting', presignedGet('ledger/2027.ods'), denies('OfficeOnly', 'OutsideTheOffice', from(CAFE)), {
      from: CAFE,
      by: AWS,
    }),
    mayNot('accounting', removeMany('ledger', ['2027.ods']), denies('OfficeOnly', 'OutsideTheOffice', from(CAFE)), {
      from: CAFE,
      code: 'AccessDenied',
    }),
    mayNot('accounting', get('ledger/2027.ods'), denies('OfficeOnly', 'OutsideTheOffice', from('2001:db8:0:2::7')), {
      from: '2001:db8:0:2::7',
    }),
    mayNot('accounting', get('ledger/2027.ods'), denies('OfficeOnly', 'OutsideTheOffice', from('127.0.0.1')), {}),

    may('visitor', list('ledger'), { from: OFFICE, by: ALL, shows: ['2027.ods'] }),
    mayNot('visitor', list('ledger'), lacks('s3:ListBucket', 'ledger', from(CAFE)), { from: CAFE, by: ALL }),
    mayNot('visitor', get('ledger/2027.ods'), lacks('s3:GetObject', 'ledger/2027.ods', from(CAFE)), {
      from: CAFE,
      by: AWS,
    }),
  ],
})

checkScenario('users limited to addresses, who come directly and forge X-Forwarded-For', {
  config: `
policies:
  Local:
    Version: "2012-10-17"
    Statement:
      - Sid: OnThisMachine
        Effect: Allow
        Action: "s3:*"
        Resource: ["arn:aws:s3:::spool", "arn:aws:s3:::spool/*"]
        Condition: {IpAddress: {"aws:SourceIp": ["127.0.0.0/8", "::1"]}}
  Office:
    Version: "2012-10-17"
    Statement:
      - Sid: InTheOffice
        Effect: Allow
        Action: "s3:*"
        Resource: ["arn:aws:s3:::spool", "arn:aws:s3:::spool/*"]
        Condition: {IpAddress: {"aws:SourceIp": "198.51.100.0/24"}}
users:
  - {name: daemon, access_key: "DAEMONKEY", secret_key: "daemon-secret-0123456789", policies: [Local]}
  - {name: thief, access_key: "THIEFKEY", secret_key: "thief-secret-0123456789", policies: [Office]}
`,
  buckets: { spool: 'plain' },
  objects: ['spool/job'],
  rows: [
    may('daemon', get('spool/job'), { by: ALL }),
    may('daemon', put('spool/job'), { by: ALL }),
    // Nobody is trusted: what the header says counts for nothing.
    may('daemon', get('spool/job'), { from: CAFE }),
    mayNot('thief', get('spool/job'), lacks('s3:GetObject', 'spool/job', from('127.0.0.1')), { by: AWS }),
    mayNot('thief', get('spool/job'), lacks('s3:GetObject', 'spool/job', from('127.0.0.1')), { from: OFFICE, by: ALL }),
    mayNot('thief', put('spool/job'), lacks('s3:PutObject', 'spool/job', from('127.0.0.1')), { from: OFFICE }),
    mayNot('thief', list('spool'), lacks('s3:ListBucket', 'spool', from('127.0.0.1')), { from: OFFICE, by: ALL }),
  ],
})
