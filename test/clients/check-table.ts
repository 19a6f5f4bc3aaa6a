/** The rows of the tables in docs/clients.md, in their order. */
export const CHECKS = [
  'create a bucket',
  'head a bucket',
  'list buckets: only its own',
  'put and get: 0 B, 1 B, small',
  'put and get: 5 MiB + 1',
  'put and get: 100 MiB in parts',
  'put a stream of unknown length',
  'put with each checksum it offers',
  'get a range',
  'metadata',
  'conditional get',
  'conditional put',
  'list with a prefix',
  'list 1,100 keys',
  'copy to another bucket',
  'sync a folder up',
  'sync a folder down',
  'delete one object',
  'delete many objects',
  'delete 1,000 objects',
  'presigned GET',
  'presigned PUT',
  'awkward keys',
  'refused: put',
  'refused: get',
  'refused: list',
  'refused: copy',
  'refused: sync up',
  'refused: sync down',
  'refused: delete one',
  'refused: delete many',
  'refused: presigned GET',
  'refused: wrong secret',
] as const

export type CheckName = (typeof CHECKS)[number]

/** The columns: a table for programs, one for libraries. Those marked so are built by Go, and may be missing where it is. */
export const CLIENTS = {
  'aws-cli v1': { table: 'programs' },
  'aws-cli v2': { table: 'programs' },
  rclone: { table: 'programs' },
  'current rclone': { table: 'programs', needsGo: true },
  s3cmd: { table: 'programs' },
  s5cmd: { table: 'programs' },
  mc: { table: 'programs', needsGo: true },
  restic: { table: 'programs' },
  boto3: { table: 'libraries' },
  'boto3 when_required': { table: 'libraries' },
  'boto3 of 2023': { table: 'libraries' },
  'AWS SDK JS v3': { table: 'libraries' },
  'minio-js': { table: 'libraries' },
  s3fs: { table: 'libraries' },
  pyarrow: { table: 'libraries' },
} as const satisfies Readonly<Record<string, { readonly table: TableName; readonly needsGo?: true }>>

export type ClientName = keyof typeof CLIENTS

export type TableName = 'programs' | 'libraries'

/** What a test says about itself for the table. */
export interface CheckMeta {
  readonly client: ClientName
  readonly version: string
  readonly scheme: 'http' | 'https'
  readonly check: CheckName
}

declare module 'vitest' {
  interface TaskMeta {
    check?: CheckMeta
  }
}
