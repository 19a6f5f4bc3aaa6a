import { findProgram } from '../support/find-program.ts'
import type { Ended } from '../support/processes.ts'
import type { Client, ClientReply, ClientRequest, ClientSetting } from './client.ts'
import { commandClient, type CommandSettings, linesOf, readFailure } from './command-client.ts'
import type { CommandWords } from './command-words.ts'

function at({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  return `s3://${bucket}/${key}`
}

/** The command of each operation: `--raw` lets `*` in a key be itself. It has no ranges, and presigns GET only. */
const WORDS: CommandWords = {
  listBuckets: () => ['ls'],
  createBucket: ({ bucket }) => ['mb', `s3://${bucket}`],
  headBucket: ({ bucket }) => ['head', `s3://${bucket}`],
  list: ({ bucket, prefix }) => ['ls', `s3://${bucket}/${prefix}*`],
  put: ({ file, metadata = {}, ...object }) => {
    const pairs = Object.entries(metadata).flatMap(([name, value]) => ['--metadata', `${name}=${value}`])
    return ['cp', '--raw', ...pairs, file, at(object)]
  },
  get: ({ file, ...object }) => ['cp', '--raw', at(object), file],
  upload: ({ file, ...object }) => ['cp', file, at(object)],
  download: ({ file, ...object }) => ['cp', at(object), file],
  // The file comes on its standard input. Without a size of its parts it sends up to 50 MiB in one piece.
  putStream: (object) => ['pipe', '--part-size', '5', at(object)],
  readMetadata: (object) => ['head', at(object)],
  copy: ({ bucket, key, toBucket, toKey }) => ['cp', at({ bucket, key }), at({ bucket: toBucket, key: toKey })],
  delete: (object) => ['rm', '--raw', at(object)],
  deleteMany: ({ bucket, keys }) => ['rm', '--raw', ...keys.map((key) => at({ bucket, key }))],
  deletePrefix: ({ bucket, prefix }) => ['rm', `s3://${bucket}/${prefix}*`],
  syncUp: ({ folder, bucket, prefix }) => ['sync', `${folder}/`, `s3://${bucket}/${prefix}`],
  syncDown: ({ bucket, prefix, folder }) => ['sync', `s3://${bucket}/${prefix}*`, `${folder}/`],
  presignGet: (object) => ['presign', '--expire', '10m', at(object)],
}

/** s5cmd. */
export const s5cmd: Client = commandClient(
  {
    name: 's5cmd',
    checksums: [],
    // It takes a slash at the end for a folder. After a control character no listing can be read by it any more: it asks
    // for none with `encoding-type`, and in XML 1.0 there is no way to write one.
    canName: (key) => !key.endsWith('/') && !/[\u0000-\u001f]/.test(key),
    // It writes a blank in the source as a plus, which is a blank to AWS, and a plus to Ceph, MinIO and the proxy.
    canCopy: (key) => !key.includes(' '),
    canList: () => true,
    // It asks HEAD before it copies, and shows the bare status as a word.
    refusals: ['AccessDenied', 'Forbidden'],
    forgeries: ['SignatureDoesNotMatch'],
  },
  {
    words: WORDS,
    find: (lab) => findProgram(lab, 's5cmd', ['version'], /^v(\d+\.\d+)/),
    settle,
    read: (request, ended) =>
      ended.code === 0 ? readReply(request, ended) : readFailure(ended, /([A-Za-z]+): [^\n]*status code: \d/),
  },
)

function settle({ endpoint, authority, region, accessKey, secretKey }: ClientSetting): CommandSettings {
  return {
    args: ['--json', '--retry-count', '0', '--endpoint-url', endpoint],
    extra: {
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: secretKey,
      AWS_REGION: region,
      ...(authority === undefined ? {} : { AWS_CA_BUNDLE: authority }),
    },
  }
}

/** What it prints, a line for each thing. */
interface Printed {
  readonly key?: string
  readonly name?: string
  readonly metadata?: Readonly<Record<string, string>>
}

function readReply(request: ClientRequest, { stdout }: Ended): ClientReply {
  if (request.do === 'presignGet') return { ok: true, url: stdout.trim() }
  const printed = linesOf(stdout).map((line) => JSON.parse(line) as Printed)
  switch (request.do) {
    case 'list':
      return { ok: true, keys: printed.map(({ key = '' }) => key.slice(`s3://${request.bucket}/`.length)) }
    case 'listBuckets':
      return { ok: true, buckets: printed.map(({ name = '' }) => name) }
    case 'readMetadata':
      return { ok: true, metadata: printed[0]?.metadata ?? {} }
    default:
      return { ok: true }
  }
}
