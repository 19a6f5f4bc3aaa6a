import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../support/find-program.ts'
import type { Lab } from '../support/lab.ts'
import type { Ended } from '../support/processes.ts'
import type { Client, ClientReply, ClientRequest, ClientSession, ClientSetting } from './client.ts'
import { type CommandWords, operationsOf, wordsFor } from './command-words.ts'

const RUN_WITHIN_MS = 120_000

function at({ bucket, key }: { readonly bucket: string; readonly key: string }): readonly string[] {
  return ['--bucket', bucket, '--key', key]
}

const QUIET = '--only-show-errors'

/** The command of each operation. `aws s3 presign` knows GET only. */
const WORDS: CommandWords = {
  listBuckets: () => ['s3api', 'list-buckets'],
  createBucket: ({ bucket }) => ['s3api', 'create-bucket', '--bucket', bucket],
  headBucket: ({ bucket }) => ['s3api', 'head-bucket', '--bucket', bucket],
  list: ({ bucket, prefix }) => ['s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', prefix],
  put: ({ file, metadata, ...object }) => {
    const described = metadata === undefined ? [] : ['--metadata', JSON.stringify(metadata)]
    return ['s3api', 'put-object', ...at(object), '--body', file, ...described]
  },
  get: ({ file, ...object }) => ['s3api', 'get-object', ...at(object), file],
  getRange: ({ file, first, last, ...object }) => {
    return ['s3api', 'get-object', ...at(object), '--range', `bytes=${first}-${last}`, file]
  },
  upload: ({ bucket, key, file }) => ['s3', 'cp', QUIET, file, `s3://${bucket}/${key}`],
  download: ({ bucket, key, file }) => ['s3', 'cp', QUIET, `s3://${bucket}/${key}`, file],
  // The file comes on its standard input.
  putStream: ({ bucket, key }) => ['s3', 'cp', QUIET, '-', `s3://${bucket}/${key}`],
  putChecked: ({ file, algorithm, ...object }) => {
    return ['s3api', 'put-object', ...at(object), '--body', file, '--checksum-algorithm', algorithm]
  },
  getIfChanged: ({ file, etag, ...object }) => {
    return ['s3api', 'get-object', ...at(object), '--if-none-match', etag, file]
  },
  syncUp: ({ folder, bucket, prefix }) => ['s3', 'sync', QUIET, folder, `s3://${bucket}/${prefix}`],
  syncDown: ({ bucket, prefix, folder }) => ['s3', 'sync', QUIET, `s3://${bucket}/${prefix}`, folder],
  readMetadata: (object) => ['s3api', 'head-object', ...at(object)],
  copy: ({ bucket, key, toBucket, toKey }) => {
    return ['s3api', 'copy-object', ...at({ bucket: toBucket, key: toKey }), '--copy-source', `${bucket}/${key}`]
  },
  delete: (object) => ['s3api', 'delete-object', ...at(object)],
  deleteMany: ({ bucket, keys }) => {
    const wanted = JSON.stringify({ Objects: keys.map((Key) => ({ Key })) })
    return ['s3api', 'delete-objects', '--bucket', bucket, '--delete', wanted]
  },
  deletePrefix: ({ bucket, prefix }) => ['s3', 'rm', QUIET, '--recursive', `s3://${bucket}/${prefix}`],
  presignGet: ({ bucket, key }) => ['s3', 'presign', '--expires-in', '600', `s3://${bucket}/${key}`],
}

/** What Debian's version 2, of 2022, does not know yet. */
const NEWER: CommandWords = {
  ...WORDS,
  putIfAbsent: ({ file, ...object }) => ['s3api', 'put-object', ...at(object), '--body', file, '--if-none-match', '*'],
}

