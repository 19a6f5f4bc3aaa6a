import { expect, test } from 'vitest'
import { checkDocumented } from './balancer-checks.ts'
import { hostedCall } from './hosts-bench.ts'

checkDocumented('haproxy', (bench) => {
  test('a signed Expect arrives', async () => {
    const { own, endpoint, user, host } = bench()
    const headers = [['expect', '100-continue']] as const
    const call = { method: 'PUT', host: `${own}.${host}`, path: '/expected', headers, body: Buffer.from('text') }
    expect((await hostedCall(endpoint, user, call)).status).toBe(200)
  })

  test('an upload in HTTP chunks that signs Transfer-Encoding', async () => {
    const { own, endpoint, user, host, master } = bench()
    const headers = [
      ['transfer-encoding', 'chunked'],
      ['x-amz-decoded-content-length', '5'],
    ] as const
    const framed = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n'
    const body = Buffer.from(`${framed.length.toString(16)}\r\n${framed}\r\n0\r\n\r\n`)
    const answer = await hostedCall(endpoint, user, {
      method: 'PUT',
      host: `${own}.${host}`,
      path: '/chunked',
      headers: [...headers, ['x-amz-trailer', 'x-amz-checksum-crc32']],
      body,
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    })
    expect(`${answer.status} ${answer.code}`).toBe('200 ')
    expect((await master.read(own, 'chunked')).body.toString()).toBe('hello')
  })
})
