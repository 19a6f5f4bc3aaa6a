import { Readable } from 'node:stream'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { freePort, until } from '../../support/ports.ts'
import { type BalancerName, startBalancer } from './balancer.ts'
import { isTested } from './balancer-checks.ts'
import { type HostedCall, type HostsBench, hostedCall, openHostsBench, sdkClient } from './hosts-bench.ts'

// Balancers that are set up otherwise than docs/load-balancers.md says: each row of its tables, over plain http.

/** The insides of nginx's `location /`, by what they are about; PROXY stands for the proxy's address. */
const NGINX = {
  'nothing but proxy_pass': 'proxy_pass http://PROXY;',
  'X-Forwarded-Host': 'proxy_pass http://PROXY; proxy_set_header X-Forwarded-Host $http_host;',
  'Host without its port': 'proxy_pass http://PROXY; proxy_set_header Host $host;',
  'Host without its port, and X-Forwarded-Port':
    'proxy_pass http://PROXY; proxy_set_header Host $host; proxy_set_header X-Forwarded-Port $server_port;',
  "Host with nginx's own port": 'proxy_pass http://PROXY; proxy_set_header Host $host:$server_port;',
  'proxy_pass with a path': 'proxy_pass http://PROXY/; proxy_set_header Host $http_host;',
  'Accept-Encoding taken away':
    'proxy_pass http://PROXY; proxy_set_header Host $http_host; proxy_set_header Accept-Encoding "";',
  'HTTP/1.0, buffered': 'proxy_pass http://PROXY; proxy_set_header Host $http_host; client_max_body_size 0;',
  'HTTP/1.1, buffered':
    'proxy_pass http://PROXY; proxy_set_header Host $http_host; client_max_body_size 0; proxy_http_version 1.1;',
} as const

/** Lines of HAProxy's frontend. */
const HAPROXY = {
  'Host replaced, X-Forwarded-Host':
    'http-request set-header X-Forwarded-Host %[req.hdr(host)]\n    http-request set-header Host proxy.internal:9000',
  'Host replaced': 'http-request set-header Host proxy.internal:9000',
  'Host replaced, X-Forwarded-Port':
    'http-request set-header Host proxy.internal:9000\n    http-request set-header X-Forwarded-Port %[dst_port]',
} as const

type Setting = keyof typeof NGINX | keyof typeof HAPROXY

interface VariedBench extends HostsBench {
  readonly ports: ReadonlyMap<Setting, number>
}

async function openVaried(name: BalancerName, stem: string, trusted: readonly string[]): Promise<VariedBench> {
  const bench = await openHostsBench(inject('run'), stem, trusted)
  const ports = new Map<Setting, number>()
  const parts: string[] = []
  const settings: Readonly<Partial<Record<Setting, string>>> = name === 'nginx' ? NGINX : HAPROXY
  for (const [index, [setting, text]] of Object.entries(settings).entries()) {
    const port = await freePort()
    ports.set(setting as Setting, port)
    parts.push(
      name === 'nginx'
        ? `server { listen 127.0.0.1:${port}; location / { ${text.replace('PROXY', `127.0.0.1:${bench.proxyPort}`)} } }`
        : `frontend f${index}\n    mode http\n    timeout client 30s\n    bind 127.0.0.1:${port}\n    ${text}\n    default_backend proxy`,
    )
  }
  if (name === 'haproxy') {
    parts.push(
      `backend proxy\n    mode http\n    timeout connect 5s\n    timeout server 30s\n    server proxy1 127.0.0.1:${bench.proxyPort}\n`,
    )
  }
  await startBalancer(name, bench.lab, { config: parts.join('\n\n'), ports: [...ports.values()] })
  return { ...bench, ports }
}

/** What the client does: how it names the bucket, and which port stands in the host that it signs and sends. */
interface Way {
  readonly style: 'path' | 'virtual'
  readonly port: 'own' | 'default'
}

