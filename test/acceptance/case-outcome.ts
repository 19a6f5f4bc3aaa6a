import type { Difference } from './compare.ts'

/** What a case came to in one variant; the page is made of these. */
export interface CaseOutcome {
  readonly backend: string
  readonly row: number
  readonly operation: string
  readonly case: string
  readonly kind: 'good' | 'bad'
  readonly direct: string
  readonly proxied: string
  readonly difference: Difference | undefined
  /** Why they differ; undefined when they do not. */
  readonly why: string | undefined
}

declare module 'vitest' {
  interface TaskMeta {
    acceptance?: CaseOutcome
  }
}
