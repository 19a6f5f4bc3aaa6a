import { expect, test } from 'vitest'
import { until } from '../../support/ports.ts'
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

  test('the health check leaves no trace, and notices a proxy that is gone', async () => {
    const { endpoint, host, user, own, proxy, eventCount } = bench()
    const call = { host: `${own}.${host}`, path: '/checked' }
    const logged = (): number => proxy.stdout().split('\n').length
    const before = [eventCount(), logged()]
    // It comes every two seconds.
    await new Promise((resolve) => setTimeout(resolve, 6_500))
    expect([eventCount(), logged()]).toEqual(before)
    expect((await hostedCall(endpoint, user, call)).status).toBe(404)
    await proxy.stop()
    await until(
      async () => (await hostedCall(endpoint, user, call)).body.toString().includes('No server is available'),
      20_000,
      () => 'HAProxy goes on asking a proxy that is gone',
    )
  })
})