/** The AWS command line interface, version 1 (PyPI) or 2 (Debian). */
export function awsCli(major: '1' | '2'): Client {
  const words = major === '1' ? NEWER : WORDS
  const find = (lab: Lab) => findProgram(lab, 'aws', ['--version'], new RegExp(`^aws-cli/(${major}\\.\\d+)`))
  return {
    name: `aws-cli v${major}`,
    version: async (lab) => (await find(lab))?.version,
    offers: operationsOf(words),
    checksums: ['CRC32', 'SHA1', 'SHA256', ...(major === '1' ? (['CRC32C', 'CRC64NVME'] as const) : [])],
    canName: () => true,
    canList: () => true,
    // `head-bucket` and `s3 cp` begin with HEAD; the tool then shows the bare status.
    refusals: ['AccessDenied', '403'],
    forgeries: ['SignatureDoesNotMatch'],
    open: async (setting) => {
      const program = await find(setting.lab)
      if (program === undefined) throw new Error(`no aws-cli ${major}`)
      return new AwsCliSession(setting, program.file, words)
    },
  }
}

class AwsCliSession implements ClientSession {
  readonly #setting: ClientSetting
  readonly #program: string
  readonly #words: CommandWords
  readonly #configFile: string

  constructor(setting: ClientSetting, program: string, words: CommandWords) {
    this.#setting = setting
    this.#program = program
    this.#words = words
    this.#configFile = join(setting.lab.folder('aws'), 'config')
    writeFileSync(this.#configFile, '[default]\nmax_attempts = 1\ns3 =\n  addressing_style = path\n')
  }

  async send(request: ClientRequest): Promise<ClientReply> {
    const { endpoint, authority, region, accessKey, secretKey, lab } = this.#setting
    const ended = await lab.run(
      {
        file: this.#program,
        args: ['--endpoint-url', endpoint, '--output', 'json', ...wordsFor(this.#words, request)],
        ...(request.do === 'putStream' ? { input: request.file } : {}),
        extra: {
          AWS_ACCESS_KEY_ID: accessKey,
          AWS_SECRET_ACCESS_KEY: secretKey,
          AWS_DEFAULT_REGION: region,
          AWS_CONFIG_FILE: this.#configFile,
          AWS_SHARED_CREDENTIALS_FILE: `${this.#configFile}.none`,
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_PAGER: '',
          ...(authority === undefined ? {} : { AWS_CA_BUNDLE: authority }),
        },
      },
      RUN_WITHIN_MS,
    )
    if (request.do === 'getIfChanged' && readFailure(ended).code === '304') return { ok: true, changed: false }
    return ended.code === 0 ? readReply(request, ended.stdout) : readFailure(ended)
  }

  async close(): Promise<void> {}
}

interface Printed {
  readonly Contents?: readonly { readonly Key: string }[]
  readonly Buckets?: readonly { readonly Name: string }[]
  readonly Metadata?: Readonly<Record<string, string>>
  readonly Errors?: readonly { readonly Code: string }[]
}

function readReply(request: ClientRequest, stdout: string): ClientReply {
  if (request.do === 'presignGet') return { ok: true, url: stdout.trim() }
  if (WITHOUT_JSON.has(request.do)) return { ok: true }
  if (request.do === 'getIfChanged') return { ok: true, changed: true }
  const printed = JSON.parse(stdout.trim() || '{}') as Printed
  const failed = printed.Errors?.[0]
  if (failed !== undefined) return { ok: false, code: failed.Code, text: stdout }
  return {
    ok: true,
    keys: (printed.Contents ?? []).map(({ Key }) => Key),
    buckets: (printed.Buckets ?? []).map(({ Name }) => Name),
    metadata: printed.Metadata ?? {},
  }
}

const WITHOUT_JSON: ReadonlySet<string> = new Set([
  'upload',
  'download',
  'putStream',
  'syncUp',
  'syncDown',
  'deletePrefix',
])

function readFailure({ stderr, timedOut }: Ended): Extract<ClientReply, { ok: false }> {
  if (timedOut) return { ok: false, code: 'TimedOut', text: stderr }
  return { ok: false, code: /An error occurred \(([^)]+)\)/.exec(stderr)?.[1] ?? 'unknown', text: stderr }
}
