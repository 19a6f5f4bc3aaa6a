import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../support/find-program.ts'
import type { Ended } from '../support/processes.ts'
import type { Client, ClientReply, ClientRequest, ClientSetting } from './client.ts'
import { commandClient, type CommandSettings, linesOf, readFailure } from './command-client.ts'
import type { CommandWords } from './command-words.ts'

function at({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  return `s3://${bucket}/${key}`
}

/**
 * The command of each operation. `signurl` is left out: it knows Signature Version 2 only. It has nothing for HEAD on a
 * bucket, and computes no checksum but MD5.
 */
const WORDS: CommandWords = {
  listBuckets: () => ['ls'],
  createBucket: ({ bucket }) => ['mb', `s3://${bucket}`],
  list: ({ bucket, prefix }) => ['ls', '--recursive', `s3://${bucket}/${prefix}`],
  put: ({ file, metadata = {}, ...object }) => {
    const headers = Object.entries(metadata).map(([name, value]) => `--add-header=x-amz-meta-${name}: ${value}`)
    return ['put', ...headers, file, at(object)]
  },
  putIfAbsent: ({ file, ...object }) => ['put', '--add-header=If-None-Match: *', file, at(object)],
  upload: ({ file, ...object }) => ['put', file, at(object)],
  // The file comes on its standard input.
  putStream: (object) => ['put', '-', at(object)],
  get: ({ file, ...object }) => ['get', '--force', at(object), file],
  download: ({ file, ...object }) => ['get', '--force', at(object), file],
  // It has ranges only to go on with what was fetched in part.
  getRange: ({ file, first, ...object }) => {
    writeFileSync(file, Buffer.alloc(first))
    return ['get', '--continue', at(object), file]
  },
  readMetadata: (object) => ['info', at(object)],
  copy: ({ bucket, key, toBucket, toKey }) => {
    return ['cp', at({ bucket, key }), at({ bucket: toBucket, key: toKey })]
  },
  delete: (object) => ['del', at(object)],
  deleteMany: ({ bucket, keys }) => ['del', ...keys.map((key) => at({ bucket, key }))],
  deletePrefix: ({ bucket, prefix }) => ['del', '--recursive', `s3://${bucket}/${prefix}`],
  syncUp: ({ folder, bucket, prefix }) => ['sync', `${folder}/`, `s3://${bucket}/${prefix}`],
  syncDown: ({ bucket, prefix, folder }) => ['sync', `s3://${bucket}/${prefix}`, `${folder}/`],
}

/** s3cmd. */
export const s3cmd: Client = commandClient(
  {
    name: 's3cmd',
    checksums: [],
    // It takes a slash at the end for a folder. After a control character no listing can be read by it any more: it asks
    // for none with `encoding-type`, and in XML 1.0 there is no way to write one.
    canName: (key) => !key.endsWith('/') && !/[\u0000-\u001f]/.test(key),
    canList: () => true,
    // The word is what it has of a refused HEAD.
    refusals: ['AccessDenied', 'Forbidden'],
    forgeries: ['SignatureDoesNotMatch'],
  },
  {
    words: WORDS,
    find: (lab) => findProgram(lab, 's3cmd', ['--version'], /^s3cmd version (\d+\.\d+)/),
    settle,
    read: (request, ended) => (ended.code === 0 ? readReply(request, ended) : readError(ended)),
  },
)

function settle({ lab, endpoint, authority, region, accessKey, secretKey }: ClientSetting): CommandSettings {
  const { host, protocol } = new URL(endpoint)
  const file = join(lab.folder('s3cmd'), 's3cfg')
  const settings = {
    access_key: accessKey,
    secret_key: secretKey,
    host_base: host,
    // Without %(bucket)s: path-style.
    host_bucket: host,
    bucket_location: region,
    use_https: protocol === 'https:' ? 'True' : 'False',
    // Else it reads the ACL of what it copies and sets it on the copy, which needs the right to.
    acl_public: 'False',
    ...(authority === undefined ? {} : { ca_certs_file: authority }),
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  writeFileSync(file, `[default]\n${lines.join('')}`)
  return { args: ['--config', file] }
}

/** "2026-11-26 12:24   6  s3://bucket/key", for buckets without the size. */
const LISTED = /^\S+ \S+ +(?:\d+ +)?s3:\/\/([^/]+)(?:\/(.*))?$/
const METADATA = /^ +x-amz-meta-([^:]+): (.*)$/

function readReply(request: ClientRequest, { stdout }: Ended): ClientReply {
  const lines = linesOf(stdout)
  switch (request.do) {
    case 'list':
      return { ok: true, keys: lines.map((line) => LISTED.exec(line)?.[2] ?? line) }
    case 'listBuckets':
      return { ok: true, buckets: lines.map((line) => LISTED.exec(line)?.[1] ?? line) }
    case 'readMetadata':
      return { ok: true, metadata: Object.fromEntries(lines.flatMap(metadataOf)) }
    case 'getRange':
      writeFileSync(request.file, readFileSync(request.file).subarray(request.first, request.last + 1))
      return { ok: true }
    default:
      return { ok: true }
  }
}

function metadataOf(line: string): [string, string][] {
  const [, name, value] = METADATA.exec(line) ?? []
  return name === undefined ? [] : [[name, value ?? '']]
}

function readError(ended: Ended): ClientReply {
  // Its own words for AccessDenied where it lists.
  if (/Access to bucket '[^']+' was denied/.test(ended.stderr)) {
    return { ok: false, code: 'AccessDenied', text: ended.stderr }
  }
  return readFailure(ended, /\b\d{3} \((\w+)\)/)
}
