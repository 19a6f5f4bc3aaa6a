import { cannotBeCarried } from './amz-headers.ts'
import { SDK_BINDINGS } from './bindings.generated.ts'
import { handlingOfRow, isUnavailable } from './handling.ts'
import type {
  BodyKind,
  OperationAction,
  OperationSelector,
  ResourceLevel,
  S3Operation,
  S3OperationName,
} from './operation.ts'

/** Headers that the model binds and that are never copied: checked here, ours to write, or without meaning for a backend. */
const NOT_CARRIED: ReadonlySet<string> = new Set([
  'content-length',
  'x-amz-copy-source',
  'x-amz-expected-bucket-owner',
  'x-amz-source-expected-bucket-owner',
  'x-amz-request-payer',
])

/** Accepted and not sent on: MinIO's wish for metadata in a listing, and a `list-type` that is not 2. */
const IGNORED_PARAMS: Readonly<Partial<Record<S3OperationName, readonly string[]>>> = {
  ListObjects: ['metadata', 'list-type'],
  ListObjectsV2: ['metadata'],
  ListObjectVersions: ['metadata'],
}

/** Taken, though the SDK's model does not have it: the torrent of a version has an action of its own. */
const FURTHER_PARAMS: Readonly<Partial<Record<S3OperationName, readonly string[]>>> = {
  GetObjectTorrent: ['versionId'],
}

/** The two rows that the SDK's model does not have. */
const OWN_BINDINGS: Readonly<Partial<Record<S3OperationName, string>>> = { CorsPreflight: '=none', PostObject: '=form' }

interface Bindings {
  readonly body: BodyKind
  readonly params: readonly string[]
  readonly requestHeaders: readonly string[]
  readonly userMetadata: boolean
  readonly responseHeaders: readonly string[]
  readonly needsIntegrity: boolean
}

function bindingsOf(name: S3OperationName): Bindings {
  const known: Readonly<Record<string, string>> = SDK_BINDINGS
  const words = (known[name] ?? OWN_BINDINGS[name] ?? '=none').split(' ')
  const having = (sign: string) => words.filter((word) => word.startsWith(sign)).map((word) => word.slice(1))
  const requestHeaders = having('>').filter((header) => !NOT_CARRIED.has(header) && !cannotBeCarried(header))
  if (requestHeaders.includes('range')) requestHeaders.push('if-range')
  return {
    body: having('=')[0] as BodyKind,
    params: [...having('?'), ...(FURTHER_PARAMS[name] ?? [])],
    requestHeaders,
    userMetadata: words.includes('*'),
    responseHeaders: having('<'),
    needsIntegrity: words.includes('!'),
  }
}

/**
 * Reads the words after the method: `?name` the sub-resource, `+name` or `+name=value` a demanded parameter, `-name` or
 * `-name=value` a forbidden one, `copy` and `no-copy` whether the copy source header must be there, `form` a browser form.
 */
function selectorOf(words: readonly string[]): OperationSelector {
  const params = (sign: string): ReadonlyMap<string, string | undefined> => {
    const named = words.filter((word) => word.startsWith(sign)).map((word) => word.slice(1).split('='))
    return new Map(named.map(([name = '', value]) => [name, value]))
  }
  const [subresource] = params('?').keys()
  const copySource = words.includes('copy') ? 'present' : words.includes('no-copy') ? 'absent' : undefined
  return { subresource, demands: params('+'), forbids: params('-'), copySource, form: words.includes('form') }
}

/** An object action with the one that takes its place when the request names a version, both without `s3:`. */
export function versioned(plain: string, withVersion: string): OperationAction {
  return { plain: `s3:${plain}`, versioned: `s3:${withVersion}` }
}

type RowBuilder = (
  row: number,
  request: string,
  name: S3OperationName,
  actions: string | readonly OperationAction[],
) => S3Operation

/**
 * Gives the function that writes the rows of one level: number, request (`METHOD` and the words of the selector), name,
 * and the IAM action with its prefix, or several.
 */
export function rowsOf(level: ResourceLevel, resource: S3Operation['resource'] = level): RowBuilder {
  return (row, request, name, actions) => {
    const [method = '', ...words] = request.split(' ')
    const selector = selectorOf(words)
    const { params, ...bindings } = bindingsOf(name)
    const isSelector = (param: string) => param === selector.subresource || selector.demands.has(param)
    return {
      row,
      name,
      method,
      level,
      selector,
      actions: typeof actions === 'string' ? [{ plain: actions }] : actions,
      resource,
      ...bindings,
      params: params.filter((param) => !isSelector(param)),
      ignoredParams: IGNORED_PARAMS[name] ?? [],
      streaming: bindings.body === 'stream',
      handling: handlingOfRow(row),
      unavailable: isUnavailable(row),
    }
  }
}
