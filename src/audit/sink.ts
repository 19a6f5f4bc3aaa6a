import type { AuditEvent } from './event.ts'

/** Where audit events go. */
export interface AuditSink {
  /** Resolves when the event would survive the death of this process; rejects when it could not be written. */
  write(event: AuditEvent): Promise<void>
  /** Writes what is pending, then lets go. Events that come later are refused. */
  close(): Promise<void>
  /** Events that are not yet written. */
  readonly pending: number
}

/** One sink in front of many (or none): an event is written when all have it. */
export function fanOut(sinks: readonly AuditSink[]): AuditSink {
  return {
    async write(event) {
      await Promise.all(sinks.map((sink) => sink.write(event)))
    },
    async close() {
      await Promise.all(sinks.map((sink) => sink.close()))
    },
    get pending() {
      return sinks.reduce((sum, sink) => sum + sink.pending, 0)
    },
  }
}
