import type { AuditSink } from './audit/sink.ts'
import { authenticate } from './authn/authenticate.ts'
import { corsHeaders } from './cors/headers.ts'
import { preflightHeaders } from './cors/preflight.ts'
import type { HeaderPair } from './http/headers.ts'
import type { Exchange } from './listen/exchange.ts'
import { type Answer, respond } from './listen/respond.ts'
import type { Services } from './operations/call.ts'
import { circumstancesOf } from './operations/caller.ts'
import { carryOut } from './operations/carry-out.ts'
import type { Authenticated } from './proof/stages.ts'
import { errorDocument } from './s3/error-document.ts'
import { S3Error } from './s3/errors.ts'
import type { S3Operation } from './s3/operation.ts'
import { parseS3Request, type S3Request } from './s3/request.ts'
import type { Logger } from './telemetry/logger.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { Walk } from './walk/walk.ts'

/** Everything that a request is handled with, built once from a configuration; a request keeps the one it began with. */
export interface Runtime extends Services {
  readonly audit: AuditSink
  readonly logger: Logger
  readonly metrics: Metrics
}

/**
 * The walk of one request, in the order of docs/request-lifecycle.md: parse, authenticate, authorise, plan the body,
 * answer here or forward, respond, audit. The only place that catches; never rejects.
 */
export async function handle(exchange: Exchange, runtime: Runtime): Promise<void> {
  const walk = new Walk(exchange, runtime)
  try {
    const answer = await answerOf(exchange, runtime, walk)
    walk.enter('respond')
    await respond(exchange, completed(answer, exchange, corsOf(walk, runtime)), () => walk.audit())
  } catch (error) {
    await answerError(exchange, walk, { error, cors: corsOf(walk, runtime) })
  } finally {
    walk.finish()
  }
}

async function answerOf(exchange: Exchange, runtime: Runtime, walk: Walk): Promise<Answer> {
  walk.enter('parse')
  const request = parse(exchange, runtime)
  walk.request = request
  // What another process changed holds from here on.
  runtime.state?.refresh()
  if (request.method === 'OPTIONS') {
    // Browsers send preflights unsigned.
    return { status: 200, headers: preflightHeaders(request, runtime.cors), body: undefined }
  }
  walk.enter('authenticate')
  const authenticated = await authenticate(request, runtime.authn, runtime.now(), exchange.signal)
  walk.authenticated = authenticated
  walk.enter('authorize')
  const operation = operationFor(request, authenticated)
  walk.operation = operation
  const circumstances = circumstancesOf(exchange, runtime)
  return carryOut({ services: runtime, exchange, request, operation, authenticated, circumstances, record: walk })
}

function parse({ request, client }: Exchange, runtime: Runtime): S3Request {
  const raw = {
    method: request.method ?? '',
    url: request.url ?? '',
    rawHeaders: request.rawHeaders,
    httpVersion: request.httpVersion,
    forwardedHost: client.forwardedHost,
    forwardedPort: client.forwardedPort,
  }
  return parseS3Request(raw, runtime.parsing)
}

/** What a request asks for is discussed only with those who proved who they are. */
function operationFor(request: S3Request, authenticated: Authenticated): S3Operation {
  if ('operation' in request.resolved) return request.resolved.operation
  if (authenticated.principal.type === 'Anonymous') throw new S3Error('AccessDenied', { detail: 'not signed' })
  throw request.resolved.refusal
}

/** What went wrong, and what a browser is told beside it. */
interface Failed {
  readonly error: unknown
  readonly cors: readonly HeaderPair[]
}

async function answerError(exchange: Exchange, walk: Walk, { error: thrown, cors }: Failed): Promise<void> {
  const error = walk.failed(thrown)
  try {
    if (!exchange.response.headersSent && !exchange.response.destroyed) {
      await respond(exchange, completed(errorAnswer(exchange, walk, error), exchange, cors), () => walk.audit())
    } else {
      await walk.audit()
    }
  } catch {
    // The client is gone, or the event could not be written: nothing more can be said on this connection.
    exchange.request.socket.destroy()
    await walk.audit().catch(() => undefined)
  }
}

function errorAnswer(exchange: Exchange, walk: Walk, error: S3Error): Answer {
  const resource = walk.request?.path ?? exchange.request.url?.split('?')[0] ?? '/'
  return {
    status: error.status,
    headers: [['content-type', 'application/xml'], ...error.headers],
    body: errorDocument(error, { resource, requestId: exchange.id }),
  }
}

/** A page of another origin may read errors too; a request that could not be read names no bucket. */
function corsOf({ request }: Walk, runtime: Runtime): readonly HeaderPair[] {
  return request === undefined ? [] : corsHeaders(request, runtime.cors)
}

/** An answer with what every answer carries. */
function completed(answer: Answer, exchange: Exchange, cors: readonly HeaderPair[]): Answer {
  const isNamed = answer.headers.some(([name]) => name === 'x-amz-request-id')
  if (isNamed) return cors.length === 0 ? answer : { ...answer, headers: [...answer.headers, ...cors] }
  const own: readonly HeaderPair[] = [['x-amz-request-id', exchange.id], ['x-content-type-options', 'nosniff'], ...cors]
  return { ...answer, headers: [...answer.headers, ...own] }
}
