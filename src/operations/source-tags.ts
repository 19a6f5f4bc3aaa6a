import type { HeaderPair } from '../http/headers.ts'
import type { Authorized } from '../proof/stages.ts'
import { askBackend } from './ask-backend.ts'
import { passIfSuccess } from './backend-answer.ts'
import type { Call } from './call.ts'

const SOURCE_SSE = 'x-amz-copy-source-server-side-encryption-customer-'

/** The source is missing, or its version is a marker of its deletion: the copy itself then says so. */
const NO_SOURCE: ReadonlySet<number> = new Set([404, 405])

/**
 * Asks whether the source of a copy has tags, which a copy takes along.
 * @throws S3Error when the backend cannot say: the copy might succeed the next moment, and take along what nobody looked at
 */
export async function sourceTags(call: Call, mayReadSource: Authorized): Promise<'tagged' | 'untagged'> {
  const source = call.request.copySource
  if (source === undefined) return 'untagged'
  const response = await askBackend(call, mayReadSource, {
    method: 'HEAD',
    bucket: source.bucket,
    key: source.key,
    query: source.versionId === undefined ? [] : [{ name: 'versionId', value: source.versionId }],
    headers: sourceEncryption(call),
    body: undefined,
  })
  if (NO_SOURCE.has(response.status)) {
    response.discard()
    return 'untagged'
  }
  await passIfSuccess(call, response)
  response.discard()
  return Number(response.headers.get('x-amz-tagging-count') ?? 0) === 0 ? 'untagged' : 'tagged'
}

/** The client's key for the source, under the names by which a read takes it. */
function sourceEncryption(call: Call): HeaderPair[] {
  return [...call.request.amz].flatMap(([name, value]): HeaderPair[] =>
    name.startsWith(SOURCE_SSE)
      ? [[`x-amz-server-side-encryption-customer-${name.slice(SOURCE_SSE.length)}`, value]]
      : [],
  )
}
