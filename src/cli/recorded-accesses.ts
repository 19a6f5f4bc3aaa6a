import type { AuditCheck, AuditEvent } from '../audit/event.ts'
import { readEvents } from '../audit/read-events.ts'
import type { RecordedAccess } from '../policy/least-policy.ts'

/** What a user did, each access once, and in how many requests. */
export interface Recorded {
  readonly accesses: readonly RecordedAccess[]
  readonly requests: number
}

/**
 * The accesses that an audit file has of a user. Of a request that was refused nothing counts, but for DeleteObjects: each of
 * its keys is a request of its own.
 * @throws the system's error when the file cannot be read
 */
export async function recordedAccesses(file: string, user: string): Promise<Recorded> {
  const accesses = new Map<string, RecordedAccess>()
  let requests = 0
  for await (const event of readEvents(file, JSON.stringify(user))) {
    if (event.principal?.type !== 'User' || event.principal.name !== user) continue
    const checks = allowedChecks(event)
    if (checks.length > 0) requests += 1
    const context = new Map(Object.entries(event.context ?? {}))
    const contextOf = event.checks.length > 1 ? 'several' : 'access'
    for (const { action, resource } of checks) {
      const id = JSON.stringify([action, resource, contextOf, ...context])
      if (!accesses.has(id)) accesses.set(id, { action, resource, context, contextOf })
    }
  }
  return { accesses: [...accesses.values()], requests }
}

function allowedChecks({ operation, checks }: AuditEvent): readonly AuditCheck[] {
  const refused = checks.filter(({ decision }) => decision !== 'Allow')
  if (refused.length === 0) return checks
  if (operation !== 'DeleteObjects') return []
  const withheld = new Set(refused.map(({ resource }) => resource))
  return checks.filter(({ resource }) => !withheld.has(resource))
}
