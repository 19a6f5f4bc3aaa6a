import { authorizeUploadList, type UploadListAccess } from '../authz/list-uploads.ts'
import type { Answer } from '../listen/respond.ts'
import type { PayloadPlan } from '../payload/payload-plan.ts'
import type { AccessCheck, Authorized } from '../proof/stages.ts'
import {
  type ListedUpload,
  parseUploadsPage,
  readUploadsRequest,
  type UploadsEntry,
  type UploadsPage,
  type UploadsRequest,
  writeUploads,
} from '../s3/bodies/list-uploads.ts'
import { isBodyProblem } from '../s3/bodies/read-body.ts'
import { S3Error } from '../s3/errors.ts'
import { uriEncodePath } from '../sigv4/uri-encode.ts'
import { askBackend, wholeBody } from './ask-backend.ts'
import { passIfSuccess } from './backend-answer.ts'
import { bucketOf, type Call } from './call.ts'
import { questionOf } from './caller.ts'
import { forwardOperation, outgoingHead } from './forward-operation.ts'

const MAX_PAGE_BYTES = 16 * 1024 * 1024
const PAGE_SIZE = 1_000
/** Of pages that hold hardly anything which the caller may see, no more are read for one answer. */
const MAX_PAGES = 100

/** How a list is authorised: before anything is sent, and before the request is planned. */
export function uploadListAccess(call: Call): UploadListAccess {
  const access = authorizeUploadList(questionOf(call))
  call.record.checks = access.authorized.checks
  return access
}

/**
 * ListMultipartUploads: the backend's page as it is for who may see all; for others only the uploads whose keys they may
 * list. Theirs are read without a delimiter, judged one by one, and only then grouped, so that no prefix, marker or count
 * tells of the others.
 */
export async function listUploads(call: Call, access: UploadListAccess, plan: PayloadPlan): Promise<Answer> {
  if (access.kind === 'all') return forwardOperation(call, access.authorized, plan)
  const request = readUploadsRequest((name) => call.request.param(name))
  const shown = new ShownUploads(request, access.checkKey)
  for await (const upload of allUploads(call, access.authorized, request)) if (shown.isFullWith(upload)) break
  if (shown.checks.length > 0) call.record.checks = shown.checks
  const body = writeUploads({
    bucket: bucketOf(call),
    request,
    entries: shown.entries,
    more: shown.more,
    owner: call.services.owner,
    encode: request.encoding === 'url' ? uriEncodePath : (text) => text,
  })
  return { status: 200, headers: [['content-type', 'application/xml']], body }
}

/** Collects what may be shown until the page is full and something is left over. */
class ShownUploads {
  readonly entries: UploadsEntry[] = []
  readonly checks: AccessCheck[] = []
  more: 'more' | 'end' = 'end'
  readonly #request: UploadsRequest
  readonly #checkKey: (key: string) => AccessCheck
  #lastKey: string | undefined
  #lastAllowed = false

  constructor(request: UploadsRequest, checkKey: (key: string) => AccessCheck) {
    this.#request = request
    this.#checkKey = checkKey
  }

  /** Takes one upload; true once it is one too many. */
  isFullWith(upload: ListedUpload): boolean {
    if (!this.#mayBeShown(upload.key)) return false
    const commonPrefix = this.#commonPrefixOf(upload.key)
    if (commonPrefix !== undefined) {
      const last = this.entries.at(-1)
      const isKnown = last !== undefined && 'commonPrefix' in last && last.commonPrefix === commonPrefix
      // A page that ended with a prefix goes on behind all that it stands for.
      if (isKnown || commonPrefix === this.#request.keyMarker) return false
    }
    if (this.entries.length >= this.#request.maxUploads) {
      this.more = 'more'
      return true
    }
    this.entries.push(commonPrefix === undefined ? upload : { commonPrefix })
    return false
  }

  #mayBeShown(key: string): boolean {
    if (key === this.#lastKey) return this.#lastAllowed
    const check = this.#checkKey(key)
    this.#lastKey = key
    this.#lastAllowed = check.decision.effect === 'Allow'
    if (this.#lastAllowed && this.checks.length < PAGE_SIZE) this.checks.push(check)
    return this.#lastAllowed
  }

  #commonPrefixOf(key: string): string | undefined {
    const { prefix, delimiter } = this.#request
    if (delimiter === undefined) return undefined
    const end = key.indexOf(delimiter, prefix.length)
    return end < 0 ? undefined : key.slice(0, end + delimiter.length)
  }
}

async function* allUploads(call: Call, authorized: Authorized, request: UploadsRequest): AsyncGenerator<ListedUpload> {
  let marker: UploadsPage['next'] = { key: request.keyMarker, uploadId: request.uploadIdMarker }
  for (let page = 0; page < MAX_PAGES && marker !== undefined; page++) {
    const { uploads, next }: UploadsPage = await pageAfter(call, authorized, request, marker)
    yield* uploads.filter(({ key }) => key.startsWith(request.prefix))
    marker = next
  }
  if (marker !== undefined) throw new S3Error('SlowDown', { detail: 'too many uploads that the caller may not see' })
}

async function pageAfter(
  call: Call,
  authorized: Authorized,
  { prefix }: UploadsRequest,
  marker: NonNullable<UploadsPage['next']>,
): Promise<UploadsPage> {
  const query = [
    { name: 'uploads', value: '' },
    { name: 'encoding-type', value: 'url' },
    { name: 'max-uploads', value: String(PAGE_SIZE) },
    ...(prefix === '' ? [] : [{ name: 'prefix', value: prefix }]),
    ...(marker.key === '' ? [] : [{ name: 'key-marker', value: marker.key }]),
    ...(marker.uploadId === '' ? [] : [{ name: 'upload-id-marker', value: marker.uploadId }]),
  ]
  const response = await askBackend(call, authorized, { ...outgoingHead(call), query })
  await passIfSuccess(call, response)
  const page = parseUploadsPage((await wholeBody(response, MAX_PAGE_BYTES)) ?? Buffer.alloc(0))
  if (isBodyProblem(page)) throw new S3Error('InternalError', { detail: `backend: list of uploads: ${page.problem}` })
  return page
}
