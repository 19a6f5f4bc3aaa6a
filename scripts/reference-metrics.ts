import { createMetrics } from '../src/telemetry/metrics.ts'
import { NOTICE, table } from './markdown-table.ts'

/** docs/reference/metrics.md: what `GET /metrics` exposes, read off a registry in which everything was counted once. */
export async function metricsPage(): Promise<string> {
  const text = await exposition()
  const rows = [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(
    ([, name = '', help = '', type = '']) => [
      `\`${name}\``,
      type,
      labelsOf(text, name)
        .map((label) => `\`${label}\``)
        .join(', '),
      help,
    ],
  )
  const buckets = [...text.matchAll(/_request_duration_seconds_bucket\{le="([^"]+)"/g)].map((match) => match[1])
  return `${NOTICE}

# Metrics

\`GET /metrics\` on \`admin.listen_addr\`, in Prometheus' text format. What the labels say, and which reasons there are:
[observability.md](../observability.md#metrics). No label holds anything that a client chooses. Requests for metrics and health
are not counted.

${table(['Metric', 'Type', 'Labels', 'Meaning'], rows)}

Upper bounds of the duration's buckets, in seconds: ${buckets.join(', ')}.
`
}

async function exposition(): Promise<string> {
  const metrics = createMetrics({ version: '1', node: '24' })
  metrics.requestStarted()
  metrics.requestFinished({ operation: 'GetObject', statusClass: '2xx', reason: 'none' })
  metrics.stageTook('total', 1)
  metrics.shadowDiffered('deny')
  metrics.watchBackendConnections(() => ({ in_use: 0, idle: 0, waiting: 0 }))
  return metrics.render()
}

function labelsOf(text: string, name: string): readonly string[] {
  const labels = new RegExp(`^${name}(?:_sum)?\\{([^}]*)\\}`, 'm').exec(text)?.[1] ?? ''
  return [...labels.matchAll(/(\w+)=/g)].map((match) => match[1] ?? '')
}
