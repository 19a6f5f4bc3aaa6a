import { expect, test } from 'vitest'
import { until } from '../../support/ports.ts'
import { checkDocumented } from './balancer-checks.ts'
import { hostedCall } from './hosts-bench.ts'

checkDocumented('nginx', (bench) => {
  test('a signed Expect is lost, as the page says, and the log names it', async () => {
    const { own, endpoint, user, host, proxy } = bench()
    const headers = [['expect', '100-continue']] as const
    const call = { method: 'PUT', host: `${own}.${host}`, path: '/expected', headers, body: Buffer.from('text') }
    expect((await hostedCall(endpoint, user, call)).code).toBe('SignatureDoesNotMatch')
    await until(
      () => proxy.stdout().includes('signed headers that did not arrive: expect'),
      2_000,
      () => 'the log does not name the header',
    )
  })
})
