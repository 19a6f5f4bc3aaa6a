import { writeFileSync } from 'node:fs'
import { findProgram } from '../support/find-program.ts'
import type { Ended } from '../support/processes.ts'
import type { Client, ClientReply, ClientRequest, ClientSetting } from './client.ts'
import { commandClient, type CommandSettings, linesOf, readFailure } from './command-client.ts'
import type { CommandWords } from './command-words.ts'

/**
 * What of restic comes nearest to each operation; it writes no object as it was asked to, but snapshots into a
 * repository, which is what `bucket` names here: BUCKET or BUCKET/FOLDER. Keys are paths within a snapshot, and names of
 * snapshots where they are deleted.
 */
const WORDS: CommandWords = {
  createBucket: () => ['init'],
  // Reads the whole repository, and proves that what it holds fits together.
  headBucket: () => ['check', '--read-data'],
  put: ({ file }) => ['backup', file],
  get: ({ key }) => ['dump', 'latest', key],
  // Into the folder `file`.
  download: ({ key, file }) => ['restore', 'latest', '--include', key, '--target', file],
  // The file comes on its standard input.
  putStream: ({ key }) => ['backup', '--stdin', '--stdin-filename', key],
  list: ({ prefix }) => ['list', KINDS[prefix] ?? prefix],
  delete: ({ key }) => ['forget', key],
  deleteMany: ({ keys }) => ['forget', '--prune', ...keys],
  syncUp: ({ folder }) => ['backup', folder],
  syncDown: ({ folder }) => ['restore', 'latest', '--target', folder],
}

/** What restic calls the objects of its folders. */
const KINDS: Readonly<Record<string, string>> = { 'data/': 'packs', 'snapshots/': 'snapshots' }

/** restic. */
export const restic: Client = commandClient(
  {
    name: 'restic',
    checksums: [],
    canName: () => true,
    canList: () => true,
    refusals: ['Access Denied'],
    forgeries: ['signature does not match'],
  },
  {
    words: WORDS,
    find: (lab) => findProgram(lab, 'restic', ['version'], /^restic (\d+\.\d+)/),
    settle,
    read: (request, ended) =>
      ended.code === 0
        ? readReply(request, ended)
        : readFailure(ended, /^Fatal: [^]*(Access Denied|signature does not match)/),
  },
)

/** It asks for the region, and goes on when that is refused. */
function settle({ endpoint, authority, accessKey, secretKey }: ClientSetting): CommandSettings {
  const trust = authority === undefined ? [] : ['--cacert', authority]
  return {
    // Without the cache all that it reads comes through the proxy.
    args: (request) => ['--no-cache', ...trust, '--repo', `s3:${endpoint}/${repositoryOf(request)}`],
    extra: {
      AWS_ACCESS_KEY_ID: accessKey,
      AWS_SECRET_ACCESS_KEY: secretKey,
      RESTIC_PASSWORD: 'of the repository',
    },
  }
}

function repositoryOf(request: ClientRequest): string {
  return 'bucket' in request ? request.bucket : ''
}

function readReply(request: ClientRequest, { stdout }: Ended): ClientReply {
  if (request.do === 'list') return { ok: true, keys: linesOf(stdout) }
  if (request.do === 'get') writeFileSync(request.file, stdout)
  return { ok: true }
}
