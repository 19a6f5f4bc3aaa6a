import type { Answer } from '../support/exchange.ts'
import type { Server } from './side.ts'
import { parseXml, textOf } from './xml-tree.ts'

/** What no answer of the proxy may be, whatever the backend said: an error that is none, or one that tells of the backend. */
export function proxyFaults(answer: Answer, method: string, backend: Server): string[] {
  const faults: string[] = []
  const requestId = answer.headers.get('x-amz-request-id') ?? ''
  if (requestId === '') faults.push('no request id')
  if (answer.status >= 400 && method !== 'HEAD') {
    const document = parseXml(answer.body.toString('utf8'))
    if (document?.name !== 'Error') faults.push(`an error that is no S3 document: ${answer.body.toString('latin1')}`)
    if ((textOf(document, 'Message') ?? '') === '') faults.push('an error without a message')
    if (textOf(document, 'RequestId') !== requestId) faults.push('two request ids')
  }
  const text = `${[...answer.headers].join('\n')}\n${answer.body.toString('latin1')}`
  for (const [what, secret] of [
    ["the backend's address", new URL(backend.http.url).host],
    ['the master key', backend.key.accessKey],
    ["the backend's own headers", 'x-rgw-'],
    ["the backend's own headers", 'x-minio-'],
  ] as const) {
    if (text.includes(secret)) faults.push(`tells ${what}`)
  }
  return faults
}
