import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../support/find-program.ts'
import { goProgram } from '../support/go-program.ts'
import type { Lab } from '../support/lab.ts'
import type { Ended } from '../support/processes.ts'
import type { Client, ClientReply, ClientRequest, ClientSetting } from './client.ts'
import { commandClient, type CommandSettings, linesOf, readFailure } from './command-client.ts'
import type { CommandWords } from './command-words.ts'

function at({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  return `proxy/${bucket}/${key}`
}

/** The command of each operation. It presigns GET; for an upload it makes a browser form (`share upload`). */
const WORDS: CommandWords = {
  listBuckets: () => ['ls', 'proxy'],
  createBucket: ({ bucket }) => ['mb', `proxy/${bucket}`],
  headBucket: ({ bucket }) => ['stat', `proxy/${bucket}`],
  list: ({ bucket, prefix }) => ['ls', '--recursive', `proxy/${bucket}/${prefix}`],
  put: ({ file, metadata, ...object }) => {
    if (metadata === undefined) return ['put', file, at(object)]
    const pairs = Object.entries(metadata).map(([name, value]) => `${name}='${value}'`)
    return ['cp', '--attr', pairs.join(';'), file, at(object)]
  },
  putChecked: ({ file, algorithm, ...object }) => ['put', '--checksum', algorithm, file, at(object)],
  putIfAbsent: ({ file, ...object }) => ['put', '--custom-header', 'If-None-Match:*', file, at(object)],
  get: ({ file, ...object }) => ['get', at(object), file],
  getIfChanged: ({ file, etag, ...object }) => ['get', '--custom-header', `If-None-Match:${etag}`, at(object), file],
  // From there to the end: it knows no end.
  getRange: ({ first, ...object }) => ['cat', '--offset', String(first), at(object)],
  upload: ({ file, ...object }) => ['cp', file, at(object)],
  download: ({ file, ...object }) => ['cp', at(object), file],
  // The file comes on its standard input. Without a size of its parts it holds 528 MiB in memory.
  putStream: (object) => ['pipe', '--part-size', '5MiB', at(object)],
  readMetadata: (object) => ['stat', '--no-list', at(object)],
  copy: ({ bucket, key, toBucket, toKey }) => ['cp', at({ bucket, key }), at({ bucket: toBucket, key: toKey })],
  delete: (object) => ['rm', at(object)],
  deleteMany: ({ bucket, keys }) => ['rm', '--force', ...keys.map((key) => at({ bucket, key }))],
  deletePrefix: ({ bucket, prefix }) => ['rm', '--recursive', '--force', `proxy/${bucket}/${prefix}`],
  syncUp: ({ folder, bucket, prefix }) => ['mirror', '--overwrite', folder, `proxy/${bucket}/${prefix}`],
  syncDown: ({ bucket, prefix, folder }) => ['mirror', '--overwrite', `proxy/${bucket}/${prefix}`, folder],
  presignGet: (object) => ['share', 'download', '--expire', '10m', at(object)],
}

/** MinIO's mc, a current one. Debian's program of that name is another. */
export const mc: Client = commandClient(
  {
    name: 'mc',
    checksums: ['CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME'],
    // It takes a slash at the end for a folder.
    canName: (key) => !key.endsWith('/'),
    canList: () => true,
    // `get` has but the message. Where HEAD is refused it has words of its own, and `cp` none for why it knows nothing
    // of the source.
    refusals: [
      'AccessDenied',
      'Access denied.',
      'Insufficient permissions to access this path',
      'Unable to guess the type of copy operation.',
    ],
    forgeries: ['SignatureDoesNotMatch'],
  },
  { words: WORDS, find, settle, read },
)

async function find(lab: Lab): Promise<{ readonly file: string; readonly version: string } | undefined> {
  const found = await findProgram(lab, 'mc', ['--version'], /^mc version (\S+)/)
  if (found === undefined) return undefined
  // A release is named by its time; one that Go installed says it only in what Go noted down in it.
  const release = /^RELEASE\.(\d{4})-(\d\d)/.exec(found.version) ?? (await moduleVersion(lab, found.file))
  return { file: found.file, version: release === null ? found.version : `${release[1]}.${release[2]}` }
}

async function moduleVersion(lab: Lab, file: string): Promise<RegExpExecArray | null> {
  const go = goProgram()
  if (go === undefined) return null
  const { stdout } = await lab.run({ file: go, args: ['version', '-m', file] }, 30_000)
  return /\tmod\tgithub\.com\/minio\/mc\tv[\d.]+-(?:\d\.)?(\d{4})(\d\d)/.exec(stdout)
}

function settle({ lab, endpoint, authority, region, findsRegion, ...key }: ClientSetting): CommandSettings {
  const folder = lab.folder('mc')
  // What `mc alias set proxy ENDPOINT ACCESS-KEY SECRET-KEY --api S3v4 --path on` writes.
  const { accessKey, secretKey } = key
  const proxy = { url: endpoint, accessKey, secretKey, api: 'S3v4', path: 'on' }
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ version: '10', aliases: { proxy } }))
  if (authority !== undefined) {
    mkdirSync(join(folder, 'certs', 'CAs'), { recursive: true })
    copyFileSync(authority, join(folder, 'certs', 'CAs', 'authority.crt'))
  }
  const known: Readonly<Record<string, string>> = findsRegion === 'by asking' ? {} : { MC_REGION: region }
  return { args: ['--json'], extra: { MC_CONFIG_DIR: folder, ...known } }
}

