import type { AuditCheck, AuditEvent } from '../audit/event.ts'
import { readEvents } from '../audit/read-events.ts'
import { bucketArn, s3ResourcePart } from '../policy/arn.ts'
import type { RecordedAccess } from '../policy/least-policy.ts'

/** What a user did, each access once, and in how many requests. */
export interface Recorded {
  readonly accesses: readonly RecordedAccess[]
  /** What a policy must allow for the same to happen again. */
  readonly needed: readonly RecordedAccess[]
  readonly requests: number
}

/**
 * The accesses that an audit file has of a user. Of a request that was refused nothing counts, but for DeleteObjects: each of
 * its keys is a request of its own.
 * @throws the system's error when the file cannot be read
 */
export async function recordedAccesses(file: string, user: string): Promise<Recorded> {
  const accesses = new Map<string, RecordedAccess>()
  const needed = new Map<string, RecordedAccess>()
  let requests = 0
  for await (const event of readEvents(file, JSON.stringify(user))) {
    if (event.principal?.type !== 'User' || event.principal.name !== user) continue
    const checks = allowedChecks(event)
    if (checks.length > 0) requests += 1
    const context = new Map(Object.entries(event.context ?? {}))
    const contextOf = event.checks.length > 1 ? 'several' : 'access'
    for (const { action, resource } of checks) {
      keep(accesses, { action, resource, context, contextOf })
      keep(needed, {
        ...(event.operation === 'ListBuckets' ? toBeShown(action, resource) : { action, resource }),
        context,
        contextOf,
      })
    }
  }
  return { accesses: [...accesses.values()], needed: [...needed.values()], requests }
}

function keep(kept: Map<string, RecordedAccess>, access: RecordedAccess): void {
  const id = JSON.stringify([access.action, access.resource, access.contextOf, ...access.context])
  if (!kept.has(id)) kept.set(id, access)
}

/**
 * A bucket is shown in the list of buckets for any right in it; nobody listed it or read the object that the event names.
 * Of the rights that show it, this one opens least.
 */
function toBeShown(action: string, resource: string): { readonly action: string; readonly resource: string } {
  const [bucket = ''] = (s3ResourcePart(resource) ?? '').split('/', 1)
  if (action === 's3:ListAllMyBuckets' || bucket === '') return { action, resource }
  return { action: 's3:GetBucketLocation', resource: bucketArn(bucket) }
}

function allowedChecks({ operation, checks }: AuditEvent): readonly AuditCheck[] {
  const refused = checks.filter(({ decision }) => decision !== 'Allow')
  if (refused.length === 0) return checks
  if (operation !== 'DeleteObjects') return []
  const withheld = new Set(refused.map(({ resource }) => resource))
  return checks.filter(({ resource }) => !withheld.has(resource))
}
