import type { Effect, PolicyVersion } from './document.ts'
import type { PolicyPath, Problems } from './problems.ts'

/** What a document is the policy of; a bucket's is checked as S3 does. */
export type PolicyKind =
  | { readonly type: 'identity' }
  | {
      readonly type: 'bucket'
      readonly bucket: string
      readonly knowsPrincipal: (arn: string) => boolean
    }

/** The statement that is being read. */
export interface StatementPlace {
  readonly kind: PolicyKind
  readonly version: PolicyVersion
  readonly effect: Effect
  readonly path: PolicyPath
  readonly problems: Problems
}
