import { S3Error } from './errors.ts'
import type { OperationSelector, ResourceLevel, S3Operation, S3OperationName } from './operation.ts'
import { operationNamed, S3_OPERATIONS } from './operations.ts'
import type { Parameters } from './parameters.ts'

/**
 * What a request asks for: a row of the table, or why it is refused. The refusal is spoken only to a caller whose
 * signature verified; `named` is the row that was asked for, where it is known, for log and audit.
 */
export type ResolvedOperation =
  | { readonly operation: S3Operation }
  | { readonly refusal: S3Error; readonly named: S3Operation | undefined }

/** What of a request decides which row it is. */
export interface OperationTraits {
  readonly method: string
  readonly level: ResourceLevel
  readonly parameters: Pick<Parameters, 'ofOperation' | 'subresource' | 'unknown'>
  readonly hasCopySource: boolean
  /** Whether the content type is `multipart/form-data`. */
  readonly isForm: boolean
  /** Effective host, lower case. */
  readonly host: string
  /** The whole path, decoded. */
  readonly path: string
}

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS']
const MAX_PART_NUMBER = 10_000

/** Told apart by host name or path alone, or at every level; never found in the index. */
const UNINDEXED: ReadonlySet<S3OperationName> = new Set<S3OperationName>([
  'ListDirectoryBuckets',
  'WriteGetObjectResponse',
  'CorsPreflight',
])

const indexKey = (method: string, level: ResourceLevel, subresource: string | undefined) =>
  `${method} ${level} ${subresource ?? ''}`

const INDEX: ReadonlyMap<string, readonly S3Operation[]> = Map.groupBy(
  S3_OPERATIONS.filter((row) => !UNINDEXED.has(row.name)),
  (row) => indexKey(row.method, row.level, row.selector.subresource),
)

/** Finds the one row that a request asks for, or says why there is none. Nothing unknown becomes a plain operation. */
export function resolveOperation(traits: OperationTraits): ResolvedOperation {
  const special = specialRow(traits)
  if (special !== undefined) return special
  const { method, level, parameters } = traits
  const candidates = INDEX.get(indexKey(method, level, parameters.subresource))
  if (candidates === undefined) return { refusal: noSuchRow(traits), named: undefined }
  const operation = candidates.find((row) => fits(row.selector, traits))
  if (operation === undefined) return { refusal: unfit(candidates, traits), named: undefined }
  const refusal = parameterRefusal(operation, parameters)
  return refusal === undefined ? { operation } : { refusal, named: operation }
}

function specialRow({ method, level, host, path }: OperationTraits): ResolvedOperation | undefined {
  if (method === 'OPTIONS') return { refusal: new S3Error('AccessForbidden'), named: operationNamed('CorsPreflight') }
  if (method === 'POST' && path === '/WriteGetObjectResponse') return unavailable('WriteGetObjectResponse')
  const directory = method === 'GET' && level === 'service' && host.startsWith('s3express-control.')
  return directory ? unavailable('ListDirectoryBuckets') : undefined
}

function unavailable(name: S3OperationName): ResolvedOperation {
  return { refusal: operationNotImplemented(name), named: operationNamed(name) }
}

/** No row has this method, level and sub-resource: another method may, else the thing does not exist. */
function noSuchRow({ level, parameters }: OperationTraits): S3Error {
  const allowed = METHODS.filter((method) => INDEX.has(indexKey(method, level, parameters.subresource)))
  if (allowed.length === 0) return notImplemented(parameters.subresource)
  return new S3Error('MethodNotAllowed', { headers: [['Allow', allowed.join(', ')]] })
}

/** An operation that is known and not built. */
export function operationNotImplemented(name: S3OperationName): S3Error {
  return new S3Error('NotImplemented', { message: `${name} is not implemented.` })
}

function notImplemented(parameter: string | undefined): S3Error {
  if (parameter === undefined) return new S3Error('NotImplemented')
  return new S3Error('NotImplemented', {
    message: 'A query parameter asks for something that is not implemented.',
    extras: [['ArgumentName', parameter]],
  })
}

function fits(selector: OperationSelector, { parameters, hasCopySource, isForm }: OperationTraits): boolean {
  const given = parameters.ofOperation
  for (const [name, value] of selector.demands) {
    if (!given.has(name) || (value !== undefined && given.get(name) !== value)) return false
  }
  for (const [name, value] of selector.forbids) {
    if (given.has(name) && (value === undefined || given.get(name) === value)) return false
  }
  if (selector.copySource !== undefined && (selector.copySource === 'present') !== hasCopySource) return false
  return !selector.form || isForm
}

/** The sub-resource is right, but what must come with it is missing. */
function unfit(candidates: readonly S3Operation[], { parameters }: OperationTraits): S3Error {
  if (candidates.some((row) => row.selector.form)) return new S3Error('RequestIsNotMultiPartContent')
  for (const { selector } of candidates) {
    for (const [name, value] of selector.demands) {
      if (parameters.ofOperation.get(name) !== value || value === undefined) {
        return invalidParameter(name, 'A parameter that must come with this request is missing or not valid.')
      }
    }
  }
  return notImplemented(parameters.subresource)
}

const invalidParameter = (name: string, message: string) =>
  new S3Error('InvalidArgument', { message, extras: [['ArgumentName', name]] })

function parameterRefusal(operation: S3Operation, parameters: OperationTraits['parameters']): S3Error | undefined {
  if (parameters.unknown !== undefined) return notImplemented(parameters.unknown)
  const { selector, params, ignoredParams } = operation
  for (const name of parameters.ofOperation.keys()) {
    const isSelector = name === selector.subresource || selector.demands.has(name)
    if (!isSelector && !params.includes(name) && !ignoredParams.includes(name)) return notImplemented(name)
  }
  if (parameters.ofOperation.get('uploadId') === '') {
    return invalidParameter('uploadId', 'The upload id must not be empty.')
  }
  const part = parameters.ofOperation.get('partNumber')
  if (part !== undefined && !(/^\d{1,5}$/.test(part) && Number(part) >= 1 && Number(part) <= MAX_PART_NUMBER)) {
    return invalidParameter('partNumber', 'The part number must be between 1 and 10000.')
  }
  return undefined
}
