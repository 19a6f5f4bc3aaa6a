import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Config } from './config.ts'
import { type LoadResult, loadConfig, parseConfig } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const MASTER = `
master_credentials: {access_key: master, secret_key: master-secret, endpoint: "https://s3.example.com", region: fsn1}
`
const USERS = `
users: [{access_key: alice-key, secret_key: alice-secret, allowed_buckets: [b]}]
`

function parse(text: string, env: Record<string, string> = {}): Promise<LoadResult> {
  return parseConfig(text, { file: join(folder, 'c.yaml'), env })
}

async function accepted(text: string, env?: Record<string, string>): Promise<Config> {
  const result = await parse(text, env)
  expect(result.ok ? [] : result.problems).toEqual([])
  if (!result.ok) throw new Error('refused')
  return result.config
}

async function problems(text: string, env?: Record<string, string>): Promise<string[]> {
  const result = await parse(text, env)
  return result.ok ? [] : result.problems.map((line) => line.replace(`${join(folder, 'c.yaml')}:`, ''))
}

describe("the Go design's file", () => {
  test('loads as it is', async () => {
    const result = await loadConfig('test/fixtures/config/go-design.yaml', {})
    if (!result.ok) throw new Error(result.problems.join('\n'))
    const { config } = result
    expect(config.masterCredentials.endpoint.origin).toBe('https://fsn1.your-objectstorage.com')
    expect(config.masterCredentials.secretKey.reveal()).toBe('...')
    expect(config.server).toMatchObject({
      listen: { host: undefined, port: 8080 },
      readTimeoutMs: 300_000,
      writeTimeoutMs: 300_000,
      idleTimeoutMs: 120_000,
      maxHeaderBytes: 65_536,
      regions: ['fsn1', 'us-east-1'],
    })
    expect(config.backend.profile).toBe('hetzner')
    expect(config.users.map((user) => [user.name, user.allowedBuckets])).toEqual([
      ['user1-access-key', ['bucket-alpha', 'bucket-beta']],
      ['admin-access-key', ['*']],
    ])
    expect(config.logging).toEqual({ level: 'info', format: 'json', debugSignatures: false })
    expect(result.warnings.join('\n')).toContain('server.max_header_bytes: is capped at 64KiB')
  })
})

describe('defaults', () => {
  test('of a file with nothing but the required blocks', async () => {
    const config = await accepted(MASTER + USERS)
    expect(config.server).toEqual({
      listen: { host: undefined, port: 8080 },
      readTimeoutMs: 300_000,
      writeTimeoutMs: 300_000,
      idleTimeoutMs: 120_000,
      maxHeaderBytes: 16_384,
      regions: ['fsn1', 'us-east-1'],
      hostnames: [],
      trustedProxies: [],
      tls: undefined,
    })
    expect(config.backend).toEqual({
      profile: 'generic',
      addressing: 'path',
      maxConnections: 200,
      extraOperations: [],
      connectTimeoutMs: 10_000,
      responseTimeoutMs: 60_000,
      ca: undefined,
    })
    expect(config.limits).toEqual({
      maxClockSkewMs: 900_000,
      presignedMaxExpirySeconds: 604_800,
      maxXmlBodyBytes: 2_097_152,
      ignoreHeaders: [],
    })
    expect(config.admin).toBeUndefined()
    expect(config.audit.sinks).toEqual([])
    expect(config.store).toEqual({ path: join(folder, 'data'), listen: { host: '127.0.0.1', port: 9000 }, imitate: [] })
  })

  test.each([
    ['https://fsn1.your-objectstorage.com', 'hetzner'],
    ['https://s3.eu-central-1.amazonaws.com', 'aws'],
    ['https://s3.cn-north-1.amazonaws.com.cn', 'aws'],
    ['https://amazonaws.com.example.org', 'generic'],
    ['https://notyour-objectstorage.com', 'generic'],
  ])('the profile of %s is %s', async (endpoint, profile) => {
    expect((await accepted(MASTER.replace('https://s3.example.com', endpoint) + USERS)).backend.profile).toBe(profile)
  })

  test('the configuration cannot be changed', async () => {
    const config = await accepted(MASTER + USERS)
    expect(Object.isFrozen(config.server.regions)).toBe(true)
    expect(Object.isFrozen(config.users[0])).toBe(true)
  })

  test('secrets do not show when the configuration is printed', async () => {
    const config = await accepted(MASTER + USERS)
    expect(JSON.stringify(config)).not.toMatch(/master-secret|alice-secret/)
  })
})

