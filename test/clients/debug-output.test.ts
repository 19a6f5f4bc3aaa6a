import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { stringify } from 'yaml'
import { type ChangingFront, startChangingFront } from '../support/changing-front.ts'
import { programsAreCompulsory } from '../support/environment.ts'
import { findProgram } from '../support/find-program.ts'
import { Lab } from '../support/lab.ts'
import { freePort } from '../support/ports.ts'
import { runProgram, serveWithProgram } from '../support/program.ts'
import { startRecorder, type Recorder } from '../support/recording-proxy.ts'

// What real clients print when they are told to say what they do, held by `explain --canonical` against what arrived behind
// something that changes requests.

const run = inject('run')
const lab = new Lab(run.directory)
const USER = { accessKey: 'NAMEDUSER-ACCESS-KEY', secretKey: 'named-user-secret-key-0123456789' }
const BUCKET = 'debug-output'

const SCRIPT = `
import logging, sys
import boto3
from botocore.config import Config
boto3.set_stream_logger('', logging.DEBUG)
s3 = boto3.client('s3', endpoint_url=sys.argv[1], config=Config(s3={'addressing_style': 'path'}, retries={'max_attempts': 1}))
try:
    s3.put_object(Bucket='${BUCKET}', Key='a//b', Body=b'x', Metadata={'note': 'a  b'})
except Exception as error:
    print(error)
`

interface Found {
  readonly file: string
}

const programs = {
  'aws-cli 1': await findProgram(lab, 'aws', ['--version'], /^aws-cli\/(1\.\d+)/),
  'aws-cli 2': await findProgram(lab, 'aws', ['--version'], /^aws-cli\/(2\.\d+)/),
  boto3: await findProgram(lab, 'python3', ['-c', 'import boto3; print(boto3.__version__)'], /^(\d+\.\d+)/),
  rclone: await findProgram(lab, 'rclone', ['version'], /^rclone v(\d+\.\d+)/),
  curl: await findProgram(lab, 'curl', ['--version'], /^curl (\S+)/),
}

/** How each is told to say what it does. */
function wordsFor(name: keyof typeof programs, url: string, config: string): readonly string[] {
  const { accessKey, secretKey } = USER
  const region = run.backend?.key.region ?? ''
  switch (name) {
    case 'aws-cli 1':
    case 'aws-cli 2':
      return ['--debug', '--endpoint-url', url, 's3api', 'head-object', '--bucket', BUCKET, '--key', 'a b.txt']
    case 'boto3':
      return ['-c', SCRIPT, url]
    case 'rclone':
      return [
        '--config',
        config,
        '--retries',
        '1',
        '--low-level-retries',
        '1',
        '-vv',
        '--dump',
        'auth',
        'lsf',
        `s3:${BUCKET}`,
      ]
    case 'curl': {
      const signing = ['--aws-sigv4', `aws:amz:${region}:s3`, '--user', `${accessKey}:${secretKey}`]
      return [
        '-sv',
        '-o',
        '/dev/null',
        ...signing,
        '-H',
        'x-amz-content-sha256: UNSIGNED-PAYLOAD',
        `${url}/${BUCKET}/k`,
      ]
    }
  }
}

