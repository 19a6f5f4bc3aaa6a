import { isLocalHost, parseEndpoint } from './addresses.ts'
import type { ConfigPath, Problem } from './problems.ts'
import { Fault, parseSize } from './units.ts'
import { listAt, valueAt } from './raw-values.ts'
import { MAX_HEADER_BYTES_CAP } from './schema-server.ts'

/** The checks that look at more than one field. They read the raw values, so that they speak even when others are wrong. */
export function crossChecks(raw: unknown): Problem[] {
  return [...duplicateUsers(raw), ...loneStars(raw), ...plainHttp(raw), ...regionStars(raw)]
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
  listAt(raw, ['users']).forEach((user, index) => {
    if (listAt(user, ['allowed_buckets']).length > 0) return
    warnings.push({ path: ['users', index], message: 'this user may do nothing: allowed_buckets is absent or empty' })
  })
  return warnings
}

function duplicateUsers(raw: unknown): Problem[] {
  const problems: Problem[] = []
  const keys = new Map<string, number>()
  const names = new Map<string, number>()
  const masterKey = valueAt(raw, ['master_credentials', 'access_key'])
  listAt(raw, ['users']).forEach((user, index) => {
    const accessKey = valueAt(user, ['access_key'])
    const name = valueAt(user, ['name']) ?? accessKey
    if (typeof accessKey === 'string' && accessKey !== '') {
      const path: ConfigPath = ['users', index, 'access_key']
      const first = keys.get(accessKey)
      if (accessKey === masterKey)
        problems.push({ path, message: 'is the master access key; users need keys of their own' })
      if (first === undefined) keys.set(accessKey, index)
      else
        problems.push({ path, message: `is the same as users[${first}].access_key; every access key may stand once` })
    }
    if (typeof name === 'string' && name !== '') {
      const first = names.get(name)
      if (first === undefined) names.set(name, index)
      else if (valueAt(user, ['name']) !== undefined) {
        problems.push({
          path: ['users', index, 'name'],
          message: `is the same as the name of users[${first}]; every name may stand once`,
        })
      }
    }
  })
  return problems
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
