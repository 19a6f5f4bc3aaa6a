import { authenticateForm } from '../authn/authenticate-form.ts'
import type { Answer } from '../listen/respond.ts'
import { checksOf } from '../payload/checks.ts'
import { formBoundary } from '../payload/form-boundary.ts'
import { FORM_FIELDS_BYTES, type FormUpload, openForm } from '../payload/form-upload.ts'
import { MAX_UPLOAD_BYTES } from '../payload/plan.ts'
import type { Authenticated, Authorized } from '../proof/stages.ts'
import { S3Error } from '../s3/errors.ts'
import { operationNamed } from '../s3/operations.ts'
import { collectFields, finalKey, type FormFields, formHeaders } from '../s3/post-form.ts'
import { parsePostPolicy, type PostPolicy } from '../s3/post-policy-document.ts'
import { enforcePostPolicy, sizeBounds } from '../s3/post-policy-match.ts'
import { authorizeCall } from './authorize-call.ts'
import { bucketOf, type Call } from './call.ts'
import { formAnswer } from './form-answer.ts'
import { formRequest } from './form-request.ts'
import { refuseAcl } from './refuse-acl.ts'
import { refuseUnsendable } from './refuse-unsendable.ts'
import { PART_BYTES, storeFile } from './store-file.ts'

/** As for a request's head: whoever is not known yet must not hold a place for long. */
const FIELDS_TIMEOUT_MS = 30_000

/**
 * A browser form: it is read up to its file, which says who signed it and what it asks for; only then is the file read,
 * and stored as it comes. All forms share a bound on their memory.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(call: Call): Promise<Answer> {
  if (call.authenticated.authType !== 'Anonymous') {
    throw new S3Error('InvalidArgument', { message: 'A form is signed by its policy, not by a header or the query.' })
  }
  const boundary = formBoundary(call.request.headers.get('content-type') ?? '')
  const fileBytes = Math.min(PART_BYTES, call.request.contentLength ?? PART_BYTES)
  return withMemory(call, FORM_FIELDS_BYTES, async () => {
    call.exchange.continue()
    const upload = await openForm(call.exchange.body(), boundary, FIELDS_TIMEOUT_MS)
    try {
      const { form, authorized } = await admitted(call, upload)
      return await withMemory(call, fileBytes, () => stored(form, authorized, upload, fileBytes))
    } finally {
      await upload.close()
    }
  })
}

async function withMemory<T>({ services }: Call, bytes: number, use: () => Promise<T>): Promise<T> {
  const giveBack = services.formMemory.take(bytes)
  if (giveBack === undefined) {
    throw new S3Error('SlowDown', { headers: [['retry-after', '1']], detail: 'too many forms at once' })
  }
  try {
    return await use()
  } finally {
    giveBack()
  }
}

/** A form that may be stored. */
interface AdmittedForm {
  /** The call as that of the upload which the form asks for. */
  readonly call: Call
  readonly fields: FormFields
  readonly policy: PostPolicy | undefined
}

async function admitted(
  call: Call,
  upload: FormUpload,
): Promise<{ readonly form: AdmittedForm; readonly authorized: Authorized }> {
  const { services, record, exchange } = call
  const fields = collectFields(upload.fields)
  const key = finalKey(fields, upload.fileName)
  const now = services.now()
  const authenticated = await authenticateForm((name) => fields.get(name), services.authn, now, exchange.signal)
  record.authenticated = authenticated
  const headers = formHeaders(fields)
  const policy = signedPolicy(authenticated, fields)
  const bucket = bucketOf(call)
  if (policy !== undefined) enforcePostPolicy(policy, { bucket, fields: new Map(fields).set('key', key) }, now)
  const { request, unsupported } = formRequest(call.request, { key, headers }, services.parsing.ignoreHeaders)
  record.request = request
  const formCall: Call = { ...call, request, authenticated }
  const { authorized } = await authorizeCall(formCall, { form: { key, amz: request.amz } })
  if (unsupported !== undefined) throw new S3Error('NotImplemented', { extras: [['ArgumentName', unsupported]] })
  refuseUnsendable(formCall)
  refuseAcl(formCall)
  return { form: { call: formCall, fields, policy }, authorized }
}

/** A form that nobody signed has no policy. */
function signedPolicy({ authType }: Authenticated, fields: FormFields): PostPolicy | undefined {
  return authType === 'POST' ? parsePostPolicy(fields.get('policy') ?? '') : undefined
}

async function stored(
  { call, fields, policy }: AdmittedForm,
  authorized: Authorized,
  upload: FormUpload,
  heldBytes: number,
): Promise<Answer> {
  call.record.enter('plan')
  const bounds = sizeBounds(policy)
  const checks = checksOf({
    request: call.request,
    operation: operationNamed('PutObject'),
    hash: { kind: 'unsigned' },
    decodedLength: undefined,
  })
  call.record.enter('forward')
  const file = await storeFile(call, authorized, {
    content: upload.file,
    bounds: { ...bounds, max: Math.min(bounds.max, MAX_UPLOAD_BYTES) },
    checks,
    heldBytes,
  })
  return formAnswer(call, fields, file)
}
