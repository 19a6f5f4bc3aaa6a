import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { mergeAmzHeaders } from '../s3/amz-headers.ts'
import type { S3Request } from '../s3/request.ts'

/**
 * Headers of a form's own request that keep their meaning, where no field takes their place: nobody signed them, so that
 * none may ask for anything.
 */
const KEPT: ReadonlySet<string> = new Set(['host', 'origin', 'referer', 'user-agent', 'x-amz-expected-bucket-owner'])

/** A form's request as the upload that its fields ask for. */
export interface FormRequest {
  readonly request: S3Request
  /** The first of the fields' names that asks for something nobody here can carry. */
  readonly unsupported: string | undefined
}

/**
 * The upload that a form asks for, as if it had come as a request of its own: the key is in its address, the fields are
 * its headers, and no `x-amz-*` header of the form's HTTP request counts, for nobody signed it.
 * @throws S3Error MetadataTooLarge
 */
export function formRequest(
  received: S3Request,
  form: { readonly key: string; readonly headers: readonly HeaderPair[] },
  ignoreHeaders: ReadonlySet<string>,
): FormRequest {
  const kept = received.headers.pairs.filter(([name]) => KEPT.has(name.toLowerCase()))
  const headers = new HeaderList([...form.headers, ...kept])
  const { amz, ignored, unsupported } = mergeAmzHeaders(headers, new Map(), ignoreHeaders)
  const request: S3Request = {
    ...received,
    address: { ...received.address, key: form.key },
    headers,
    amz,
    ignoredAmz: ignored,
    copySource: undefined,
  }
  return { request, unsupported }
}
