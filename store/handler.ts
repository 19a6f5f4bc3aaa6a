import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { S3Error } from '../src/s3/errors.ts'
import { parseS3Request, type S3Request } from '../src/s3/request.ts'
import { SigningKeys } from '../src/sigv4/credential-scope.ts'
import { authenticate, type StoreCredential } from './authenticate.ts'
import type { Call } from './call.ts'
import type { Engine } from './engine.ts'
import { isLate, respondLate } from './late-answers.ts'
import { perform } from './operations.ts'
import { type Quirks, refuseByQuirk, requestAsSeen } from './quirks.ts'
import { type Exchange, respond, respondError } from './respond.ts'

/** What the handler needs to know. */
export interface HandlerOptions {
  readonly engine: Engine
  readonly credential: StoreCredential
  readonly now: () => Date
  readonly quirks: Quirks
  /** Base domains, lower case: `BUCKET.<one of these>` is virtual-hosted. */
  readonly hostnames: readonly string[]
  /** Is told of every failure that is no refusal. */
  readonly onFault: (error: unknown) => void
}

/** Whether a client waits for `100 Continue` before it sends the body. */
export type Expectation = 'continue' | 'none'

const MAX_SIGNING_KEYS = 16

/** No bucket name is reserved, no header ignored. */
const NONE: ReadonlySet<string> = new Set<string>([])

/** The function that answers one request after another: parse, verify, perform, respond. It never throws. */
export function createHandler(
  options: HandlerOptions,
): (incoming: IncomingMessage, response: ServerResponse, expectation: Expectation) => Promise<void> {
  const keys = new SigningKeys(MAX_SIGNING_KEYS)
  return async (incoming, response, expectation) => {
    let awaitsContinue = expectation === 'continue'
    const sendContinue = (): void => {
      if (awaitsContinue) response.writeContinue()
      awaitsContinue = false
    }
    const requestId = randomBytes(8).toString('hex').toUpperCase()
    const { quirks } = options
    const exchange: Exchange = { incoming, response, requestId, quirks, awaitsContinue: () => awaitsContinue }
    try {
      await answer(exchange, accept(options, keys, { incoming, sendContinue }))
    } catch (error) {
      const isRefusal = error instanceof S3Error
      if (!isRefusal) options.onFault(error)
      const refusal = isRefusal ? error : new S3Error('InternalError', { cause: error })
      await respondError(exchange, refusal).catch(() => response.destroy())
    }
  }
}

/** The verified request. @throws S3Error when it cannot be read, is not signed, or the imitated backend does not take it. */
function accept(
  { engine, credential, now, quirks, hostnames }: HandlerOptions,
  keys: SigningKeys,
  body: { readonly incoming: IncomingMessage; readonly sendContinue: () => void },
): Call {
  const time = now()
  const request = parse(body.incoming, hostnames)
  const seed = authenticate(request, credential, keys, time)
  refuseByQuirk(quirks, request, seed)
  return {
    ...body,
    request: requestAsSeen(quirks, request),
    engine,
    seed,
    now: time,
    region: credential.region,
    quirks,
  }
}

async function answer(exchange: Exchange, call: Call): Promise<void> {
  const { resolved } = call.request
  if ('operation' in resolved && isLate(call.quirks, resolved.operation.name))
    return await respondLate(exchange, call.quirks, perform(call))
  await respond(exchange, await perform(call))
}

function parse(incoming: IncomingMessage, hostnames: readonly string[]): S3Request {
  const { method, url, rawHeaders, httpVersion } = incoming
  return parseS3Request(
    { method: method ?? '', url: url ?? '', rawHeaders, httpVersion, forwardedHost: undefined },
    { hostnames, reservedBuckets: NONE, ignoreHeaders: NONE },
  )
}
