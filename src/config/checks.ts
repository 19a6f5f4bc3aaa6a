import { isLocalHost, parseEndpoint } from './addresses.ts'
import { identityWarnings, keysOf } from './identity-checks.ts'
import { type ConfigPath, formatPath, type Problem } from './problems.ts'
import { Fault, parseSize } from './units.ts'
import { listAt, valueAt } from './raw-values.ts'
import { MAX_HEADER_BYTES_CAP } from './schema-server.ts'

/** The checks that look at more than one field. They read the raw values, so that they speak even when others are wrong. */
export function crossChecks(raw: unknown): Problem[] {
  return [...duplicateKeys(raw), ...duplicateNames(raw), ...loneStars(raw), ...plainHttp(raw), ...regionStars(raw)]
}

/** What loads but is probably not meant. */
export function crossWarnings(raw: unknown): Problem[] {
  const warnings: Problem[] = []
  const headerBytes = valueAt(raw, ['server', 'max_header_bytes'])
  if (typeof headerBytes === 'number' || typeof headerBytes === 'string') {
    const size = parseSize(headerBytes, 0, Number.MAX_SAFE_INTEGER)
    if (!(size instanceof Fault) && size > MAX_HEADER_BYTES_CAP) {
      warnings.push({ path: ['server', 'max_header_bytes'], message: 'is capped at 64KiB' })
    }
  }
  return [...warnings, ...identityWarnings(raw)]
}

function duplicateKeys(raw: unknown): Problem[] {
  const keys = new Map<string, string>()
  const masterKey = valueAt(raw, ['master_credentials', 'access_key'])
  return keysOf(raw).flatMap(({ accessKey, path }): Problem[] => {
    if (typeof accessKey !== 'string' || accessKey === '') return []
    if (accessKey === masterKey) return [{ path, message: 'is the master access key; users need keys of their own' }]
    const first = keys.get(accessKey)
    if (first === undefined) {
      keys.set(accessKey, formatPath(path))
      return []
    }
    return [{ path, message: `is the same as ${first}; every access key may stand once` }]
  })
}

function duplicateNames(raw: unknown): Problem[] {
  const names = new Map<string, number>()
  return listAt(raw, ['users']).flatMap((user, index): Problem[] => {
    const name = valueAt(user, ['name']) ?? valueAt(user, ['access_key'])
    if (typeof name !== 'string' || name === '') return []
    const first = names.get(name)
    if (first === undefined) {
      names.set(name, index)
      return []
    }
    const isNamed = valueAt(user, ['name']) !== undefined
    // Two that are called by the same key are told of as such.
    if (!isNamed && valueAt(listAt(raw, ['users'])[first], ['name']) === undefined) return []
    const message = isNamed
      ? `is the same as the name of users[${first}]; every name may stand once`
      : `is the name of users[${first}], and so would be that of this user; give it a \`name\` of its own`
    return [{ path: ['users', index, isNamed ? 'name' : 'access_key'], message }]
  })
}

function loneStars(raw: unknown): Problem[] {
  return listAt(raw, ['users']).flatMap((user, index) => {
    const entries = listAt(user, ['allowed_buckets'])
    if (entries.length < 2 || !entries.includes('*')) return []
    const path: ConfigPath = ['users', index, 'allowed_buckets', entries.indexOf('*')]
    return [{ path, message: '"*" means everything and stands alone; remove it or the names beside it' }]
  })
}

function regionStars(raw: unknown): Problem[] {
  const regions = listAt(raw, ['server', 'regions'])
  if (regions.length < 2 || !regions.includes('*')) return []
  const path: ConfigPath = ['server', 'regions', regions.indexOf('*')]
  return [{ path, message: '"*" accepts any region and stands alone; remove it or the names beside it' }]
}

function plainHttp(raw: unknown): Problem[] {
  const text = valueAt(raw, ['master_credentials', 'endpoint'])
  const endpoint = typeof text === 'string' ? parseEndpoint(text) : undefined
  if (endpoint === undefined || endpoint instanceof Fault || endpoint.protocol === 'https') return []
  if (isLocalHost(endpoint.hostname) || valueAt(raw, ['backend', 'allow_http']) === true) return []
  const message =
    'plain http is free only to loopback and private addresses; use https, or set backend.allow_http: true'
  return [{ path: ['master_credentials', 'endpoint'], message }]
}
