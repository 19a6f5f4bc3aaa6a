import { sha256Hex, sign, type SigningKey, UNSIGNED_PAYLOAD } from '../test/support/signer.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** The one user, who may use the bucket `bucket-alpha`; every proxy that checks is told of it. */
export const USER: SigningKey = { accessKey: 'user1-access-key', secretKey: 'user1-secret-key', region: 'fsn1' }

/** One kind of request, sent over and over again. */
export interface Workload {
  readonly name: string
  readonly method: 'GET' | 'HEAD' | 'PUT'
  readonly path: string
  /** Of the request's body for PUT, of the answer's for GET; 0 for others. */
  readonly bodyBytes: number
  /** Whether the digest of the body is signed, and so has to be verified. */
  readonly payload: 'signed' | 'unsigned'
  readonly connections: number
  readonly expects: 'success' | 'refusal'
}

type Shape = Pick<Workload, 'name' | 'method' | 'path' | 'bodyBytes'>

const small = { payload: 'unsigned', connections: 32, expects: 'success' } as const
const large = { payload: 'unsigned', connections: 16, expects: 'success' } as const
const get = (name: string, bodyBytes: number): Shape => ({ name, method: 'GET', path: path(bodyBytes), bodyBytes })
const put = (name: string, bodyBytes: number): Shape => ({ name, method: 'PUT', path: '/bucket-alpha/new', bodyBytes })

export const WORKLOADS: readonly Workload[] = [
  { ...get('GET 4 KiB', 4 * KIB), ...small },
  { ...get('GET 1 MiB', MIB), ...large },
  { ...put('PUT 4 KiB', 4 * KIB), ...small },
  { ...put('PUT 1 MiB', MIB), ...large },
  { ...put('PUT 1 MiB, SHA-256', MIB), ...large, payload: 'signed' },
  // Of an empty object: wrk would wait for a body of the length that the answer announces.
  { ...get('HEAD', 0), ...small, method: 'HEAD' },
  { ...get('GET, refused', 0), ...small, path: '/other-bucket/4096', expects: 'refusal' },
]

function path(bytes: number): string {
  return `/bucket-alpha/${bytes}`
}

/** A script for wrk that sends the request as it stands, signed now: proxies accept it for a quarter of an hour. */
export function wrkScript(workload: Workload, host: string): string {
  const { method, path, payload } = workload
  const bodyBytes = method === 'PUT' ? workload.bodyBytes : 0
  const payloadHash = payload === 'signed' ? sha256Hex('x'.repeat(bodyBytes)) : UNSIGNED_PAYLOAD
  const signed = sign(USER, { method, host, path, payloadHash })
  const lines = [
    `${method} ${signed.target} HTTP/1.1`,
    ...signed.headers.map(([name, value]) => `${name}: ${value}`),
    ...(method === 'PUT' ? [`content-length: ${bodyBytes}`] : []),
  ]
  // Lua reads these escapes as JSON does.
  const head = JSON.stringify(`${lines.join('\r\n')}\r\n\r\n`)
  return `local whole = ${head} .. string.rep("x", ${bodyBytes})\nfunction request() return whole end\n`
}