/** What it prints, a line for each thing; of a transfer to a pipe also its progress, in the same line. */
interface Printed {
  readonly status?: string
  readonly key?: string
  readonly share?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly error?: { readonly cause?: { readonly message?: string; readonly error?: { readonly Code?: string } } }
}

function read(request: ClientRequest, ended: Ended): ClientReply {
  if (request.do === 'getRange' && ended.code === 0) {
    writeFileSync(request.file, Buffer.from(ended.stdout).subarray(0, request.last - request.first + 1))
    return { ok: true }
  }
  const printed = linesOf(ended.stdout).flatMap((line) => readLine(line))
  const failed = printed.find(({ status }) => status === 'error')
  // After a refused listing `mirror` says so, and ends with 0 nevertheless.
  if (failed !== undefined) return { ok: false, code: codeOf(failed), text: ended.stdout }
  if (ended.code === 0) return readReply(request, printed)
  if (request.do === 'getIfChanged' && ended.stderr.includes('304 Not Modified')) return { ok: true, changed: false }
  return readFailure(ended, /<ERROR> ([^\n]+)/)
}

function readLine(line: string): Printed[] {
  const begin = line.indexOf('{')
  return begin < 0 ? [] : [JSON.parse(line.slice(begin)) as Printed]
}

function codeOf({ error }: Printed): string {
  const { message = 'unknown', error: inner } = error?.cause ?? {}
  // The rest names the path.
  return inner?.Code ?? message.replace(/ `.*/, '')
}

function readReply(request: ClientRequest, printed: readonly Printed[]): ClientReply {
  switch (request.do) {
    case 'list':
      // Names come relative to the folder that was listed.
      return { ok: true, keys: printed.map(({ key = '' }) => `${request.prefix}${key}`) }
    case 'listBuckets':
      return { ok: true, buckets: printed.map(({ key = '' }) => key.replace(/\/$/, '')) }
    case 'readMetadata':
      return { ok: true, metadata: metadataOf(printed[0]?.metadata ?? {}) }
    case 'presignGet':
      return { ok: true, url: printed[0]?.share ?? '' }
    case 'getIfChanged':
      return { ok: true, changed: true }
    default:
      return { ok: true }
  }
}

function metadataOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase().replace(/^x-amz-meta-/, ''), value]),
  )
}
