import { canonicalValue, signedQuery, type SignedParts, uriForms } from './canonical-forms.ts'
import { canonicalHeader, hashCanonicalRequest } from './canonical-request.ts'
import { concealed, concealedQuery, shortened } from './concealed-values.ts'
import type { ClaimedSignature } from './parse-signature.ts'
import { stringToSign } from './string-to-sign.ts'

/**
 * What arrived of a request, as its signer would have had to write it down. Holds neither a signature nor a secret: their
 * values are {@link concealed}. Texts are latin1, one character a byte.
 */
export interface ReceivedRequest {
  /** The six parts of the canonical request joined by LF; headers that were named and did not arrive have no line. */
  readonly canonicalRequest: string
  /** Its last line is the digest of the canonical request before anything was concealed. */
  readonly stringToSign: string
  /** What would have been taken, too: the path as sent, and header lines with another host or with their inner blanks. */
  readonly alsoTried: readonly string[]
  /** Whether something was left out for its length. */
  readonly extent: 'whole' | 'cut'
}

const MAX_PATH_CHARACTERS = 4_096
const MAX_QUERY_CHARACTERS = 8_192
const MAX_HEADERS_CHARACTERS = 16_384
const MAX_NAMES_CHARACTERS = 4_096
const MAX_ALSO_TRIED = 40

/** Writes down what arrived, at most some 34,000 characters and forty other forms of single lines. */
export function receivedRequest(claim: ClaimedSignature, parts: SignedParts): ReceivedRequest {
  const [uri = '/', ...otherUris] = uriForms(parts)
  const [host = '', ...otherHosts] = parts.hostCandidates
  const query = signedQuery(claim, parts.query)
  const names = [...claim.signedHeaders].filter((name) => parts.headers.has(name))
  const value = (name: string): string => (name === 'host' ? host : canonicalValue(parts.headers, name, 'collapsed'))
  const signedHeaders = [...claim.signedHeaders].join(';')
  const { method, payloadHash } = parts
  const headers = names.map((name) => canonicalHeader(name, value(name))).join('')
  const requestHash = hashCanonicalRequest({ method, uri, query, headers, signedHeaders, payloadHash })
  const shownQuery = withinLimit(concealedQuery(query).split('&'), MAX_QUERY_CHARACTERS)
  const shownHeaders = withinLimit(
    names.map((name) => canonicalHeader(name, concealed(name, value(name)))),
    MAX_HEADERS_CHARACTERS,
  )
  return {
    canonicalRequest: [
      method,
      shortened(uri, MAX_PATH_CHARACTERS),
      shownQuery.kept.join('&'),
      shownHeaders.kept.join(''),
      shortened(signedHeaders, MAX_NAMES_CHARACTERS),
      concealed('x-amz-content-sha256', payloadHash),
    ].join('\n'),
    stringToSign: stringToSign(claim.timestamp, claim.scope, requestHash),
    alsoTried: [
      ...otherUris.map((path) => shortened(path, MAX_PATH_CHARACTERS)),
      ...keptBlanks(names, parts),
      ...otherHosts.map((other) => `host:${concealed('host', other)}`),
    ].slice(0, MAX_ALSO_TRIED),
    extent: shownQuery.isWhole && shownHeaders.isWhole ? 'whole' : 'cut',
  }
}

/** The header lines that look otherwise when inner blanks are not made one. */
function keptBlanks(names: readonly string[], { headers }: SignedParts): string[] {
  return names.flatMap((name) => {
    const kept = canonicalValue(headers, name, 'kept')
    const differs = name !== 'host' && kept !== canonicalValue(headers, name, 'collapsed')
    return differs ? [`${name}:${concealed(name, kept)}`] : []
  })
}

function withinLimit(
  texts: readonly string[],
  maxCharacters: number,
): { readonly kept: readonly string[]; readonly isWhole: boolean } {
  let characters = 0
  const end = texts.findIndex((text) => {
    characters += text.length + 1
    return characters > maxCharacters
  })
  return end < 0 ? { kept: texts, isWhole: true } : { kept: texts.slice(0, end), isWhole: false }
}
