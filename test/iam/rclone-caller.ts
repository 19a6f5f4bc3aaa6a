import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rclone as program } from '../clients/rclone.ts'
import { findProgram } from '../support/find-program.ts'
import type { Lab } from '../support/lab.ts'
import type { Ended } from '../support/processes.ts'
import type { IamClient, PlacedCall, Reply } from './iam-client.ts'

const RUN_WITHIN_MS = 60_000

/** rclone, a process for each call. It asks more of the proxy than the one request: a HEAD before it reads or writes. */
export const rclone: IamClient = {
  name: 'rclone',
  refusals: program.refusals,
  find: (lab) => findProgram(lab, 'rclone', ['version'], /^rclone v(\d+\.\d+)/),
  open: ({ lab, program: file, authority }) => {
    const folder = lab.folder('rclone')
    return { send: (call) => send({ lab, file, folder, authority }, call), close: async () => {} }
  },
}

interface Setting {
  readonly lab: Lab
  readonly file: string
  readonly folder: string
  readonly authority: string
}

async function send({ lab, file, folder, authority }: Setting, call: PlacedCall): Promise<Reply> {
  const { endpoint, region, accessKey, secretKey } = call
  const remote = {
    TYPE: 's3',
    PROVIDER: 'Other',
    ENDPOINT: endpoint,
    REGION: region,
    ACCESS_KEY_ID: accessKey,
    SECRET_ACCESS_KEY: secretKey,
    // A user of one prefix may not ask whether the bucket is there, nor make it.
    NO_CHECK_BUCKET: 'true',
  }
  const settings = Object.entries(remote).map(([name, value]) => [`RCLONE_CONFIG_S3_${name}`, value])
  const extra = { ...(Object.fromEntries(settings) as Record<string, string>), RCLONE_CA_CERT: authority }
  const args = ['--config', '', '--retries', '1', '--low-level-retries', '1', ...wordsFor(call, folder)]
  const ended = await lab.run({ file, args, extra }, RUN_WITHIN_MS)
  if (ended.code !== 0) return failureOf(ended)
  const lines = ended.stdout.split('\n').filter((line) => line !== '')
  switch (call.op) {
    case 'get_object':
      return { ok: true, answer: { Body: readFileSync(join(folder, 'body'), 'utf8') } }
    case 'list_buckets':
      return { ok: true, answer: { Buckets: lines.map((line) => ({ Name: line.replace(/\/$/, '') })) } }
    case 'list_objects_v2':
      // Names come relative to the folder that was listed.
      return { ok: true, answer: { Contents: lines.map((line) => ({ Key: `${prefixOf(call)}${line}` })) } }
    default:
      return { ok: true, answer: {} }
  }
}

const prefixOf = ({ params }: PlacedCall): string => String(params['Prefix'] ?? '')

function wordsFor(call: PlacedCall, folder: string): readonly string[] {
  const { op, params, file } = call
  const object = `s3:${String(params['Bucket'])}/${String(params['Key'])}`
  switch (op) {
    case 'get_object':
      return ['copyto', object, join(folder, 'body')]
    case 'put_object':
      writeFileSync(join(folder, 'sent'), String(params['Body']))
      return ['copyto', join(folder, 'sent'), object]
    case 'upload':
      return ['copyto', '--s3-upload-cutoff', '5Mi', file, object]
    case 'list_objects_v2':
      return ['lsf', '-R', '--files-only', `s3:${String(params['Bucket'])}/${prefixOf(call)}`]
    case 'delete_object':
      return ['deletefile', object]
    case 'copy_object':
      return ['copyto', `s3:${String(params['CopySource'])}`, object]
    case 'list_buckets':
      return ['lsf', 's3:']
    default:
      throw new Error(`rclone has no ${op}`)
  }
}

function failureOf({ stderr, timedOut }: Ended): Reply {
  if (timedOut) return { ok: false, code: 'TimedOut', text: stderr }
  // "…: AccessDenied: its message\n\tstatus code: 403, request id: …" is Debian's.
  const old = /: ([A-Za-z]+): [^\n]*\n\s*status code: \d+, request id: (\w+)/.exec(stderr)
  const current = /RequestID: (\w+), .*api error ([A-Za-z]+):/.exec(stderr)
  const requestId = old?.[2] ?? current?.[1] ?? null
  return { ok: false, code: old?.[1] ?? current?.[2] ?? 'unknown', text: stderr, requestId }
}
