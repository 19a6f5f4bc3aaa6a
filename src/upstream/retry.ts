import { setTimeout as sleep } from 'node:timers/promises'
import { type Send, UpstreamFailure, type UpstreamRequest } from './send.ts'

const MAX_RETRIES = 2
const BASE_DELAY_MS = 25

/**
 * Repeats what is safe to repeat, at most twice with jitter: a connection that was refused, or a GET
 * or HEAD without a body whose connection died before the first byte of an answer. Never a timeout, and never once a
 * body was begun: SDKs retry 503 by themselves, and doubling that multiplies the load of a backend in trouble.
 */
export function withRetry(send: Send, random: () => number = Math.random): Send {
  return async (request, signal) => {
    for (let retries = 0; ; retries++) {
      try {
        return await send(request, signal)
      } catch (error) {
        if (retries >= MAX_RETRIES || !isSafeToRepeat(request, error)) throw error
        await pause(BASE_DELAY_MS * 2 ** retries * (0.5 + random()), signal)
      }
    }
  }
}

function isSafeToRepeat(request: UpstreamRequest, error: unknown): boolean {
  if (!(error instanceof UpstreamFailure) || !error.untouched) return false
  if (error.kind === 'unreachable') return true
  return (
    error.kind === 'dropped' && request.body === undefined && (request.method === 'GET' || request.method === 'HEAD')
  )
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal })
  } catch {
    throw new UpstreamFailure('aborted', { untouched: true })
  }
}
