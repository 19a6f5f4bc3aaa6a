import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { awsCli as program } from '../clients/aws-cli.ts'
import { findProgram } from '../support/find-program.ts'
import type { LabCommand } from '../support/lab.ts'
import type { Ended } from '../support/processes.ts'
import type { CallerPlace, IamClient, PlacedCall, Reply } from './iam-client.ts'
import { type LineDriver, startDriver } from '../support/line-driver.ts'

const DRIVER = fileURLToPath(new URL('./drivers/aws-cli-calls.py', import.meta.url))
const RUN_WITHIN_MS = 60_000
const CONFIG = `[default]
max_attempts = 1
s3 =
  addressing_style = path
  multipart_threshold = 5MB
  multipart_chunksize = 5MB
`

/** The AWS command line interface, in one process for all commands of a scenario where it is a Python program. */
export function awsCli(major: '1' | '2'): IamClient {
  return {
    name: `aws-cli v${major}`,
    refusals: program(major).refusals,
    find: (lab) => findProgram(lab, 'aws', ['--version'], new RegExp(`^aws-cli/(${major}\\.\\d+)`)),
    open: (place) => {
      const setting = { folder: place.lab.folder('aws'), authority: place.authority }
      writeFileSync(join(setting.folder, 'config'), CONFIG)
      const tool = startTool(place)
      return {
        send: async (call) => {
          const ended = await tool.ask({ args: argsFor(setting, call), extra: environmentFor(setting, call) })
          return ended.code === 0 ? answerOf(setting, call, ended.stdout) : failureOf(ended)
        },
        close: () => tool.close(),
      }
    },
  }
}

interface Setting {
  readonly folder: string
  readonly authority: string
}

function startTool({ lab, program: file }: CallerPlace): LineDriver<Ended> {
  const python = /^#!(\S*python\S*)\n/.exec(readFileSync(file, 'latin1').slice(0, 256))?.[1]
  if (python !== undefined) {
    const failed = (stderr: string): Ended => ({ code: undefined, stdout: '', stderr, timedOut: false })
    return startDriver<Ended>(lab, { file: python, args: [DRIVER] }, failed)
  }
  return {
    ask: (question) => lab.run({ file, ...(question as Pick<LabCommand, 'args'>) }, RUN_WITHIN_MS),
    close: async () => {},
  }
}

function argsFor(setting: Setting, call: PlacedCall): readonly string[] {
  const unsigned = call.accessKey === '' ? ['--no-sign-request'] : []
  return ['--endpoint-url', call.endpoint, '--output', 'json', ...unsigned, ...wordsFor(setting, call)]
}

function environmentFor({ folder, authority }: Setting, { region, accessKey, secretKey }: PlacedCall) {
  return {
    ...(accessKey === '' ? {} : { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey }),
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_CA_BUNDLE: authority,
  }
}

/** `s3api` has the same operations with the same parameters as boto3, but for what is a file. */
function wordsFor({ folder }: Setting, { op, params, file }: PlacedCall): readonly string[] {
  const { Body, ...rest } = params
  const url = `s3://${String(rest['Bucket'])}/${String(rest['Key'])}`
  if (op === 'upload') return ['s3', 'cp', '--only-show-errors', file, url]
  if (op === 'presigned_get') return ['s3', 'presign', '--expires-in', '600', url]
  const words = ['s3api', op.replaceAll('_', '-'), ...Object.entries(rest).flatMap(optionFor)]
  if (op === 'get_object') return [...words, join(folder, 'body')]
  if (Body === undefined) return words
  writeFileSync(join(folder, 'sent'), String(Body))
  return [...words, '--body', join(folder, 'sent')]
}

/** `VersionId` is `--version-id` there. */
function optionFor([name, value]: readonly [name: string, value: unknown]): readonly string[] {
  const option = `--${name.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()}`
  if (value === true) return [option]
  return [option, typeof value === 'string' ? value : JSON.stringify(value)]
}

function answerOf({ folder }: Setting, { op }: PlacedCall, stdout: string): Reply {
  if (op === 'upload') return { ok: true, answer: {} }
  if (op === 'presigned_get') return { ok: true, answer: { Url: stdout.trim() } }
  const answer = JSON.parse(stdout.trim() || '{}') as Record<string, unknown>
  return {
    ok: true,
    answer: op === 'get_object' ? { ...answer, Body: readFileSync(join(folder, 'body'), 'utf8') } : answer,
  }
}

function failureOf({ stderr, timedOut }: Ended): Reply {
  if (timedOut) return { ok: false, code: 'TimedOut', text: stderr }
  return { ok: false, code: /An error occurred \(([^)]+)\)/.exec(stderr)?.[1] ?? 'unknown', text: stderr }
}
