import type { Answer } from '../listen/respond.ts'
import type { Authorized } from '../proof/stages.ts'
import {
  type CompleteRequest,
  parseComplete,
  withoutChecksums,
  writeComplete,
} from '../s3/bodies/complete-multipart.ts'
import { acceptedBody } from '../s3/bodies/read-body.ts'
import { childText } from '../s3/bodies/fields.ts'
import { S3Error } from '../s3/errors.ts'
import { BACKEND_XML_LIMITS, isXmlProblem, readXml, type XmlElement } from '../s3/xml-reader.ts'
import { BACKEND_PROFILES } from '../upstream/profiles.ts'
import { askBackend, wholeBody } from './ask-backend.ts'
import { backendAnswer, passIfSuccess } from './backend-answer.ts'
import type { Call } from './call.ts'
import { outgoingHead } from './forward-operation.ts'
import { documentPayload } from './request-payload.ts'

const MAX_PARTS_PAGE_BYTES = 4 * 1024 * 1024
const MAX_PARTS_PAGES = 11

/**
 * CompleteMultipartUpload: the body is written anew, without the checksums of parts where the backend keeps none (it
 * would miss them on its side), and a promised object size is then checked here.
 */
export async function completeMultipart(call: Call, authorized: Authorized, document: Buffer): Promise<Answer> {
  const wanted = acceptedBody(parseComplete(document))
  const { storesChecksums } = BACKEND_PROFILES[call.services.backend.profile]
  if (!storesChecksums) await checkObjectSize(call, authorized, wanted)
  const body = documentPayload(writeComplete(storesChecksums ? wanted : withoutChecksums(wanted)))
  return backendAnswer(call, await askBackend(call, authorized, { ...outgoingHead(call), body }))
}

async function checkObjectSize(call: Call, authorized: Authorized, wanted: CompleteRequest): Promise<void> {
  const promised = call.request.amz.get('x-amz-mp-object-size')
  if (promised === undefined) return
  if (!/^\d{1,16}$/.test(promised))
    throw new S3Error('InvalidArgument', { extras: [['ArgumentName', 'x-amz-mp-object-size']] })
  const sizes = await partSizes(call, authorized)
  const sum = wanted.parts.reduce((total, { partNumber }) => total + (sizes.get(partNumber) ?? 0), 0)
  if (sum === Number(promised)) return
  throw new S3Error('InvalidRequest', { message: 'The parts do not add up to the size in x-amz-mp-object-size.' })
}

async function partSizes(call: Call, authorized: Authorized): Promise<ReadonlyMap<number, number>> {
  const sizes = new Map<number, number>()
  let marker: string | undefined = '0'
  for (let page = 0; page < MAX_PARTS_PAGES && marker !== undefined; page++) {
    const root = await partsPage(call, authorized, marker)
    for (const part of root.children.filter(({ name }) => name === 'Part')) {
      sizes.set(Number(childText(part, 'PartNumber')), Number(childText(part, 'Size')))
    }
    marker = childText(root, 'IsTruncated') === 'true' ? childText(root, 'NextPartNumberMarker') : undefined
  }
  return sizes
}

async function partsPage(call: Call, authorized: Authorized, marker: string): Promise<XmlElement> {
  const { bucket, key } = call.request.address
  const query = [
    { name: 'uploadId', value: call.request.param('uploadId') ?? '' },
    { name: 'part-number-marker', value: marker },
  ]
  const response = await askBackend(call, authorized, {
    method: 'GET',
    bucket,
    key,
    query,
    headers: [],
    body: undefined,
  })
  await passIfSuccess(call, response)
  const root = readXml((await wholeBody(response, MAX_PARTS_PAGE_BYTES)) ?? Buffer.alloc(0), BACKEND_XML_LIMITS)
  if (isXmlProblem(root)) throw new S3Error('InternalError', { detail: `backend: list of parts: ${root.problem}` })
  return root
}
