import type { PolicySource } from '../authz/policy-source.ts'
import { statedContext } from '../authz/stated-context.ts'
import type { Config } from '../config/config.ts'
import { s3ResourcePart, SERVICE_RESOURCE, splitArn } from '../policy/arn.ts'
import { conditionKey, meantConditionKey } from '../policy/condition-keys.ts'
import type { Decision } from '../policy/decision.ts'
import { evaluate, policiesOn } from '../policy/evaluate.ts'
import type { Principal } from '../policy/principal.ts'
import { didYouMean } from '../policy/nearest-name.ts'
import { S3_ACTIONS, s3ActionId, s3ActionLevel } from '../policy/s3-actions.ts'

/** Of a configuration, what answers questions about rights. */
export type PolicyConfig = Pick<
  Config,
  'file' | 'users' | 'groups' | 'bucketPolicies' | 'accountId' | 'masterCredentials'
>

/** One question to the policies of a configuration, without a request. */
export interface PolicyQuestion {
  readonly caller: { readonly user: string } | 'anonymous'
  /** `s3:GetObject`, in any case. */
  readonly action: string
  /** An ARN; `*` is short for the service as a whole. */
  readonly resource: string
  /** Values by condition key, in any case. */
  readonly context: ReadonlyMap<string, readonly string[]>
}

/** What is wrong with a part of a question. */
export interface QuestionFault {
  readonly at: 'user' | 'action' | 'resource' | 'context'
  /** The key of the context that is meant. */
  readonly key?: string
  readonly message: string
}

/** A question as it was put: names as configured, the ARN written out. */
export interface PutQuestion {
  readonly principal: Principal
  readonly action: string
  readonly resource: string
  readonly decision: Decision
}

/** Answers questions from the policies of one configuration; prepared once for many. */
export class PolicyQuestions {
  readonly #source: PolicySource
  readonly #users: ReadonlyMap<string, Principal>
  readonly #circumstances: { readonly now: Date; readonly accountId: string; readonly region: string }

  constructor(config: PolicyConfig, source: PolicySource, now: Date) {
    const { accountId } = config
    this.#source = source
    this.#users = new Map(config.users.map((user) => [user.name, principalOf(user, accountId)]))
    this.#circumstances = { now, accountId, region: config.masterCredentials.region }
  }

  /** Everything that is wrong with a question; an empty list for one that can be put. */
  faults({ caller, action, resource, context }: PolicyQuestion): readonly QuestionFault[] {
    const found: QuestionFault[] = []
    if (caller !== 'anonymous' && !this.#users.has(caller.user)) {
      found.push({
        at: 'user',
        message: `there is no user ${JSON.stringify(caller.user)}${didYouMean(caller.user, this.#users.keys())}`,
      })
    }
    const actionFault = faultOfAction(action)
    if (actionFault !== undefined) found.push({ at: 'action', message: actionFault })
    if (resource !== '*' && splitArn(resource) === undefined) {
      found.push({ at: 'resource', message: 'must be an ARN, such as arn:aws:s3:::bucket/key, or *' })
    }
    for (const key of context.keys()) {
      if (conditionKey(key) !== undefined) continue
      found.push({
        at: 'context',
        key,
        message: `there is no condition key ${JSON.stringify(key)}${meantConditionKey(key)}`,
      })
    }
    return found
  }

  /** What is doubtful about a question that can be put: no request asks it, so the answer tells nothing. */
  doubts({ action, resource }: PolicyQuestion): readonly QuestionFault[] {
    const id = s3ActionId(action)
    const part = s3ResourcePart(resource)
    if (id < 0 || part === undefined || part === '*') return []
    const level = s3ActionLevel(id)
    if (level === 'other' || (level === 'object') === part.includes('/')) return []
    const about = level === 'object' ? 'objects, arn:aws:s3:::BUCKET/KEY' : 'a bucket, arn:aws:s3:::BUCKET'
    return [{ at: 'resource', message: `no request asks this: ${S3_ACTIONS[id]} is about ${about}` }]
  }

  /** @throws Error for a question that has faults */
  put({ caller, action, resource: named, context }: PolicyQuestion): PutQuestion {
    const principal: Principal | undefined =
      caller === 'anonymous' ? { type: 'Anonymous' } : this.#users.get(caller.user)
    if (principal === undefined) throw new Error('a question by a user who is not there')
    const resource = named === '*' ? SERVICE_RESOURCE : named
    const stated = new Map(Array.from(context, ([key, values]) => [key.toLowerCase(), values]))
    const policies = policiesOn(action, this.#source.policiesFor(principal, bucketOf(resource)))
    const decision = evaluate(policies, {
      principal,
      action,
      resource,
      context: statedContext({ principal, ...this.#circumstances }, action, stated),
    })
    return { principal, action, resource, decision }
  }
}

function principalOf({ name, tags }: Config['users'][number], accountId: string): Principal {
  const arn = `arn:aws:iam::${accountId}:user/${name}`
  return { type: 'User', name, arn, accountId, tags: new Map(Object.entries(tags)) }
}

/** Actions of other services may be asked about; those of S3 must be S3's. */
function faultOfAction(action: string): string | undefined {
  if (!/^[a-z0-9-]+:[a-z0-9]+$/i.test(action)) return 'must be an action, such as s3:GetObject'
  if (/^s3:/i.test(action) && s3ActionId(action) < 0)
    return `S3 has no action ${JSON.stringify(action)}${didYouMean(action, S3_ACTIONS)}`
  return undefined
}

function bucketOf(resource: string): string | undefined {
  if (resource === SERVICE_RESOURCE) return undefined
  const part = s3ResourcePart(resource) ?? ''
  const bucket = part.split('/', 1)[0]
  return bucket === '' ? undefined : bucket
}
