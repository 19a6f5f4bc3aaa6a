import { call, copy, get, head, listVersions, put, remove, removeMany, version } from './calls.ts'
import { AWS, denies, lacks, may, mayNot } from './rows.ts'
import { checkScenario } from './scenario.ts'

const DOC = 'docs/contract.txt'
const FIRST = version(DOC, 1)
const versionsOf = (key: string, ...ids: readonly unknown[]) => ({
  Delete: { Objects: ids.map((VersionId) => ({ Key: key, VersionId })) },
})

checkScenario('versions have rights of their own', {
  config: `
policies:
  Current:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource: "arn:aws:s3:::docs/*"}
      - {Effect: Allow, Action: "s3:ListBucket", Resource: "arn:aws:s3:::docs"}
  History:
    Version: "2012-10-17"
    Statement:
      - {Effect: Allow, Action: ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"], Resource: "arn:aws:s3:::docs/*"}
      - {Effect: Allow, Action: "s3:ListBucketVersions", Resource: "arn:aws:s3:::docs"}
  KeepVersions:
    Version: "2012-10-17"
    Statement:
      - {Sid: VersionsStay, Effect: Deny, Action: ["s3:DeleteObjectVersion", "s3:PutBucketVersioning"], Resource: ["arn:aws:s3:::docs", "arn:aws:s3:::docs/*"]}
users:
  - {name: clerk, access_key: "CLERKKEY", secret_key: "clerk-secret-0123456789", policies: [Current]}
  - {name: historian, access_key: "HISTORYKEY", secret_key: "history-secret-0123456789", policies: [History]}
  - {name: backup, access_key: "BACKUPKEY", secret_key: "backup-secret-0123456789", allowed_buckets: ["docs"], policies: [KeepVersions]}
`,
  buckets: { docs: 'versioned' },
  objects: [{ path: DOC, versions: 2 }],
  rows: [
    may('historian', listVersions('docs'), { by: AWS, shows: ['contract.txt', 'contract.txt'] }),
    may('historian', get(DOC, { VersionId: FIRST }), { by: AWS }),
    may('historian', head(DOC, { VersionId: version(DOC, 2) })),
    may('historian', call('get_object_tagging', DOC, { VersionId: FIRST }), { shows: [] }),
    mayNot('historian', get(DOC), lacks('s3:GetObject', DOC)),
    mayNot('historian', remove(DOC), lacks('s3:DeleteObject', DOC)),

    may('clerk', get(DOC)),
    mayNot('clerk', get(DOC, { VersionId: FIRST }), lacks('s3:GetObjectVersion', DOC), { by: AWS }),
    mayNot('clerk', head(DOC, { VersionId: FIRST }), lacks('s3:GetObjectVersion', DOC)),
    // The current one, too, once it is named.
    mayNot('clerk', get(DOC, { VersionId: version(DOC, 2) }), lacks('s3:GetObjectVersion', DOC)),
    mayNot('clerk', listVersions('docs'), lacks('s3:ListBucketVersions', 'docs'), { by: AWS }),
    mayNot('clerk', copy(FIRST, 'docs/copy'), lacks('s3:GetObjectVersion', DOC), { by: AWS }),
    mayNot('clerk', remove(DOC, { VersionId: FIRST }), lacks('s3:DeleteObjectVersion', DOC)),
    mayNot(
      'clerk',
      removeMany('docs', [], versionsOf('contract.txt', FIRST, version(DOC, 2))),
      lacks('s3:DeleteObjectVersion', DOC),
      { by: AWS },
    ),

    mayNot('backup', remove(DOC, { VersionId: FIRST }), denies('KeepVersions', 'VersionsStay'), { by: AWS }),
    mayNot(
      'backup',
      removeMany('docs', [], versionsOf('contract.txt', FIRST)),
      denies('KeepVersions', 'VersionsStay'),
      { by: AWS },
    ),
    mayNot(
      'backup',
      call('put_bucket_versioning', 'docs', { VersioningConfiguration: { Status: 'Suspended' } }),
      denies('KeepVersions', 'VersionsStay'),
      { by: AWS },
    ),
    may('backup', remove(DOC)),
    may('clerk', put(DOC)),
  ],
})
