import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

const build = { version: '1.2.3', node: 'v24.0.0' }

test('a request is counted by operation, class and reason, and leaves the gauge as it found it', async () => {
  const metrics = createMetrics(build)
  metrics.requestStarted()
  metrics.requestStarted()
  metrics.requestFinished({ operation: 'GetObject', statusClass: '4xx', reason: 'denied' })
  metrics.stageTook('authorize', 0.003)
  metrics.bytesMoved('out', 1234)
  const text = await metrics.render()
  expect(text).toContain('s3_iam_proxy_requests_total{operation="GetObject",status_class="4xx",reason="denied"} 1')
  expect(text).toContain('s3_iam_proxy_in_flight 1')
  expect(text).toContain('s3_iam_proxy_request_duration_seconds_bucket{le="0.005",stage="authorize"} 1')
  expect(text).toContain('s3_iam_proxy_bytes_total{direction="out"} 1234')
  expect(text).toContain('s3_iam_proxy_bytes_total{direction="in"} 0')
  expect(text).toContain('s3_iam_proxy_reloads_total{result="success"} 0')
  expect(text).toContain('s3_iam_proxy_build_info{version="1.2.3",node="v24.0.0"} 1')
})

test('connections and the audit queue are read at every scrape', async () => {
  const metrics = createMetrics(build)
  let inUse = 1
  metrics.watchBackendConnections(() => ({ in_use: inUse, idle: 2, waiting: 0 }))
  metrics.watchAuditQueue(() => 7)
  expect(await metrics.render()).toContain('s3_iam_proxy_backend_connections{state="in_use"} 1')
  inUse = 5
  const text = await metrics.render()
  expect(text).toContain('s3_iam_proxy_backend_connections{state="in_use"} 5')
  expect(text).toContain('s3_iam_proxy_audit_queue 7')
})

test('two instances share nothing', async () => {
  const [one, other] = [createMetrics(build), createMetrics(build)]
  one.bytesMoved('in', 5)
  expect(await other.render()).toContain('s3_iam_proxy_bytes_total{direction="in"} 0')
})
