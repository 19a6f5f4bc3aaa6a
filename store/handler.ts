import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { S3Error } from '../src/s3/errors.ts'
import { parseS3Request, type RequestOptions, type S3Request } from '../src/s3/request.ts'
import { SigningKeys } from '../src/sigv4/credential-scope.ts'
import type { Answer } from './answer.ts'
import { authenticate, type StoreCredential } from './authenticate.ts'
import type { Engine } from './engine.ts'
import { perform } from './operations.ts'
import { type Exchange, respond, respondError } from './respond.ts'

/** What the handler needs to know. */
export interface HandlerOptions {
  readonly engine: Engine
  readonly credential: StoreCredential
  readonly now: () => Date
  /** Is told of every failure that is no refusal. */
  readonly onFault: (error: unknown) => void
}

/** Whether a client waits for `100 Continue` before it sends the body. */
export type Expectation = 'continue' | 'none'

const MAX_SIGNING_KEYS = 16

/** Path-style only; every bucket name that S3 allows. */
const READING: RequestOptions = { hostnames: [], reservedBuckets: new Set(), ignoreHeaders: new Set() }

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
    const exchange: Exchange = { incoming, response, requestId, awaitsContinue: () => awaitsContinue }
    try {
      await respond(exchange, await answer(options, keys, { incoming, sendContinue }))
    } catch (error) {
      const isRefusal = error instanceof S3Error
      if (!isRefusal) options.onFault(error)
      const refusal = isRefusal ? error : new S3Error('InternalError', { cause: error })
      await respondError(exchange, refusal).catch(() => response.destroy())
    }
  }
}

async function answer(
  { engine, credential, now }: HandlerOptions,
  keys: SigningKeys,
  body: { readonly incoming: IncomingMessage; readonly sendContinue: () => void },
): Promise<Answer> {
  const time = now()
  const request = parse(body.incoming)
  const seed = authenticate(request, credential, keys, time)
  return await perform({ ...body, request, engine, seed, now: time, region: credential.region })
}

function parse({ method, url, rawHeaders, httpVersion }: IncomingMessage): S3Request {
  return parseS3Request(
    { method: method ?? '', url: url ?? '', rawHeaders, httpVersion, forwardedHost: undefined },
    READING,
  )
}
