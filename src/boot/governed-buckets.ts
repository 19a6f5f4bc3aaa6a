import type { Config } from '../config/config.ts'
import type { GovernedBuckets } from '../operations/call.ts'
import { accountRootArn } from '../policy/principal.ts'
import type { CorsRules } from '../s3/cors-rules.ts'
import type { StateStore } from '../state/state-store.ts'

/** What the configuration says about buckets. */
export function governedBuckets(config: Config): GovernedBuckets {
  const { accountId, users, bucketPolicies, cors, publicAccessBlock } = config
  const principals = new Set([
    accountRootArn(accountId),
    ...users.map(({ name }) => `arn:aws:iam::${accountId}:user/${name}`),
  ])
  return {
    policies: new Map(bucketPolicies.map(({ bucket, text }) => [bucket, text])),
    cors: new Set(cors.map(({ bucket }) => bucket)),
    publicAccessBlock,
    knowsPrincipal: (arn) => principals.has(arn),
  }
}

/** The CORS rules of a bucket: those of the configuration, or those that clients set. */
export function corsRulesOf({ cors }: Pick<Config, 'cors'>, state: StateStore | undefined): CorsRules {
  const governed = new Map(cors.map(({ bucket, rules }) => [bucket, rules]))
  return { get: (bucket) => governed.get(bucket) ?? state?.bucket(bucket)?.cors }
}