describe.runIf(run.backend !== undefined)('what a client says it signed', () => {
  let front: ChangingFront
  let recorder: Recorder
  const configFile = join(lab.directory, 'explain.yaml')

  beforeAll(async () => {
    if (run.backend === undefined) return
    recorder = await startRecorder(lab, run.backend.url)
    const port = await freePort()
    const { accessKey, secretKey, region } = run.backend.key
    const config = stringify({
      master_credentials: { access_key: accessKey, secret_key: secretKey, endpoint: recorder.url, region },
      server: { listen_addr: `127.0.0.1:${port}` },
      backend: { profile: 'aws' },
      logging: { debug_signatures: true },
      audit: { sinks: [{ type: 'file', path: join(lab.directory, 'audit.jsonl') }] },
      users: [{ access_key: USER.accessKey, secret_key: USER.secretKey, allowed_buckets: [BUCKET] }],
    })
    writeFileSync(configFile, config, { mode: 0o600 })
    await serveWithProgram(lab, { command: [], config, endpoint: { url: `http://127.0.0.1:${port}` } })
    front = await startChangingFront(port)
    lab.onClose(() => front.close())
  })
  beforeEach(async () => {
    recorder.forget()
    // Requests of one key are told apart by the second in which they were signed.
    await sleep(1_000 - (Date.now() % 1_000))
  })
  afterAll(() => lab.close())

  /** What the client printed, as a file. */
  async function printed(name: keyof typeof programs, program: Found): Promise<string> {
    const url = `http://127.0.0.1:${front.port}`
    const rclone = join(lab.folder('rclone'), 'rclone.conf')
    const { accessKey, secretKey } = USER
    const region = run.backend?.key.region ?? ''
    writeFileSync(
      rclone,
      `[s3]\ntype = s3\nprovider = Ceph\nendpoint = ${url}\nregion = ${region}\n` +
        `access_key_id = ${accessKey}\nsecret_access_key = ${secretKey}\n`,
    )
    const extra = {
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: secretKey,
      AWS_DEFAULT_REGION: region,
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
    }
    const { stdout, stderr } = await lab.run({ file: program.file, args: wordsFor(name, url, rclone), extra }, 60_000)
    const file = join(lab.folder('debug'), 'debug.txt')
    writeFileSync(file, `${stdout}${stderr}`)
    return file
  }

  async function explained(file: string, ...more: readonly string[]) {
    const { code, stdout, stderr } = await runProgram(lab, [
      'explain',
      '--canonical',
      file,
      '--config',
      configFile,
      ...more,
    ])
    return { code, words: stdout + stderr }
  }

  const to =
    (pattern: RegExp, text: string) =>
    (sent: string): string =>
      sent.replace(pattern, text)

  describe.each(Object.entries(programs) as [keyof typeof programs, Found | undefined][])('%s', (name, program) => {
    const possible = program !== undefined || programsAreCompulsory
    const print = (): Promise<string> => {
      if (program === undefined) throw new Error(`${name} must be installed`)
      return printed(name, program)
    }

    test.runIf(possible)('a rewritten Host is named, and the backend sees nothing', async () => {
      front.change = to(/^Host: .*$/im, 'Host: inner.example:8080')
      const { code, words } = await explained(await print())
      expect(words).toContain(`header host\n  client:  "127.0.0.1:${front.port}"\n  arrived: "inner.example:8080"`)
      expect(words).toContain('a load balancer rewrote Host')
      expect(code).toBe(1)
      expect(recorder.lines()).toEqual([])
    })

    test.runIf(possible)('a parameter that was added is named', async () => {
      front.change = to(/^([A-Z]+ \/[^ ?]*)(\?[^ ]*)?( HTTP)/, '$1?x-cache=1$3')
      const { code, words } = await explained(await print())
      expect(words).toContain('query parameter x-cache\n  client:  nothing\n  arrived: "1"')
      expect(code).toBe(1)
      expect(recorder.lines()).toEqual([])
    })

    test.runIf(possible)('another secret is told, when nothing was changed', async () => {
      front.change = to(/(Signature=)[0-9a-f]{64}/, `$1${'0'.repeat(64)}`)
      const { code, words } = await explained(await print())
      expect(words).toContain(`the client's is not the one that the configuration has for ${USER.accessKey}`)
      expect(code).toBe(0)
      expect(recorder.lines()).toEqual([])
    })
  })

  test.runIf(programs.boto3 !== undefined || programsAreCompulsory)(
    'boto3: a normalised path and a joined header are both named, by request id, too',
    async () => {
      front.change = (sent) =>
        sent.replace(/^(PUT \S*)\/\//, '$1/').replace(/^x-amz-meta-note: .*$/im, 'x-amz-meta-note: a b,added')
      const file = await printed('boto3', programs.boto3 ?? { file: 'python3' })
      const requestId = /'x-amz-request-id': '([0-9A-F]+)'/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
      for (const more of [[], [requestId], ['--request', requestId]]) {
        const { code, words } = await explained(file, ...more)
        expect(words).toContain(`beside ${requestId}`)
        expect(words).toContain('normalises paths')
        expect(words).toContain(
          'header x-amz-meta-note (from character 4 on)\n  client:  "a b"\n  arrived: "a b,added"',
        )
        expect(code).toBe(1)
      }
      expect(recorder.lines()).toEqual([])
    },
  )
})