async function outcome(
  bench: VariedBench,
  setting: Setting,
  way: Way,
  more: Partial<HostedCall> = {},
): Promise<string> {
  const port = bench.ports.get(setting) ?? 0
  const name = way.port === 'own' ? `s3.test:${port}` : 's3.test'
  const key = more.path ?? '/k'
  const at =
    way.style === 'virtual' ? { host: `${bench.own}.${name}`, path: key } : { host: name, path: `/${bench.own}${key}` }
  const answer = await hostedCall({ url: `http://127.0.0.1:${port}` }, bench.user, { ...more, ...at })
  return answer.status === 200 ? '200' : `${answer.status} ${answer.code}`.trim()
}

const PATH_OWN: Way = { style: 'path', port: 'own' }
const PATH_DEFAULT: Way = { style: 'path', port: 'default' }
const VIRTUAL_OWN: Way = { style: 'virtual', port: 'own' }
const VIRTUAL_DEFAULT: Way = { style: 'virtual', port: 'default' }
const MISMATCH = '403 SignatureDoesNotMatch'

type HostRow = readonly [setting: Setting, way: Way, trusted: string, untrusted: string]

const NGINX_HOSTS: readonly HostRow[] = [
  ['nothing but proxy_pass', PATH_DEFAULT, '200', '200'],
  ['nothing but proxy_pass', PATH_OWN, MISMATCH, MISMATCH],
  ['nothing but proxy_pass', VIRTUAL_DEFAULT, MISMATCH, MISMATCH],
  ['X-Forwarded-Host', PATH_OWN, '200', MISMATCH],
  ['X-Forwarded-Host', VIRTUAL_DEFAULT, '200', MISMATCH],
  ['X-Forwarded-Host', VIRTUAL_OWN, '200', MISMATCH],
  ['Host without its port', VIRTUAL_DEFAULT, '200', '200'],
  ['Host without its port', VIRTUAL_OWN, MISMATCH, MISMATCH],
  ['Host without its port, and X-Forwarded-Port', VIRTUAL_OWN, '200', MISMATCH],
  ['Host without its port, and X-Forwarded-Port', PATH_DEFAULT, '200', '200'],
  ["Host with nginx's own port", VIRTUAL_DEFAULT, '200', '200'],
  ["Host with nginx's own port", VIRTUAL_OWN, '200', '200'],
]

const HAPROXY_HOSTS: readonly HostRow[] = [
  ['Host replaced, X-Forwarded-Host', VIRTUAL_OWN, '200', MISMATCH],
  ['Host replaced, X-Forwarded-Host', PATH_DEFAULT, '200', '200'],
  ['Host replaced', PATH_DEFAULT, '200', '200'],
  ['Host replaced', PATH_OWN, MISMATCH, MISMATCH],
  ['Host replaced', VIRTUAL_DEFAULT, MISMATCH, MISMATCH],
  ['Host replaced, X-Forwarded-Port', PATH_OWN, '200', MISMATCH],
]

describe.each([
  ['nginx', NGINX_HOSTS],
  ['haproxy', HAPROXY_HOSTS],
] as const)('%s', (name, rows) => {
  describe.runIf(isTested(name)).each([
    ['trusted', ['127.0.0.1']],
    ['not trusted', ['10.0.0.0/8']],
  ] as const)('%s by the proxy', (trust, trusted) => {
    let bench: VariedBench
    beforeAll(async () => {
      bench = await openVaried(name, `${name}-${trust.replace(' ', '-')}`, trusted)
      await bench.master.put(bench.own, 'k', 'text')
    })
    afterAll(() => bench?.close())

    test.each(rows)('%s, %o', async (setting, way, whenTrusted, whenNot) => {
      const expected = trust === 'trusted' ? whenTrusted : whenNot
      expect(await outcome(bench, setting, way)).toBe(expected)
      expect(await outcome(bench, setting, way, { method: 'PUT', body: Buffer.from('text') })).toBe(expected)
    })
  })
})

