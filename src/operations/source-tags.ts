import type { HeaderPair } from '../http/headers.ts'
import type { Authorized } from '../proof/stages.ts'
import { askBackend } from './ask-backend.ts'
import type { Call } from './call.ts'

const SOURCE_SSE = 'x-amz-copy-source-server-side-encryption-customer-'

/**
 * Asks whether the source of a copy has tags, which a copy takes along. A source that is missing or
 * cannot be read has none: the copy itself then says what is wrong.
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
  response.discard()
  const count = response.status < 300 ? Number(response.headers.get('x-amz-tagging-count') ?? 0) : 0
  return count === 0 ? 'untagged' : 'tagged'
}

/** The client's key for the source, under the names by which a read takes it. */
function sourceEncryption(call: Call): HeaderPair[] {
  return [...call.request.amz].flatMap(([name, value]): HeaderPair[] =>
    name.startsWith(SOURCE_SSE)
      ? [[`x-amz-server-side-encryption-customer-${name.slice(SOURCE_SSE.length)}`, value]]
      : [],
  )
}
