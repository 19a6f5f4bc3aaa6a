import type { QueryPair } from '../http/target.ts'
import { isBackDoor } from './amz-headers.ts'
import { S3Error } from './errors.ts'
import type { S3Operation } from './operation.ts'
import { S3_OPERATIONS } from './operations.ts'

/** The parameters of query authentication; exact case, and no headers in disguise. */
const AUTHENTICATION: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Content-Sha256',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
])

/**
 * The JavaScript SDK 2 repeats these headers of an upload in the query of a URL that it presigns. S3 does not look at
 * them there: what is sent as a header counts.
 * @see https://github.com/aws/aws-sdk-js/blob/master/lib/signers/v4.js
 */
const WITHOUT_MEANING: ReadonlySet<string> = new Set(['Cache-Control', 'Content-MD5', 'Content-Type'])

/** The parameters that name a row by being there. */
export const SUBRESOURCES: ReadonlySet<string> = new Set(
  S3_OPERATIONS.flatMap((row) => (row.selector.subresource === undefined ? [] : [row.selector.subresource])),
)

/** Every parameter that some row understands, the sub-resources included. */
export const OPERATION_PARAMETERS: ReadonlySet<string> = new Set([
  ...SUBRESOURCES,
  ...S3_OPERATIONS.flatMap((row) => [...row.selector.demands.keys(), ...row.params, ...row.ignoredParams]),
])

const lowerCased = (names: ReadonlySet<string>) => new Set([...names].map((name) => name.toLowerCase()))
const AUTHENTICATION_LOWER = lowerCased(AUTHENTICATION)
const PARAMETERS_LOWER = lowerCased(OPERATION_PARAMETERS)

/** A query, sorted by what its parameters are for. */
export interface Parameters {
  /** The first value of every parameter, by exact name. */
  readonly first: ReadonlyMap<string, string>
  /** Those that some row of the table understands. */
  readonly ofOperation: ReadonlyMap<string, string>
  /** Headers given as parameters, by lower-case name, values as latin1 text like header values. */
  readonly hoisted: ReadonlyMap<string, string>
  readonly subresource: string | undefined
  /** The first name that nothing here understands; for a refusal after the signature. */
  readonly unknown: string | undefined
}

type ParameterKind = 'authentication' | 'hoisted' | 'operation' | 'ignored' | 'unknown'

const refuse = (name: string, message: string) =>
  new S3Error('InvalidArgument', { message, extras: [['ArgumentName', name]] })

function kindOf(name: string): ParameterKind {
  if (OPERATION_PARAMETERS.has(name)) return 'operation'
  if (AUTHENTICATION.has(name)) return 'authentication'
  if (WITHOUT_MEANING.has(name)) return 'ignored'
  const lower = name.toLowerCase()
  if (AUTHENTICATION_LOWER.has(lower) || PARAMETERS_LOWER.has(lower)) {
    throw refuse(name, 'The parameter name must be written in its exact case.')
  }
  if (lower.startsWith('x-amz-')) return 'hoisted'
  return lower.startsWith('x-') && !isBackDoor(lower) ? 'ignored' : 'unknown'
}

const headerText = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

/**
 * Sorts the parameters of a query. `x-…` parameters other than `x-amz-`, `x-minio-` and `x-rgw-` are ignored, as S3 does.
 * @throws S3Error InvalidArgument for a known parameter that is repeated or in another case, for two sub-resources, and
 *   for an empty `versionId`.
 */
export function readParameters(query: readonly QueryPair[]): Parameters {
  const first = new Map<string, string>()
  const ofOperation = new Map<string, string>()
  const hoisted = new Map<string, string>()
  let unknown: string | undefined
  for (const { name, value } of query) {
    const kind = kindOf(name)
    if (kind === 'unknown') unknown ??= name
    else if (kind === 'hoisted') setOnce(hoisted, name.toLowerCase(), headerText(value))
    else if (kind === 'operation') setOnce(ofOperation, name, value)
    else if (kind === 'authentication' && first.has(name)) throw repeated(name)
    if (!first.has(name)) first.set(name, value)
  }
  if (ofOperation.get('versionId') === '') throw refuse('versionId', 'The version id must not be empty.')
  return { first, ofOperation, hoisted, subresource: subresourceOf(ofOperation), unknown }
}

const repeated = (name: string) => refuse(name, 'A parameter is repeated.')

function setOnce(map: Map<string, string>, name: string, value: string): void {
  if (map.has(name)) throw repeated(name)
  map.set(name, value)
}

function subresourceOf(given: ReadonlyMap<string, string>): string | undefined {
  let found: string | undefined
  for (const name of given.keys()) {
    if (!SUBRESOURCES.has(name)) continue
    if (found !== undefined) throw refuse(name, 'The request names two sub-resources.')
    found = name
  }
  return found
}

/** Sub-resources whose value means something; the others are written bare. */
const WITH_VALUE: ReadonlySet<string> = new Set(['uploadId'])

/**
 * The query that leaves for a backend: the row's selector and the parameters it lists, in the client's order, and
 * nothing else. Hoisted headers leave as headers.
 */
export function outgoingQuery(query: readonly QueryPair[], operation: S3Operation): readonly QueryPair[] {
  const { subresource, demands } = operation.selector
  const pairs: QueryPair[] = []
  for (const pair of query) {
    if (pair.name === subresource) pairs.push(WITH_VALUE.has(subresource) ? pair : { name: subresource, value: '' })
    else if (demands.has(pair.name) || operation.params.includes(pair.name)) pairs.push(pair)
  }
  return pairs
}
