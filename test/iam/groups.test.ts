import { copy, get, list, listBuckets, put, remove, removeMany } from './calls.ts'
import { ALL, AWS, denies, lacks, may, mayNot, RCLONE } from './rows.ts'
import { checkScenario } from './scenario.ts'

checkScenario('groups, one of them with a Deny, and users with several keys', {
  config: `
policies:
  UseBuilds:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource: "arn:aws:s3:::builds/*"}
      - {Effect: Allow, Action: "s3:ListBucket", Resource: "arn:aws:s3:::builds"}
  TeamFolder:
    Version: "2012-10-17"
    Statement:
      - Sid: OwnTeam
        Effect: Allow
        Action: ["s3:GetObject", "s3:PutObject"]
        Resource: "arn:aws:s3:::teams/\${aws:PrincipalTag/team, 'guests'}/*"
  KeepReleases:
    Version: "2012-10-17"
    Statement:
      - Sid: ReleasesStay
        Effect: Deny
        Action: ["s3:PutObject", "s3:DeleteObject"]
        Resource: "arn:aws:s3:::builds/release/*"
groups:
  - {name: developers, policies: [UseBuilds, TeamFolder]}
  - {name: juniors, policies: [KeepReleases]}
  - {name: release-team, policies: [{policy: readonly, buckets: [keys]}]}
users:
  - name: dora
    keys:
      - {access_key: "DORALAPTOP", secret_key: "dora-laptop-secret-0123456789"}
      - {access_key: "DORASERVER", secret_key: "dora-server-secret-0123456789"}
    groups: [developers, release-team]
    tags: {team: blue}
  - {name: jim, access_key: "JIMKEY", secret_key: "jim-secret-0123456789", groups: [developers, juniors], tags: {team: red}}
  - {name: guest, access_key: "GUESTKEY", secret_key: "guest-secret-0123456789", groups: [developers]}
  - {name: nogroup, access_key: "NOGROUPKEY", secret_key: "nogroup-secret-0123456789"}
`,
  buckets: { builds: 'plain', teams: 'plain', keys: 'plain' },
  objects: ['builds/release/1.0.tar', 'builds/nightly.tar', 'teams/blue/plan', 'teams/red/plan', 'keys/sign.key'],
  rows: [
    may('dora:DORALAPTOP', put('builds/release/1.1.tar'), { by: ALL }),
    may('dora:DORASERVER', put('builds/release/1.1.tar'), { by: ALL }),
    may('dora', get('keys/sign.key')),
    may('dora', get('teams/blue/plan')),
    may('guest', put('teams/guests/hello')),
    may('jim', put('builds/nightly.tar'), { by: ALL }),
    may('jim', get('builds/release/1.0.tar')),
    may('jim', list('builds'), { by: ALL, shows: ['nightly.tar', 'release/1.0.tar'] }),
    may('dora', listBuckets, { by: ALL, shows: ['builds', 'keys', 'teams'] }),
    may('jim', listBuckets, { by: AWS, shows: ['builds', 'teams'] }),

    mayNot('jim', put('builds/release/1.1.tar'), denies('KeepReleases', 'ReleasesStay'), { by: ALL }),
    mayNot('jim', remove('builds/release/1.0.tar'), denies('KeepReleases', 'ReleasesStay'), { by: ALL }),
    mayNot('jim', copy('builds/nightly.tar', 'builds/release/1.0.tar'), denies('KeepReleases', 'ReleasesStay'), {
      by: ALL,
    }),
    mayNot('jim', removeMany('builds', ['nightly.tar', 'release/1.0.tar']), denies('KeepReleases', 'ReleasesStay'), {
      by: AWS,
      butRemoves: ['builds/nightly.tar'],
      backendSees: ['POST /builds?delete='],
    }),
    mayNot('jim', get('keys/sign.key'), lacks('s3:GetObject', 'keys/sign.key')),
    mayNot(
      'jim',
      get('teams/blue/plan'),
      lacks('s3:GetObject', 'teams/blue/plan', { 'aws:PrincipalTag/team': 'red' }),
      { by: ALL },
    ),
    mayNot(
      'dora',
      put('teams/red/plan'),
      lacks('s3:PutObject', 'teams/red/plan', { 'aws:PrincipalTag/team': 'blue' }),
      { by: AWS },
    ),
    mayNot('dora:DORASERVER', put('teams/red/plan'), lacks('s3:GetObject', 'teams/red/plan'), { by: RCLONE }),
    mayNot('guest', get('teams/red/plan'), lacks('s3:GetObject', 'teams/red/plan', { 'aws:PrincipalTag/team': null })),
    mayNot('nogroup', get('builds/nightly.tar'), lacks('s3:GetObject', 'builds/nightly.tar'), { by: ALL }),
    mayNot('nogroup', listBuckets, lacks('s3:ListAllMyBuckets', '*'), { by: ALL }),
  ],
})
