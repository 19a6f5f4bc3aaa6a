/** A request as a client's debug output tells of it. Texts are latin1; path and query are in canonical form. */
export interface ClientRequest {
  /** Of the file, from 1 on: where it begins. */
  readonly line: number
  /** `signed`: the canonical request, which the client signed. `sent`: the request itself, from which that is inferred. */
  readonly told: 'signed' | 'sent'
  readonly method: string
  readonly path: string
  readonly query: string
  /** Values by lower-case name; of a `sent` one all that the output has. */
  readonly headers: ReadonlyMap<string, string>
  /** The names, joined by `;`; undefined where the output hides them. */
  readonly signedHeaders: string | undefined
  readonly payloadHash: string | undefined
  readonly stringToSign: ClientStringToSign | undefined
  /** The key id; undefined where the output has none. */
  readonly accessKey: string | undefined
}

/** What a client signed in the end. */
export interface ClientStringToSign {
  /** Amz date. */
  readonly timestamp: string
  /** `DATE/REGION/SERVICE/aws4_request` */
  readonly scope: string
  /** Hex; undefined where it is inferred. */
  readonly requestHash: string | undefined
}

const AMZ_DATE = /^\d{8}T\d{6}Z$/

/** When a client says that it signed, as an amz date; undefined when it does not say. */
export function signedAt({ stringToSign, headers, query }: ClientRequest): string | undefined {
  const inQuery = /(?:^|&)X-Amz-Date=([^&]*)/.exec(query)?.[1]
  return [stringToSign?.timestamp, headers.get('x-amz-date'), inQuery].find(
    (text) => text !== undefined && AMZ_DATE.test(text),
  )
}