describe.runIf(isTested('nginx'))('nginx, set up otherwise', () => {
  let bench: VariedBench
  beforeAll(async () => {
    bench = await openVaried('nginx', 'nginx-otherwise', ['127.0.0.1'])
  })
  afterAll(() => bench?.close())

  test.each([
    ['/two%20words', '200'],
    ['/a%252Fb', '200'],
    ['/a%2Fb', MISMATCH],
    ['/%C3%A9', '200'],
    ['/a//b', MISMATCH],
    ['/a/./b', MISMATCH],
    ['/a/../k', MISMATCH],
    ['/x/..%2Fk', MISMATCH],
  ])('proxy_pass with a path: %s, and no other object is touched', async (path, expected) => {
    bench.proxy.backendSaw.forget()
    const put = { method: 'PUT', path, body: Buffer.from('text') }
    expect(await outcome(bench, 'proxy_pass with a path', VIRTUAL_OWN, put)).toBe(expected)
    expect(bench.proxy.backendSaw.lines()).toHaveLength(expected === '200' ? 1 : 0)
  })

  test.each<[string, readonly (readonly [string, string])[]]>([
    ['an underscore', [['x-amz-meta-a_b', '1']]],
    ['a dot', [['x-amz-meta-a.b', '1']]],
  ])('a header name with %s is dropped, and the log says which', async (_, headers) => {
    const put = { method: 'PUT', headers, body: Buffer.from('text') }
    expect(await outcome(bench, 'HTTP/1.1, buffered', VIRTUAL_OWN, put)).toBe(MISMATCH)
    const [name] = headers[0] ?? []
    await until(
      () => bench.proxy.stdout().includes(`did not arrive: ${name}`),
      2_000,
      () => `the log does not name ${name}`,
    )
  })

  test('a signed Accept-Encoding that is taken away does not verify', async () => {
    const headers = [['accept-encoding', 'identity']] as const
    const put = { method: 'PUT', headers, body: Buffer.from('text') }
    expect(await outcome(bench, 'Accept-Encoding taken away', VIRTUAL_OWN, put)).toBe(MISMATCH)
    expect(await outcome(bench, 'HTTP/1.0, buffered', VIRTUAL_OWN, put)).toBe('200')
  })

  test("an upload over nginx's own limit is nginx's refusal", async () => {
    const put = { method: 'PUT', body: Buffer.alloc(2 * 1024 * 1024) }
    bench.proxy.backendSaw.forget()
    expect(await outcome(bench, 'proxy_pass with a path', VIRTUAL_OWN, put)).toBe('413')
    expect(bench.proxy.backendSaw.lines()).toEqual([])
  })

  test.each(['HTTP/1.0, buffered', 'HTTP/1.1, buffered'] as const)('%s: real clients work', async (setting) => {
    const host = `s3.test:${bench.ports.get(setting)}`
    const client = sdkClient(bench.user, { scheme: 'http', host, style: 'virtual' })
    const at = { Bucket: bench.own, Key: `a//b ${setting}` }
    const pieces = Array.from({ length: 48 }, (_, index) => Buffer.alloc(65_536, index))
    const stream = new PutObjectCommand({ ...at, Body: Readable.from(pieces), ContentLength: 48 * 65_536 })
    await client.send(stream)
    const got = await client.send(new GetObjectCommand(at))
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? [])
    expect(bytes.equals(Buffer.concat(pieces))).toBe(true)
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: bench.own, Prefix: at.Key }))
    expect(KeyCount).toBe(1)
    const missing = client.send(new GetObjectCommand({ ...at, Key: 'missing' }))
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchKey' })
    const foreign = new PutObjectCommand({ ...at, Bucket: bench.foreign, Body: Buffer.concat(pieces) })
    await expect(client.send(foreign)).rejects.toMatchObject({ name: 'AccessDenied' })
    client.destroy()
  })
})
