import type { Circumstances } from '../../src/authz/circumstances.ts'
import { staticPolicies } from '../../src/authz/policy-source.ts'
import { type CompiledPolicy, compilePolicy } from '../../src/policy/compile.ts'
import { type ParsedPolicy, parseIdentityPolicy } from '../../src/policy/parse.ts'
import type { Principal } from '../../src/policy/principal.ts'
import type { AuthType, Authenticated } from '../../src/proof/stages.ts'
import type { S3Operation } from '../../src/s3/operation.ts'
import { parseS3Request, type S3Request } from '../../src/s3/request.ts'

/** The principal of a user. */
export function user(name: string): Principal {
  return {
    type: 'User',
    name,
    arn: `arn:aws:iam::000000000000:user/${name}`,
    accountId: '000000000000',
    tags: new Map(),
  }
}

/** A caller as if the signature had verified; without a name, an anonymous one. */
export function authenticatedAs(name?: string): Authenticated {
  const authType: AuthType = name === undefined ? 'Anonymous' : 'REST-HEADER'
  const principal: Principal = name === undefined ? { type: 'Anonymous' } : user(name)
  return { principal, authType, accessKey: name, seed: undefined } as unknown as Authenticated
}

/** Noon of a day in 2026, over TLS, from a documentation address. */
export const CIRCUMSTANCES: Circumstances = {
  now: new Date('2026-11-23T12:00:00Z'),
  sourceAddress: '203.0.113.7',
  transport: 'tls',
  tlsVersion: 'TLSv1.3',
  accountId: '000000000000',
  region: 'eu-test-1',
}

/** A request as if it had come in, with the row that it was resolved to, and where it came from. */
export function requestFor(
  line: string,
  headers: Readonly<Record<string, string>> = {},
): { readonly request: S3Request; readonly operation: S3Operation; readonly circumstances: Circumstances } {
  const [method = '', url = ''] = line.split(' ')
  const rawHeaders = ['Host', 's3.test', ...Object.entries(headers).flat()]
  const request = parseS3Request(
    { method, url, rawHeaders, httpVersion: '1.1', forwardedHost: undefined },
    { hostnames: [], reservedBuckets: new Set(), ignoreHeaders: new Set() },
  )
  if ('refusal' in request.resolved) throw request.resolved.refusal
  return { request, operation: request.resolved.operation, circumstances: CIRCUMSTANCES }
}

/** The policy `test` of these statements, in full. */
export function policyOf(...statements: readonly unknown[]): CompiledPolicy {
  const parsed: ParsedPolicy = parseIdentityPolicy({ Version: '2012-10-17', Statement: statements })
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return compilePolicy(parsed.document, 'test')
}

/** One statement in short: `Allow s3:Get*,s3:PutObject arn:aws:s3:::b/*`; `NotAction:` and `NotResource:` before a list negate it. */
export function policySource(name: string, ...statements: readonly string[]): ReturnType<typeof staticPolicies> {
  return staticPolicies([[name, { identity: [policyOf(...statements.map(statementOf))] }]])
}

function statementOf(text: string): unknown {
  const [effect, actions = '', resources = ''] = text.split(' ')
  const clause = (field: string, list: string): [string, string[]] =>
    list.startsWith(`Not${field}:`)
      ? [`Not${field}`, list.slice(field.length + 4).split(',')]
      : [field, list.split(',')]
  return { Effect: effect, ...Object.fromEntries([clause('Action', actions), clause('Resource', resources)]) }
}