describe('every key', () => {
  test('is read into its unit', async () => {
    const config = await accepted(`${MASTER}
server:
  regions: ["us-east-1", "fsn1"]
  hostnames: ["S3.example.com"]
  trusted_proxies: ["10.0.0.0/8", "::1"]
backend:
  profile: ceph
  addressing: virtual
  max_connections: 20
  extra_operations: [GetObjectAttributes]
  connect_timeout: "1s"
  response_timeout: "1m"
limits: {max_clock_skew: "5m", presigned_max_expiry: "1h", max_xml_body: "1MiB", ignore_headers: [X-Amz-Cf-Id]}
users: [{name: alice, access_key: alice-key, secret_key: s, allowed_buckets: ["*"]}]
store: {path: ./d, listen_addr: "127.0.0.1:9001", imitate: []}
admin: {listen_addr: "127.0.0.1:9090"}
audit: {sinks: [{type: file, path: ./audit.jsonl}]}
logging: {level: debug, format: console}
`)
    expect(config).toMatchObject({
      server: { regions: ['us-east-1', 'fsn1'], hostnames: ['s3.example.com'], trustedProxies: ['10.0.0.0/8', '::1'] },
      backend: {
        profile: 'ceph',
        addressing: 'virtual',
        maxConnections: 20,
        extraOperations: ['GetObjectAttributes'],
        connectTimeoutMs: 1_000,
        responseTimeoutMs: 60_000,
      },
      limits: {
        maxClockSkewMs: 300_000,
        presignedMaxExpirySeconds: 3_600,
        maxXmlBodyBytes: 1_048_576,
        ignoreHeaders: ['x-amz-cf-id'],
      },
      users: [{ name: 'alice', keys: [{ accessKey: 'alice-key', active: true }], allowedBuckets: ['*'] }],
      store: { path: join(folder, 'd'), listen: { host: '127.0.0.1', port: 9001 } },
      admin: { listen: { host: '127.0.0.1', port: 9090 } },
      audit: { sinks: [{ type: 'file', path: join(folder, 'audit.jsonl') }] },
      logging: { level: 'debug', format: 'console' },
    })
  })

  test.each(['"*"', '["*"]'])('regions: %s accepts any region', async (regions) => {
    expect((await accepted(`${MASTER}${USERS}server: {regions: ${regions}}`)).server.regions).toBe('*')
  })
})

describe('references', () => {
  test('a variable and a file are read where they are the whole value of a credential or the endpoint', async () => {
    writeFileSync(join(folder, 'secret'), 'from-file\n')
    const text = `
master_credentials: {access_key: "\${KEY}", secret_key: "file:secret", endpoint: "\${URL}", region: r}
${USERS}`
    const config = await accepted(text, { KEY: 'from-env', URL: 'http://127.0.0.1:9000' })
    expect(config.masterCredentials.accessKey).toBe('from-env')
    expect(config.masterCredentials.secretKey.reveal()).toBe('from-file')
    expect(config.masterCredentials.endpoint.host).toBe('127.0.0.1:9000')
  })

  test('an unset variable and a missing file are each reported once', async () => {
    const text = `
master_credentials: {access_key: "\${KEY}", secret_key: "file:missing", endpoint: "https://h", region: r}
${USERS}`
    expect(await problems(text)).toEqual([
      '2:34: master_credentials.access_key: the environment variable KEY is not set',
      `2:56: master_credentials.secret_key: the file ${join(folder, 'missing')} cannot be read (ENOENT)`,
    ])
  })

  test('a variable is not read in any other field', async () => {
    expect(await problems(`${MASTER}${USERS}server: {listen_addr: "\${ADDR}"}`, { ADDR: ':80' })).toHaveLength(1)
  })

  test('a variable within a longer text stays as it is, with a warning', async () => {
    const result = await parse(MASTER.replace('master-secret', '"${A}-x"') + USERS, { A: 'y' })
    expect(result.warnings.join()).toContain('is replaced only where it is the whole value')
    expect(result.ok && result.config.masterCredentials.secretKey.reveal()).toBe('${A}-x')
  })

  test.each([
    [0o644, true],
    [0o600, false],
  ])('literal secrets in a file of mode %o warn: %s', async (mode, expected) => {
    const file = join(folder, 'mode.yaml')
    writeFileSync(file, MASTER + USERS)
    chmodSync(file, mode)
    const { warnings } = await loadConfig(file, {})
    expect(warnings.some((line) => line.includes('chmod 600'))).toBe(expected)
  })
})

