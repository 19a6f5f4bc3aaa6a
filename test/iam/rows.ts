import type { Call } from './calls.ts'

export type ClientName = 'boto3' | 'aws-cli v1' | 'aws-cli v2' | 'rclone'

/** Which clients run a row: boto3 alone unless it says so. */
export const AWS: readonly ClientName[] = ['boto3', 'aws-cli v2']
export const ALL: readonly ClientName[] = ['boto3', 'aws-cli v2', 'rclone']
export const ALL_AND_OLD: readonly ClientName[] = ['boto3', 'aws-cli v2', 'aws-cli v1', 'rclone']

/** It asks HEAD before it reads or writes, so that another right may be missing first. */
export const RCLONE: readonly ClientName[] = ['rclone']

/** Who does not sign. */
export const ANYBODY = 'anybody'

/** How a call is made, and what else must hold. */
export interface Details {
  readonly by?: readonly ClientName[]
  /** Through a load balancer that names this address in X-Forwarded-For, on this machine. */
  readonly from?: string
  /** Through a load balancer that says in X-Forwarded-Proto that the client came by https. */
  readonly scheme?: 'https'
  /** To the proxy's own https port. */
  readonly over?: 'https'
  /** Every name that the answer holds: keys, common prefixes, buckets, tags. */
  readonly shows?: readonly string[]
  /** Fields of the answer, in S3's names. */
  readonly answers?: Readonly<Record<string, unknown>>
  /** Exactly what reached the backend. For a refusal the default is nothing; else it is not looked at. */
  readonly backendSees?: readonly string[]
  /** Of a refused batch: what is deleted all the same. */
  readonly butRemoves?: readonly string[]
  /** The error code that the client shows, where it is not AccessDenied. */
  readonly code?: string
}

/** Where an Allow is missing. */
export type Holder = 'identity' | 'identity_and_boundary' | 'boundary' | 'resource' | 'public_access_block'

/** What `explain` must say of a refusal. */
export type Explanation =
  | {
      readonly decision: 'ImplicitDeny'
      /** The kind of policy that lacks an Allow. */
      readonly in: Holder
      readonly action: string
      readonly resource: string
      /** Condition keys that were read, with their values. */
      readonly context: Context
    }
  | {
      readonly decision: 'ExplicitDeny'
      readonly policy: string
      readonly sid: string
      readonly context: Context
    }
  /** Not by a policy. `None`: before they were asked. */
  | { readonly decision: 'None' | 'Allow'; readonly words: string }

/** A value, what it looks like, or null for a key that the request has not. */
type Context = Readonly<Record<string, string | RegExp | null>>

/** `action` on a path, a bucket or `*` is allowed by no policy of the user or its groups. */
export const lacks = (action: string, on: string, context: Context = {}): Explanation =>
  missing('identity', action, on, context)

/** Neither a policy nor the permissions boundary allows it. */
export const lacksTwice = (action: string, on: string, context: Context = {}): Explanation =>
  missing('identity_and_boundary', action, on, context)

/** It is allowed by a policy, and not by the permissions boundary. */
export const outOfBounds = (action: string, on: string, context: Context = {}): Explanation =>
  missing('boundary', action, on, context)

/** It is allowed by no policy of the bucket, which alone counts for who does not sign. */
export const closed = (action: string, on: string, context: Context = {}): Explanation =>
  missing('resource', action, on, context)

/** It is allowed by the policy of the bucket, which a public access block keeps from counting for who does not sign. */
export const restricted = (action: string, on: string): Explanation => missing('public_access_block', action, on, {})

/** The statement with this Sid denies it. */
export const denies = (policy: string, sid: string, context: Context = {}): Explanation => ({
  decision: 'ExplicitDeny',
  policy,
  sid,
  context,
})

/** It was refused before the policies were asked, and `explain` says so in these words. */
export const before = (words: string): Explanation => ({ decision: 'None', words })

/** The policies allow it; what else refused it `explain` says in these words. */
export const besides = (words: string): Explanation => ({ decision: 'Allow', words })

function missing(kind: Holder, action: string, on: string, context: Context): Explanation {
  return { decision: 'ImplicitDeny', in: kind, action, resource: `arn:aws:s3:::${on}`, context }
}

/** A line of a scenario. `caller` is a user's name, or `name:KEYID` for one of several keys, or ANYBODY. */
export type Row =
  | { readonly kind: 'may'; readonly caller: string; readonly call: Call; readonly details: Details }
  | {
      readonly kind: 'may not'
      readonly caller: string
      readonly call: Call
      readonly explained: Explanation
      readonly details: Details
    }
  /** The call is let through, and fails: what it asks for is not there. */
  | {
      readonly kind: 'is told'
      readonly caller: string
      readonly call: Call
      readonly details: Details & { code: string }
    }
  /** A command of the operator; `CONFIG` stands for the configuration file. */
  | { readonly kind: 'command'; readonly words: readonly string[]; readonly prints: RegExp }
  | { readonly kind: 'pause'; readonly ms: number }

/** A row in which a client calls. */
export type CallRow = Extract<Row, { call: Call }>

/** The clients that run a row. */
export function clientsOf({ details }: CallRow): readonly ClientName[] {
  return details.by ?? ['boto3']
}

export const may = (caller: string, call: Call, details: Details = {}): Row => ({ kind: 'may', caller, call, details })

export const mayNot = (caller: string, call: Call, explained: Explanation, details: Details = {}): Row => ({
  kind: 'may not',
  caller,
  call,
  explained,
  details,
})

export const isTold = (caller: string, call: Call, code: string, details: Details = {}): Row => ({
  kind: 'is told',
  caller,
  call,
  details: { ...details, code },
})

export const command = (words: string, prints: RegExp = /^/): Row => ({
  kind: 'command',
  words: words.split(' '),
  prints,
})

export const pause = (ms: number): Row => ({ kind: 'pause', ms })
