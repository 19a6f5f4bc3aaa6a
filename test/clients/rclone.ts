import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../support/find-program.ts'
import type { Lab } from '../support/lab.ts'
import type { Ended } from '../support/processes.ts'
import type { Client, ClientReply, ClientRequest, ClientSession, ClientSetting } from './client.ts'
import { type CommandWords, operationsOf, wordsFor } from './command-words.ts'

const RUN_WITHIN_MS = 120_000

/** The command of each operation. It deletes object by object, presigns GET only, and has none for HEAD on a bucket. */
const WORDS: CommandWords = {
  listBuckets: () => ['lsf', 's3:'],
  createBucket: ({ bucket }) => ['mkdir', `s3:${bucket}`],
  list: ({ bucket, prefix }) => ['lsf', '-R', '--files-only', `s3:${bucket}/${prefix}`],
  put: ({ bucket, key, file, metadata = {} }) => {
    const pairs = Object.entries(metadata).flatMap(([name, value]) => ['--metadata-set', `${name}=${value}`])
    return ['copyto', ...(pairs.length === 0 ? [] : ['--metadata', ...pairs]), file, `s3:${bucket}/${key}`]
  },
  // Without a cutoff it sends up to 200 MiB in one piece.
  upload: ({ bucket, key, file }) => ['copyto', '--s3-upload-cutoff', '5Mi', file, `s3:${bucket}/${key}`],
  get: ({ bucket, key, file }) => ['copyto', `s3:${bucket}/${key}`, file],
  download: ({ bucket, key, file }) => ['copyto', `s3:${bucket}/${key}`, file],
  getRange: ({ bucket, key, first, last }) => {
    return ['cat', '--offset', String(first), '--count', String(last - first + 1), `s3:${bucket}/${key}`]
  },
  readMetadata: ({ bucket, key }) => ['lsjson', '--metadata', '--stat', `s3:${bucket}/${key}`],
  copy: ({ bucket, key, toBucket, toKey }) => ['copyto', `s3:${bucket}/${key}`, `s3:${toBucket}/${toKey}`],
  // `deletefile` answers a refused HEAD with "doesn't exist"; `delete` lists first and shows the refusal.
  delete: ({ bucket, key }) => ['delete', '--include', `/${literally(key)}`, `s3:${bucket}`],
  deletePrefix: ({ bucket, prefix }) => ['delete', `s3:${bucket}/${prefix}`],
  // The file comes on its standard input.
  putStream: ({ bucket, key }) => ['rcat', `s3:${bucket}/${key}`],
  syncUp: ({ folder, bucket, prefix }) => ['sync', folder, `s3:${bucket}/${prefix}`],
  syncDown: ({ bucket, prefix, folder }) => ['sync', `s3:${bucket}/${prefix}`, folder],
  presignGet: ({ bucket, key }) => ['link', '--expire', '10m', `s3:${bucket}/${key}`],
}

const RCLONE: Omit<Client, 'name' | 'version' | 'open'> = {
  offers: operationsOf(WORDS),
  checksums: [],
  // Its remotes are file systems: no empty names, no trailing slash, no dot segments; control characters are replaced.
  canName: (key) => !/[\u0000-\u001f]/.test(key) && !key.split('/').some((name) => ['', '.', '..'].includes(name)),
  canList: () => true,
  // It asks HEAD before it reads or copies, and shows the bare status as a word.
  refusals: ['AccessDenied', 'Forbidden'],
  forgeries: ['SignatureDoesNotMatch'],
}

/** rclone, with the provider's name for a Ceph: Debian's of 2022, or a current one. */
export const rclone: Client = rcloneOf('rclone', /^rclone v(1\.6\d)/)
export const currentRclone: Client = rcloneOf('current rclone', /^rclone v(1\.(?:[7-9]\d|\d{3,}))/)

function rcloneOf(name: Client['name'], pattern: RegExp): Client {
  const find = (lab: Lab) => findProgram(lab, 'rclone', ['version'], pattern)
  return {
    ...RCLONE,
    name,
    version: async (lab) => (await find(lab))?.version,
    open: async (setting) => {
      const program = await find(setting.lab)
      if (program === undefined) throw new Error(`no ${name}`)
      return new RcloneSession(setting, program.file)
    },
  }
}

class RcloneSession implements ClientSession {
  readonly #setting: ClientSetting
  readonly #program: string
  readonly #configFile: string

  constructor(setting: ClientSetting, program: string) {
    this.#setting = setting
    this.#program = program
    this.#configFile = join(setting.lab.folder('rclone'), 'rclone.conf')
    const { endpoint, region, accessKey, secretKey } = setting
    writeFileSync(
      this.#configFile,
      `[s3]\ntype = s3\nprovider = Ceph\nendpoint = ${endpoint}\nregion = ${region}\n` +
        `access_key_id = ${accessKey}\nsecret_access_key = ${secretKey}\n`,
    )
  }

  async send(request: ClientRequest): Promise<ClientReply> {
    const { lab, authority } = this.#setting
    const trust = authority === undefined ? [] : ['--ca-cert', authority]
    const retries = ['--retries', '1', '--low-level-retries', '1']
    const ended = await lab.run(
      {
        file: this.#program,
        args: ['--config', this.#configFile, ...retries, ...trust, ...wordsFor(WORDS, request)],
        ...(request.do === 'putStream' ? { input: request.file } : {}),
      },
      RUN_WITHIN_MS,
    )
    // S3 has no folders; rclone calls one that holds nothing "not found".
    if (request.do === 'list' && ended.stderr.includes('directory not found')) return { ok: true, keys: [] }
    return ended.code === 0 ? readReply(request, ended.stdout) : readFailure(ended)
  }

  async close(): Promise<void> {}
}

/** A key as a pattern that matches nothing else. */
function literally(key: string): string {
  return key.replace(/[\\*?[\]{}]/g, (character) => `\\${character}`)
}

function readReply(request: ClientRequest, stdout: string): ClientReply {
  const lines = stdout.split('\n').filter((line) => line !== '')
  switch (request.do) {
    case 'list':
      // Names come relative to the folder that was listed.
      return { ok: true, keys: lines.map((name) => `${request.prefix}${name}`) }
    case 'listBuckets':
      return { ok: true, buckets: lines.map((name) => name.replace(/\/$/, '')) }
    case 'presignGet':
      return { ok: true, url: stdout.trim() }
    case 'getRange':
      writeFileSync(request.file, stdout)
      return { ok: true }
    case 'readMetadata':
      return { ok: true, metadata: (JSON.parse(stdout) as { Metadata?: Record<string, string> }).Metadata ?? {} }
    default:
      return { ok: true }
  }
}

function readFailure({ stderr, timedOut }: Ended): ClientReply {
  if (timedOut) return { ok: false, code: 'TimedOut', text: stderr }
  // "…: AccessDenied: its message\n\tstatus code: 403, request id: …", or, in later ones, "… api error AccessDenied: …"
  const code = /: ([A-Za-z]+): [^\n]*\n\s*status code|api error ([A-Za-z]+)/.exec(stderr)
  return { ok: false, code: code?.[1] ?? code?.[2] ?? 'unknown', text: stderr }
}