describe('what is refused, with its place and what is allowed', () => {
  test.each([
    [
      'an unknown block',
      'polices: {}',
      '5:1: polices: unknown key; did you mean policies? Known here: master_credentials, server',
    ],
    ['an unknown key in a block', 'server: {workers: 2}', '5:10: server.workers: unknown key; known here: listen_addr'],
    ['a duplicate key', 'logging: {level: info, level: debug}', '5:24: logging.level: this key stands twice'],
    ['a tab', 'server:\n\tlisten_addr: ":1"', '6:1: a tab stands where YAML wants spaces'],
    ['a second document', '---\nx: 1', '5:1: a second document begins here'],
    ['a number for a duration', 'server: {read_timeout: 300}', '5:24: server.read_timeout: is a number without a unit'],
    [
      'a clock skew above 15m',
      'limits: {max_clock_skew: 16m}',
      '5:26: limits.max_clock_skew: is too long; at most "15m"',
    ],
    ['an expiry above 7 days', 'limits: {presigned_max_expiry: 169h}', 'is too long; at most "168h"'],
    ['a size with a space', 'limits: {max_xml_body: 2 MiB}', '5:24: limits.max_xml_body: is not a size'],
    ['a size of a wrong kind', 'limits: {max_xml_body: true}', 'limits.max_xml_body: is a boolean; a size is wanted'],
    ['a foreign header to ignore', 'limits: {ignore_headers: [authorization]}', 'begins with x-amz-'],
    ['an unknown profile', 'backend: {profile: swift}', 'must be one of "ceph", "hetzner", "minio", "aws", "generic"'],
    ['an unknown operation', 'backend: {extra_operations: [Get]}', 'must be the name of an S3 operation'],
    ['no connections', 'backend: {max_connections: 0}', 'backend.max_connections: must be at least 1'],
    ['a listen address without colon', 'server: {listen_addr: "8080"}', '5:23: server.listen_addr: is not an address'],
    ['a region with spaces', 'server: {regions: ["a b"]}', '5:20: server.regions[0]: must be a region name'],
    [
      '"*" beside regions',
      'server: {regions: [a, "*"]}',
      '5:23: server.regions[1]: "*" accepts any region and stands alone',
    ],
    ['a hostname with a scheme', 'server: {hostnames: ["https://a"]}', 'must be a host name without scheme'],
    ['a trusted proxy that is none', 'server: {trusted_proxies: [lb]}', 'must be an IP address or a network'],
    ['half of a TLS pair', 'server: {tls: {cert_file: a.crt}}', '5:10: server.tls.key_file: is required'],
    ['a missing certificate', 'server: {tls: {cert_file: a.crt, key_file: a.key}}', 'a.crt cannot be read (ENOENT)'],
    ['a sink of a later issue', 'audit: {sinks: [{type: stdout}]}', 'audit.sinks[0].type: must be "file"'],
    ['an option of a later issue', 'audit: {when_full: block}', 'audit.when_full: unknown key'],
    [
      'an unknown quirk',
      'store: {imitate: [html-errors, ceph]}',
      '5:32: store.imitate[1]: must be one of "no-trailers"',
    ],
    ['an empty block', 'admin:', '5:7: admin: is empty; a block of keys is wanted'],
    ['an unknown level', 'logging: {level: trace}', '"error", "warn", "info", "debug"'],
    ['an alias that is not set', 'audit: *x', '5:8: audit: this is read as a YAML alias'],
    ['a key that could hold a value', 'server: {listen_addr:8080}', 'server.?: unknown key (is a space missing'],
    ['a key with the name of a property of all objects', '__proto__: {x: 1}', '5:1: __proto__: unknown key'],
  ])('%s', async (_name, text, expected) => {
    const found = await problems(`${MASTER}${USERS}${text}\n`)
    expect(found.join('\n')).toContain(expected)
  })

  test.each([
    [
      'an all-digit secret',
      '{access_key: abc, secret_key: 12345678901234567890}',
      'reads this unquoted value as a number',
    ],
    ['a secret that is a boolean', '{access_key: abc, secret_key: true}', 'reads this unquoted value as a boolean'],
    ['an empty secret', '{access_key: abc, secret_key: ""}', 'secret_key: is empty'],
    ['a secret with a space at its end', '{access_key: abc, secret_key: "x "}', 'without white space at its ends'],
    ['a key with a slash', '{access_key: a/bc, secret_key: x}', 'must be 3 to 128 letters'],
    ['a key that is too short', '{access_key: ab, secret_key: x}', 'must be 3 to 128 letters'],
    ['the master key', '{access_key: master, secret_key: x}', 'is the master access key'],
    ['the key of another user', '{access_key: alice-key, secret_key: x}', 'is the same as users[0].access_key'],
    [
      'the name of another user',
      '{name: alice-key, access_key: bob, secret_key: x}',
      'is the same as the name of users[0]',
    ],
    ['a pattern of buckets', '{access_key: abc, secret_key: x, allowed_buckets: ["b-*"]}', 'business of policies'],
    [
      'a policy variable',
      '{access_key: abc, secret_key: x, allowed_buckets: ["${aws:username}"]}',
      'business of policies',
    ],
    ['"*" beside names', '{access_key: abc, secret_key: x, allowed_buckets: [b, "*"]}', 'stands alone'],
    ['a bucket with a key', '{access_key: abc, secret_key: x, allowed_buckets: [b/c]}', 'must be the name of a bucket'],
    ['no key', '{secret_key: x}', 'users[1].access_key: is required'],
  ])('for a user: %s', async (_name, user, expected) => {
    const text = MASTER + USERS.replace(']}]', `]}, ${user}]`)
    expect((await problems(text)).join('\n')).toContain(expected)
  })

  test.each([
    ['https://s3.example.com/path', 'has more than scheme, host and port'],
    ['http://s3.example.com', 'plain http is free only to loopback and private addresses'],
  ])('the endpoint %s', async (endpoint, expected) => {
    expect((await problems(MASTER.replace('https://s3.example.com', endpoint) + USERS)).join()).toContain(expected)
  })

  test('plain http to a public host loads with backend.allow_http', async () => {
    const text = `${MASTER.replace('https://', 'http://')}${USERS}backend: {allow_http: true}`
    expect((await accepted(text)).masterCredentials.endpoint.protocol).toBe('http')
  })

  test('all faults are reported at once, in the order of the file', async () => {
    const found = await problems(
      `${MASTER}server: {listen_addr: x, tls: {cert_file: n, key_file: n}}\nusers: []\nlogging: {level: x}\n`,
    )
    expect(found.map((line) => line.split(':')[0])).toEqual(['3', '3', '3', '4', '5'])
  })

  test.each([
    ['an empty file', '', '1:1: the file is empty'],
    ['a list', '- a', '1:1: is a list; a block of keys is wanted'],
    ['a text', 'hello', '1:1: is a text; a block of keys is wanted'],
  ])('%s', async (_name, text, expected) => {
    expect((await problems(text)).join()).toContain(expected)
  })

  test('a file that is not there', async () => {
    const result = await loadConfig(join(folder, 'nowhere.yaml'), {})
    expect(result).toEqual({
      ok: false,
      problems: [`${join(folder, 'nowhere.yaml')}:1:1: the file cannot be read (ENOENT)`],
      warnings: [],
    })
  })
})

