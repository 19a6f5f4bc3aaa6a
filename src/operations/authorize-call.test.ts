import { describe, expect, test } from 'vitest'
import { authenticatedAs, policyOf, requestFor } from '../../test/support/authz-input.ts'
import { staticPolicies } from '../authz/policy-source.ts'
import { HeaderList } from '../http/headers.ts'
import { S3Error } from '../s3/errors.ts'
import { SigningKeys } from '../sigv4/credential-scope.ts'
import type { Send } from '../upstream/send.ts'
import { authorizeCall } from './authorize-call.ts'
import type { Call } from './call.ts'

interface Backend {
  readonly lines: string[]
  readonly call: Call
}

const ERROR = '<Error><Code>InternalError</Code></Error>'
const tagging = (value: string): string =>
  `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>pub</Key><Value>${value}</Value></Tag></TagSet></Tagging>`

/** A call by alice, with statements as policies, before a backend that gives every request the same answer. */
function callFor(
  line: string,
  statements: readonly unknown[],
  answer: readonly [status: number, body: string],
  headers: Readonly<Record<string, string>> = {},
): Backend {
  const lines: string[] = []
  const send = (request: Parameters<Send>[0]): Promise<unknown> => {
    lines.push(`${request.method} ${request.path}`)
    const [status, text] = answer
    const body = (async function* () {
      yield Buffer.from(text)
    })()
    return Promise.resolve({ status, headers: new HeaderList([]), body, discard: () => undefined })
  }
  const services = {
    backend: {
      origin: 'http://backend.test',
      host: 'backend.test',
      addressing: 'path',
      profile: 'ceph',
      extraOperations: new Set(),
      credential: { accessKey: 'A', secretKey: 's', region: 'r' },
      keys: new SigningKeys(10),
    },
    send,
    policies: staticPolicies([['alice', { identity: [policyOf(...statements)] }]]),
    now: () => new Date(),
  }
  const exchange = { signal: new AbortController().signal }
  const call = {
    services,
    exchange,
    authenticated: authenticatedAs('alice'),
    record: { checks: [] },
    ...requestFor(line, headers),
  }
  return { lines, call: call as unknown as Call }
}

const onTag = (effect: string, value: string, action = 's3:GetObject'): unknown => ({
  Effect: effect,
  Action: action,
  Resource: '*',
  Condition: { StringEquals: { 's3:ExistingObjectTag/pub': value } },
})
const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' }

async function outcomeOf({ call }: Backend): Promise<string> {
  try {
    await authorizeCall(call)
    return 'allowed'
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
}

describe('S6: the tags of an object are read', () => {
  test.each<[name: string, statements: readonly unknown[], answer: readonly [number, string], expected: string]>([
    ['and allow', [onTag('Allow', 'yes')], [200, tagging('yes')], 'allowed'],
    ['and do not allow', [onTag('Allow', 'yes')], [200, tagging('no')], 'AccessDenied'],
    ['and deny', [allow, onTag('Deny', 'no')], [200, tagging('no')], 'AccessDenied'],
    ['and do not deny', [allow, onTag('Deny', 'no')], [200, tagging('yes')], 'allowed'],
    [
      'where there is no object, as none',
      [allow, onTag('Deny', 'no')],
      [404, '<Error><Code>NoSuchKey</Code></Error>'],
      'allowed',
    ],
    ['where the version is a deletion, as none', [onTag('Allow', 'yes')], [405, ''], 'AccessDenied'],
    ['and nothing is allowed when the backend fails', [allow, onTag('Deny', 'no')], [500, ''], 'InternalError'],
    [
      'and nothing is allowed when it answers nonsense',
      [allow, onTag('Deny', 'no')],
      [200, '<Tagging>'],
      'InternalError',
    ],
    [
      'and nothing is allowed when it answers 200 with an error',
      [allow, onTag('Deny', 'no')],
      [200, ERROR],
      'InternalError',
    ],
    [
      'and nothing is allowed by a document without a list',
      [allow, onTag('Deny', 'no')],
      [200, '<Tagging/>'],
      'InternalError',
    ],
    ['of which there may be none', [allow, onTag('Deny', 'no')], [200, '<Tagging><TagSet/></Tagging>'], 'allowed'],
  ])('%s', async (_name, statements, answer, expected) => {
    const backend = callFor('GET /bkt/k', statements, answer)
    expect(await outcomeOf(backend)).toBe(expected)
    expect(backend.lines).toHaveLength(1)
    expect(backend.lines[0]).toMatch(/^GET \/bkt\/k\?tagging=?$/)
  })

  test('once, with the version, however many actions ask for them', async () => {
    const both = onTag('Allow', 'yes', 's3:GetObjectVersion*')
    const backend = callFor('GET /bkt/k?attributes&versionId=v', [both], [200, tagging('yes')])
    expect(await outcomeOf(backend)).toBe('allowed')
    expect(backend.lines).toHaveLength(1)
    expect(backend.lines[0]).toMatch(/versionId=v/)
  })

  test.each<[name: string, line: string, statements: readonly unknown[], expected: string]>([
    ['allowed anyway', 'GET /bkt/k', [allow, onTag('Allow', 'yes')], 'allowed'],
    ['denied anyway', 'GET /bkt/k', [onTag('Allow', 'yes'), { ...allow, Effect: 'Deny' }], 'AccessDenied'],
    ['not allowed anyway', 'GET /bkt/k', [onTag('Deny', 'yes')], 'AccessDenied'],
    ['an action that does not know them', 'PUT /bkt/k', [onTag('Allow', 'yes', 's3:PutObject')], 'AccessDenied'],
    ['one of two actions is denied', 'GET /bkt/k?attributes', [onTag('Allow', 'yes')], 'AccessDenied'],
  ])('and not at all where they change nothing: %s', async (_name, line, statements, expected) => {
    const backend = callFor(line, statements, [200, tagging('yes')])
    expect(await outcomeOf(backend)).toBe(expected)
    expect(backend.lines).toEqual([])
  })
})

describe('whether the source of a copy has tags', () => {
  const withoutTagging = { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' }
  test.each<[status: number, expected: string]>([
    [200, 'allowed'],
    [404, 'allowed'],
    [405, 'allowed'],
    [400, 'BadRequest'],
    [403, 'AccessDenied'],
    [429, 'SlowDown'],
    [500, 'InternalError'],
    [503, 'SlowDown'],
  ])('is told by an object or its absence, and by nothing else: %i', async (status, expected) => {
    const backend = callFor('PUT /bkt/k', [withoutTagging], [status, ''], { 'x-amz-copy-source': 'src/k' })
    expect(await outcomeOf(backend)).toBe(expected)
    expect(backend.lines).toEqual(['HEAD /src/k'])
  })
})
