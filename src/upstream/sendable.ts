import type { UpstreamRequest } from './send.ts'

const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/
const UNSENDABLE_VALUE = /[^\t\x20-\x7e\x80-\xff]/
const UNSENDABLE_PATH = /[^\x21-\x7e]/
const REFUSED_NAMES = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * What is wrong with a request's head, if anything. A pool with a connection limit hangs for good once it was given as
 * many requests that the library itself refuses as it has connections, so none of those may ever reach it.
 */
export function unsendable(request: UpstreamRequest): string | undefined {
  if (!request.path.startsWith('/') || UNSENDABLE_PATH.test(request.path)) return 'path'
  const { headers } = request
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    if (!TOKEN.test(name) || REFUSED_NAMES.has(name) || UNSENDABLE_VALUE.test(value)) return `header ${name}`
    if (name === 'content-length' && !/^\d{1,16}$/.test(value)) return 'content-length'
  }
  return undefined
}