describe('certificates', () => {
  const fixture = (name: string) => join(process.cwd(), 'test/fixtures/config', name)

  function withTls(cert: string, key: string): string {
    return `${MASTER}${USERS}server: {tls: {cert_file: ${fixture(cert)}, key_file: ${fixture(key)}}}`
  }

  test('a certificate and its key are read, the key as a secret', async () => {
    const config = await accepted(
      `${withTls('server.crt', 'server.key')}\nbackend: {ca_file: ${fixture('server.crt')}}`,
    )
    expect(config.server.tls?.certificate).toContain('BEGIN CERTIFICATE')
    expect(config.server.tls?.privateKey.reveal()).toContain('PRIVATE KEY')
    expect(JSON.stringify(config)).not.toContain('PRIVATE KEY')
    expect(config.backend.ca).toContain('BEGIN CERTIFICATE')
  })

  test.each([
    ['another key', 'server.crt', 'other.key', 'key_file: the private key does not belong to the certificate'],
    ['a certificate for a key', 'server.crt', 'server.crt', 'key_file: the file holds no readable private key'],
    ['a key for a certificate', 'server.key', 'server.key', 'cert_file: the file holds no readable certificate'],
  ])('%s is refused', async (_name, cert, key, expected) => {
    expect((await problems(withTls(cert, key))).join()).toContain(expected)
  })
})

describe('hostile YAML', () => {
  test('aliases that multiply are refused quickly', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `x${i + 1}: &x${i + 1} [${Array(12).fill(`*x${i}`).join(',')}]`)
    const text = `x0: &x0 [a]\n${rows.join('\n')}\n`
    expect((await problems(text)).join()).toContain('aliases make this too large or too deep')
  })

  test('an alias of the node around it is refused', async () => {
    expect((await problems('users: &a [*a]\n')).join()).toContain('aliases make this too large or too deep')
  })

  test('a key that stands twice does not hide what else is wrong', async () => {
    const found = await problems(`${MASTER}${USERS}logging: {level: info, level: loud}\nnonsense: 1\n`)
    expect(found.map((line) => line.replace(/^\d+:\d+: /, '').split(':')[0])).toEqual([
      'logging.level',
      'logging.level',
      'nonsense',
    ])
  })

  test('no message holds a secret, wherever the fault sits', async () => {
    const secrets = [
      '*s3cr3t',
      '!s3cr3t',
      '"\\s3cr3t',
      '"s3cr3t',
      '{s3cr3t',
      's3cr3t: s3cr3t',
      '%s3cr3t',
      '@s3cr3t',
      '[s3cr3t]',
    ]
    for (const secret of secrets) {
      const text = MASTER.replace('master-secret', secret) + USERS
      const found = await problems(text)
      expect(found.length).toBeGreaterThan(0)
      expect(found.join('\n')).not.toContain('s3cr3t')
    }
  })
})
