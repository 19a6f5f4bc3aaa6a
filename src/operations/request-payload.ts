import { createHash, hash } from 'node:crypto'
import type { HeaderPair } from '../http/headers.ts'
import { readBoundedBody } from '../payload/bounded-body.ts'
import { framedBody } from '../payload/framed-body.ts'
import type { KnownChecksum, ObjectPayload, PayloadPlan } from '../payload/payload-plan.ts'
import { type VerifiedBody, verifiedBody } from '../payload/verified-body.ts'
import { contentEncoding } from '../upstream/forwarded.ts'
import type { OutgoingPayload } from '../upstream/upstream-request.ts'
import type { Call } from './call.ts'

/** Object data on its way to the backend, with the headers that speak of it. */
export interface ObjectOnItsWay {
  readonly payload: OutgoingPayload
  readonly headers: readonly HeaderPair[]
  /** The client's checksum once verified, to be echoed. */
  readonly verifiedChecksum: () => KnownChecksum | undefined
}

/**
 * Lets the client send its object and prepares it for the backend: plain bytes of exact length, or, where the backend
 * stores a checksum that came as a trailer, our own framing with that trailer.
 * @throws S3Error when an empty body does not verify: then nothing may be sent at all
 */
export async function objectOnItsWay(call: Call, plan: ObjectPayload): Promise<ObjectOnItsWay> {
  call.exchange.continue()
  const body = verifiedBody(call.exchange.body(), plan)
  const verifiedChecksum = (): KnownChecksum | undefined => body.report.checksum
  const encoding = contentEncoding(call.request)
  const { checksum } = plan.outgoing
  if (checksum?.as === 'trailer') {
    const payload = framedPayload(plan, body, checksum.algorithm)
    return { payload, headers: framingHeaders(plan, checksum.algorithm, encoding), verifiedChecksum }
  }
  const headers: HeaderPair[] = encoding === undefined ? [] : [['content-encoding', encoding]]
  if (plan.checks.md5 !== undefined) headers.push(['content-md5', plan.checks.md5])
  if (checksum !== undefined) {
    headers.push([`x-amz-checksum-${checksum.algorithm}`, checksum.base64])
    headers.push(['x-amz-sdk-checksum-algorithm', checksum.algorithm.toUpperCase()])
  }
  const content = plan.decodedLength === 0 ? await nothing(body) : body
  return {
    payload: { content, length: plan.decodedLength, hash: plan.outgoing.payloadHash },
    headers,
    verifiedChecksum,
  }
}

function framedPayload(
  plan: ObjectPayload,
  body: VerifiedBody,
  algorithm: KnownChecksum['algorithm'],
): OutgoingPayload {
  const length = plan.outgoing.contentLength
  if (length === undefined) throw new Error('a framed body has a known length')
  const content = framedBody(body, { decodedLength: plan.decodedLength, algorithm })
  return { content, length, hash: plan.outgoing.payloadHash }
}

function framingHeaders(
  plan: ObjectPayload,
  algorithm: KnownChecksum['algorithm'],
  encoding: string | undefined,
): HeaderPair[] {
  return [
    ['content-encoding', encoding === undefined ? 'aws-chunked' : `aws-chunked,${encoding}`],
    ['x-amz-decoded-content-length', String(plan.decodedLength)],
    ['x-amz-trailer', `x-amz-checksum-${algorithm}`],
    ['x-amz-sdk-checksum-algorithm', algorithm.toUpperCase()],
  ]
}

/** An empty body is verified before the request's head leaves: a head with length 0 is a whole object already. */
async function nothing(body: VerifiedBody): Promise<Buffer> {
  for await (const slice of body) if (slice.length > 0) throw new Error('an empty body holds bytes')
  return Buffer.alloc(0)
}

/** Lets the client send its document, and reads it whole. */
export async function readDocument(call: Call, plan: PayloadPlan): Promise<Buffer> {
  if (plan.body === 'none') return Buffer.alloc(0)
  call.exchange.continue()
  return readBoundedBody(call.exchange.body(), plan, call.services.maxXmlBodyBytes)
}

/** A document of ours for the backend. */
export function documentPayload(content: Buffer): OutgoingPayload {
  return { content, length: content.length, hash: hash('sha256', content, 'hex') }
}

/** For the operations of which backends demand it; the client's own speaks of the bytes that it sent. */
export function contentMd5(content: Buffer): HeaderPair {
  return ['content-md5', createHash('md5').update(content).digest('base64')]
}
