/** The rows of the table in docs/clients.md, in its order. */
export const CHECKS = [
  'create a bucket',
  'head a bucket',
  'list buckets: only its own',
  'put and get: small, empty',
  'put and get: 100 MiB in parts',
  'get a range',
  'metadata',
  'list with a prefix',
  'copy to another bucket',
  'delete one object',
  'delete many objects',
  'presigned GET',
  'presigned PUT',
  'awkward keys',
  'refused: put',
  'refused: get',
  'refused: list',
  'refused: copy',
  'refused: delete one',
  'refused: delete many',
  'refused: presigned GET',
  'refused: wrong secret',
] as const

export type CheckName = (typeof CHECKS)[number]

/** What a test says about itself for the table. */
export interface CheckMeta {
  readonly client: string
  readonly scheme: 'http' | 'https'
  readonly check: CheckName
}

declare module 'vitest' {
  interface TaskMeta {
    check?: CheckMeta
  }
}
