import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { explainCanonical } from './explain-canonical.ts'

// What real clients printed, and what the proxy recorded of their requests behind something that changed them.
const FIXTURES = join(import.meta.dirname, '../../test/fixtures/explain-canonical')
const recorded = (name: string): string => join(FIXTURES, name)

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-canonical-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

interface Asked {
  readonly requestId?: string
  readonly format?: 'json'
  readonly audit?: string
  readonly debugSignatures?: 'off'
}

async function run(file: string, { requestId, format, audit = recorded('audit.jsonl'), debugSignatures }: Asked = {}) {
  const output = { out: '', err: '' }
  const exitCode = await explainCanonical({
    config: {
      file: 'c.yaml',
      audit: { sinks: audit === '' ? [] : [{ type: 'file', path: audit }] },
      logging: { level: 'info', format: 'json', debugSignatures: debugSignatures === undefined },
    },
    file,
    requestId,
    format: format ?? 'words',
    write: (text) => void (output.out += text),
    writeError: (text) => void (output.err += text),
  })
  return { exitCode, ...output }
}

test.each<[file: string, words: readonly string[]]>([
  ['aws-cli-1.txt', ['beside 2177EA22627AD23F', 'header host\n  client:  "127.0.0.1:40935"\n  arrived: "s3.internal"']],
  ['aws-cli-2.txt', ['beside 65E0296156112279', 'header content-md5\n', 'arrived: nothing']],
  [
    'boto3.txt',
    ['beside C1B49FD0F5A89BB8', 'path (from character 10 on)', 'header x-amz-meta-note', 'arrived: "a b,added"'],
  ],
  [
    'boto3-presigned.txt',
    ['beside AD30464839177DC0', 'query parameter response-content-type', 'query parameter utm_source'],
  ],
  ['s3cmd.txt', ['beside 4ADE8E80A35D462D', 'query parameter cache\n  client:  nothing\n  arrived: "1"']],
  ['rclone-headers.txt', ['The request that is sent', 'beside 8F44CEC0914870DF', 'header host']],
  ['rclone-auth.txt', ['beside EC184F054E5871F9', 'arrived: "s3.internal:8080"']],
])('%s is held against the newest request of its moment and key, and every difference told', async (file, words) => {
  const { exitCode, out, err } = await run(recorded(file))
  expect([exitCode, err]).toEqual([1, ''])
  for (const each of words) expect(out).toContain(each)
})

test('no secret of a header and no signature is printed', async () => {
  const { out } = await run(recorded('boto3.txt'))
  for (const text of ['MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=', 'hRasmdxgYDKV3nvbahU1MA==', '880bb13ff68f'])
    expect(out).not.toContain(text)
})

test('where all is the same the secret must differ, with exit code 0', async () => {
  const { exitCode, out } = await run(recorded('curl.txt'))
  expect(exitCode).toBe(0)
  expect(out).toContain(
    "So the secret key must differ: the client's is not the one that the configuration has for ALICEACCESSKEY01",
  )
})

test('a request that is named is compared, whatever its moment', async () => {
  const { exitCode, out } = await run(recorded('aws-cli-1.txt'), { requestId: '354130D781988862' })
  expect(exitCode).toBe(1)
  expect(out).toContain('beside 354130D781988862, the one that was named')
  expect(out).toContain('\ndate (')
})

test('of several requests in the file the one of that moment is taken', async () => {
  const texts = ['boto3.txt', 'aws-cli-1.txt'].map((name) => readFileSync(recorded(name), 'utf8'))
  const both = written('both.txt', texts.join(''))
  expect((await run(both, { requestId: 'C1B49FD0F5A89BB8' })).out).toContain('line 3,')
  expect((await run(both)).out).toContain('beside C1B49FD0F5A89BB8')
})

test('JSON has each difference', async () => {
  const { out } = await run(recorded('s3cmd.txt'), { format: 'json' })
  expect(JSON.parse(out)).toEqual({
    request_id: '4ADE8E80A35D462D',
    chosen: 'newest',
    line: expect.any(Number),
    told: 'signed',
    same: false,
    differences: [
      { part: 'query parameter', name: 'cache', client: null, received: '1', cause: expect.stringContaining('adds') },
    ],
    whole: true,
  })
})

test('bytes that a terminal would obey, or that cannot be seen, are told as escapes', async () => {
  const event = JSON.stringify({
    event_id: 'e',
    time: '2026-11-23T12:00:00.000Z',
    request_id: 'R',
    access_key: 'AK',
    source_ip: '127.0.0.1',
    operation: null,
    bucket: null,
    key: null,
    checks: [],
    error_code: 'SignatureDoesNotMatch',
    received: {
      canonical_request: 'GET\n/b\n\nhost:h\u00a0\\x\t\u001b[2J  y \n\nhost\nUNSIGNED-PAYLOAD',
      string_to_sign: `AWS4-HMAC-SHA256\n20261123T120000Z\n20261123/r/s3/aws4_request\n${'a'.repeat(64)}`,
      also_tried: [],
      cut: true,
    },
  })
  const audit = written('escapes.jsonl', `${event}\n`)
  const { out } = await run(written('c.txt', 'GET\n/b\n\nhost:h\n\nhost\nUNSIGNED-PAYLOAD\n'), { audit })
  expect(out).toContain('arrived: "h\\xa0\\\\x\\x09\\x1b[2J\\x20\\x20y\\x20"')
  expect(out).toContain('too large to be recorded whole')
})

const NOTHING = written('nothing.jsonl', '')

test.each<[name: string, file: string, asked: Asked, words: string]>([
  ['a file without a request', written('other.txt', 'no request\n'), {}, 'What is looked for: a canonical request'],
  ['a file that is not there', join(folder, 'missing.txt'), {}, 'missing.txt'],
  ['no audit file', recorded('s3cmd.txt'), { audit: '' }, 'audit.sinks names no file'],
  [
    'nothing recorded',
    recorded('s3cmd.txt'),
    { audit: NOTHING, debugSignatures: 'off' },
    'set logging.debug_signatures: true',
  ],
  ['nothing recorded though it is on', recorded('s3cmd.txt'), { audit: NOTHING }, 'repeat the request'],
  ['a request that is not there', recorded('s3cmd.txt'), { requestId: 'NOTTHERE' }, 'there is no request NOTTHERE'],
  [
    'no request of that moment',
    written('late.txt', 'GET\n/b\n\nhost:h\nx-amz-date:20271123T120000Z\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD\n'),
    {},
    'the newest is 354130D781988862, signed 20261126T122854Z with ALICEACCESSKEY01',
  ],
  [
    'a request that was refused for something else',
    recorded('s3cmd.txt'),
    {
      requestId: 'DENIED',
      audit: written(
        'denied.jsonl',
        '{"request_id":"DENIED","checks":[],"error_code":"AccessDenied","received":null}\n',
      ),
    },
    'was not refused for its signature (AccessDenied)',
  ],
  [
    'a request of which nothing was recorded',
    recorded('s3cmd.txt'),
    {
      requestId: 'BEFORE',
      audit: written('before.jsonl', '{"request_id":"BEFORE","checks":[],"error_code":"SignatureDoesNotMatch"}\n'),
      debugSignatures: 'off',
    },
    'what arrived of BEFORE was not recorded: set logging.debug_signatures: true',
  ],
])('%s ends with 2 and says why', async (_name, file, asked, words) => {
  const { exitCode, out, err } = await run(file, asked)
  expect([exitCode, out]).toEqual([2, ''])
  expect(err).toContain(words)
})
