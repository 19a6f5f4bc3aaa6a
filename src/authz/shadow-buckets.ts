import { bucketArn, SERVICE_RESOURCE } from '../policy/arn.ts'
import type { AccessCheck, Decision } from '../proof/stages.ts'
import type { Caller } from './circumstances.ts'
import { bucketListUnder, type BucketListRights } from './list-buckets.ts'
import { resultOf, type ShadowDifference, type ShadowResult } from './shadow-result.ts'

/** What candidate policies say of ListBuckets. Told in the log, and nothing is decided by it. */
export interface ShadowBucketList {
  /** Where the policies in force let the caller see no bucket at all, so that the backend is not asked for its list. */
  readonly whenRefused: () => ShadowResult | undefined
  /**
   * Holds what is shown by the policies in force against what the candidate would show.
   * @param buckets the names of the backend's whole list
   * @param grantOn by what a bucket is shown; undefined for one that is not
   */
  readonly comparedWith: (
    buckets: readonly string[],
    grantOn: (bucket: string) => AccessCheck | undefined,
  ) => ShadowResult | undefined
}

/** What candidate policies would let the caller see; undefined where there are none for that caller. */
export function shadowBucketList(caller: Caller): ShadowBucketList | undefined {
  const rights = failingSilent(() => candidateRights(caller))
  if (rights === undefined) return undefined
  return {
    whenRefused: () => failingSilent(() => whenRefused(rights)),
    comparedWith: (buckets, grantOn) => failingSilent(() => compared(rights, buckets, grantOn)),
  }
}

/** A candidate that cannot be evaluated must not change what becomes of the request. */
function failingSilent<T>(evaluation: () => T): T | undefined {
  try {
    return evaluation()
  } catch {
    return undefined
  }
}

function candidateRights(caller: Caller): BucketListRights | undefined {
  const { source, authenticated } = caller
  const { shadowFor } = source
  if (shadowFor?.(authenticated.principal, undefined) === undefined) return undefined
  return bucketListUnder(caller, (bucket) => shadowFor(authenticated.principal, bucket) ?? { identity: [] })
}

const ALL = 's3:ListAllMyBuckets'

const ofService = (decision: string, shadow: string, matched: ShadowDifference['matched']): ShadowDifference => ({
  action: ALL,
  resource: SERVICE_RESOURCE,
  decision,
  shadow,
  matched,
})

function whenRefused({ everything, mayNameBuckets }: BucketListRights): ShadowResult | undefined {
  if (everything.effect === 'Allow') return resultOf('allow', [ofService('ImplicitDeny', 'Allow', everything.matched)])
  // Whether one of these buckets exists only the backend could tell.
  return mayNameBuckets() ? resultOf('unknown', [ofService('ImplicitDeny', 'Unknown', undefined)]) : undefined
}

function compared(
  { everything, grantOn: candidateGrant }: BucketListRights,
  buckets: readonly string[],
  ownGrant: (bucket: string) => AccessCheck | undefined,
): ShadowResult | undefined {
  const seesAll = everything.effect === 'Allow'
  let shown = 0
  const differences = buckets.flatMap((bucket): ShadowDifference[] => {
    const own = ownGrant(bucket)
    const theirs = seesAll ? { action: ALL, decision: everything } : candidateGrant(bucket)
    if (theirs !== undefined) shown += 1
    return (own === undefined) === (theirs === undefined) ? [] : [differenceOn(bucket, own, theirs)]
  })
  const would = seesAll || shown > 0 ? 'allow' : 'deny'
  return differences.length === 0 ? undefined : resultOf(would, differences)
}

interface Grant {
  readonly action: string
  readonly decision: Decision
}

function differenceOn(bucket: string, own: Grant | undefined, theirs: Grant | undefined): ShadowDifference {
  return {
    action: (own ?? theirs)?.action ?? ALL,
    resource: bucketArn(bucket),
    decision: own?.decision.effect ?? 'ImplicitDeny',
    shadow: theirs?.decision.effect ?? 'ImplicitDeny',
    matched: theirs?.decision.matched,
  }
}
