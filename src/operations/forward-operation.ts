import type { HeaderPair } from '../http/headers.ts'
import type { Answer } from '../listen/respond.ts'
import type { KnownChecksum, ObjectPayload, PayloadPlan } from '../payload/payload-plan.ts'
import type { Authorized } from '../proof/stages.ts'
import { acceptedBody } from '../s3/bodies/read-body.ts'
import { checkXmlBody } from '../s3/bodies/check-body.ts'
import { forwardedHeaders, forwardedQuery } from '../upstream/forwarded.ts'
import { BACKEND_PROFILES } from '../upstream/profiles.ts'
import type { Outgoing } from '../upstream/upstream-request.ts'
import { aclForBackend } from './acl-document.ts'
import { askBackend } from './ask-backend.ts'
import { backendAnswer } from './backend-answer.ts'
import type { Call } from './call.ts'
import { contentMd5, documentPayload, objectOnItsWay, readDocument } from './request-payload.ts'

/** Sends an operation on as it is and answers with what the backend says. */
export async function forwardOperation(call: Call, authorized: Authorized, plan: PayloadPlan): Promise<Answer> {
  switch (plan.body) {
    case 'none':
      return backendAnswer(call, await askBackend(call, authorized, outgoingHead(call)))
    case 'stream':
      return forwardObject(call, authorized, plan)
    case 'xml':
      return forwardDocument(call, authorized, await readDocument(call, plan))
  }
}

/** The request without its body: place, query and headers by the row's allow-lists. */
export function outgoingHead(call: Call): Outgoing {
  const { request, operation, services } = call
  return {
    method: request.method,
    bucket: request.address.bucket,
    key: request.address.key,
    query: forwardedQuery(request, operation),
    headers: forwardedHeaders(request, operation, BACKEND_PROFILES[services.backend.profile]),
    body: undefined,
  }
}

async function forwardObject(call: Call, authorized: Authorized, plan: ObjectPayload): Promise<Answer> {
  const head = outgoingHead(call)
  const { payload, headers, verifiedChecksum } = await objectOnItsWay(call, plan)
  const response = await askBackend(call, authorized, {
    ...head,
    headers: [...head.headers, ...headers],
    body: payload,
  })
  const echo = checksumEcho(verifiedChecksum()).filter(([name]) => !response.headers.has(name))
  return backendAnswer(call, response, echo)
}

/** A verified checksum is echoed also where the backend keeps none: SDKs compare it. */
function checksumEcho(checksum: KnownChecksum | undefined): HeaderPair[] {
  return checksum === undefined ? [] : [[`x-amz-checksum-${checksum.algorithm}`, checksum.base64]]
}

/** Sends a document on that was read already, after a look at its form. */
export async function forwardDocument(call: Call, authorized: Authorized, received: Buffer): Promise<Answer> {
  const head = outgoingHead(call)
  if (received.length === 0 && isOptional(call)) return backendAnswer(call, await askBackend(call, authorized, head))
  acceptedBody(checkXmlBody(call.operation.name, received))
  const document = isAcl(call) ? await aclForBackend(call, authorized, received) : received
  // A checksum of the client's speaks of the bytes that it sent.
  const carried =
    document === received ? head.headers : head.headers.filter(([name]) => !name.startsWith('x-amz-checksum-'))
  const headers = call.operation.needsIntegrity ? [...carried, contentMd5(document)] : carried
  const response = await askBackend(call, authorized, { ...head, headers, body: documentPayload(document) })
  return backendAnswer(call, response)
}

/** ACLs may stand in headers alone, and a restore needs no options. */
function isOptional(call: Call): boolean {
  return isAcl(call) || call.operation.name === 'RestoreObject'
}

function isAcl({ operation }: Call): boolean {
  return operation.selector.subresource === 'acl'
}
