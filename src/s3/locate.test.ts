import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from './address.ts'
import { S3Error } from './errors.ts'
import { type HostClaims, locate } from './locate.ts'

const DOMAINS = ['s3.example.com', 'eu.s3.example.com']

const claims = (hostHeader: string | undefined, more: Partial<HostClaims> = {}): HostClaims => ({
  hostHeader,
  forwardedHost: undefined,
  forwardedPort: undefined,
  ...more,
})

const signedHosts = (hostHeader: string, more: Partial<HostClaims> = {}, path = '/bkt/k'): string[] => [
  ...locate(claims(hostHeader, more), path, DOMAINS).signedHosts,
]

describe('what may have been signed as host', () => {
  test('is first of all what was sent', () => {
    expect(signedHosts('s3.example.com:8080')[0]).toBe('s3.example.com:8080')
    expect(signedHosts('Bkt.S3.example.com')[0]).toBe('Bkt.S3.example.com')
  })

  test.each<[string, string, Partial<HostClaims>, string]>([
    ['without the port that a balancer wrote behind the name', 's3.example.com:8080', {}, 's3.example.com'],
    ['with a default port that a balancer took away', 's3.example.com', {}, 's3.example.com:443'],
    ['with the port that a balancer tells of', 's3.example.com', { forwardedPort: '8443' }, 's3.example.com:8443'],
    ['in the lower case that the client meant', 'S3.Example.com:9000', {}, 's3.example.com:9000'],
    ['as a public name that a balancer replaced', '10.0.0.5:8080', {}, 's3.example.com'],
    ['as a public name with its port', '10.0.0.5', { forwardedPort: '8443' }, 's3.example.com:8443'],
    ['as another public name', 'eu.s3.example.com', {}, 's3.example.com'],
    ['as the name before a trusted proxy', '10.0.0.5', { forwardedHost: 'other.tld' }, 'other.tld'],
    ['as the name behind a trusted proxy', '10.0.0.5', { forwardedHost: 'other.tld' }, '10.0.0.5'],
    ['for a bucket with its port', 'bkt.s3.example.com', { forwardedPort: '8443' }, 'bkt.s3.example.com:8443'],
    ['for an IPv6 address without its port', '[2001:db8::1]:9000', {}, '[2001:db8::1]'],
  ])('%s', (_, hostHeader, more, expected) => {
    expect(signedHosts(hostHeader, more)).toContain(expected)
  })

  test.each<[string, string, Partial<HostClaims>, string]>([
    ['a base domain, when the host names a bucket', 'bkt.s3.example.com', {}, 's3.example.com'],
    ['a host that names another bucket', 'a.s3.example.com', { forwardedHost: 'b.s3.example.com' }, 'a.s3.example.com'],
    ['a host that names a bucket where the path does', 'b.s3.example.com', { forwardedHost: 'h' }, 'b.s3.example.com'],
    ['a port that is none', 's3.example.com', { forwardedPort: '8443,1' }, 's3.example.com:8443,1'],
  ])('is not %s', (_, hostHeader, more, unexpected) => {
    expect(signedHosts(hostHeader, more)).not.toContain(unexpected)
  })

  test('is tried once each', () => {
    const hosts = signedHosts('s3.example.com', { forwardedHost: 's3.example.com', forwardedPort: '443' })
    expect(hosts).toEqual([...new Set(hosts)])
  })
})

describe('a host that is none is refused', () => {
  test.each([
    ['', {}],
    [undefined, {}],
    [undefined, { forwardedHost: 's3.example.com' }],
    ['s3.example.com', { forwardedHost: 'user@s3.example.com' }],
    ['s3.example.com.', { forwardedHost: 's3.example.com' }],
  ])('%s %j', (hostHeader, more) => {
    expect(() => locate(claims(hostHeader, more), '/bkt/k', DOMAINS)).toThrow(S3Error)
  })
})

test('every candidate means the address itself', () => {
  const label = fc.constantFrom('bkt', 'a.b', 'eu', 'S3', 'x_y')
  const domain = fc.constantFrom('s3.example.com', 'eu.s3.example.com', 'EU.S3.example.com', 'example.com', 'evil.tld')
  const port = fc.constantFrom('', ':443', ':80', ':8080')
  const host = fc
    .tuple(fc.option(label, { nil: undefined }), domain, port)
    .map(([first, rest, end]) => `${first === undefined ? '' : `${first}.`}${rest}${end}`)
  const path = fc.constantFrom('/', '/bkt', '/bkt/', '/bkt/k', '/a.b/%2F', '/eu/s3')
  const forwardedPort = fc.constantFrom(undefined, '8443', '443', 'x')
  fc.assert(
    fc.property(
      host,
      fc.option(host, { nil: undefined }),
      forwardedPort,
      path,
      (hostHeader, forwarded, sent, target) => {
        const found = locate({ hostHeader, forwardedHost: forwarded, forwardedPort: sent }, target, DOMAINS)
        for (const candidate of found.signedHosts) {
          expect(parseAddress(candidate, target, DOMAINS)).toEqual(found.address)
        }
      },
    ),
    { numRuns: 1_000 },
  )
})
