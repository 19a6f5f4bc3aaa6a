import { type Command, InvalidArgumentError } from 'commander'
import type { PolicyQuestion } from './policy-question.ts'

type Format = 'json' | 'words'

/** What `explain` asks for. */
export type ExplainInvocation =
  | {
      readonly command: 'explain'
      readonly config: string
      readonly question: PolicyQuestion
      readonly format: Format
    }
  | {
      readonly command: 'explain-request'
      readonly config: string
      readonly requestId: string
      readonly format: Format
    }
  | {
      readonly command: 'explain-canonical'
      readonly config: string
      readonly file: string
      readonly requestId: string | undefined
      readonly format: Format
    }

interface ExplainOptions {
  readonly config: string
  readonly user?: string
  readonly anonymous?: true
  readonly action?: string
  readonly resource?: string
  readonly context?: ReadonlyMap<string, readonly string[]>
  readonly canonical?: string
  readonly request?: string
  readonly json?: true
}

const REQUEST_ID = /^[A-Za-z0-9-]{1,128}$/

/** Adds `explain` to the program. */
export function addExplain(program: Command, choose: (invocation: ExplainInvocation) => void): void {
  program
    .command('explain')
    .description('say why a request was allowed or refused, or whether one would be')
    .argument('[request-id]', 'a request of the audit file, as in x-amz-request-id')
    .requiredOption('--config <file>', 'the configuration')
    .option('--user <name>', 'without a request: the user who asks')
    .option('--anonymous', 'without a request: a caller without a key')
    .option('--action <action>', 'what is asked for, such as s3:GetObject')
    .option('--resource <arn>', 'on what, such as arn:aws:s3:::bucket/key')
    .option('--context <key=value>', 'a condition key of the request; once for each value', contextEntry)
    .option('--canonical <file>', "a client's debug output, to be compared with what arrived under a wrong signature")
    .option('--request <id>', 'the same as the request id by itself')
    .option('--json', 'print one JSON object')
    .action((named: string | undefined, options: ExplainOptions, command: Command) => {
      const { config, canonical: file } = options
      const format: Format = options.json === true ? 'json' : 'words'
      const requestId = requestIdOf(named, options, command)
      if (file !== undefined || requestId !== undefined) refuseQuestion(options, command)
      if (file !== undefined) choose({ command: 'explain-canonical', config, file, requestId, format })
      else if (requestId !== undefined) choose({ command: 'explain-request', config, requestId, format })
      else choose({ command: 'explain', config, question: questionOf(options, command), format })
    })
}

function requestIdOf(named: string | undefined, { request }: ExplainOptions, command: Command): string | undefined {
  if (named !== undefined && request !== undefined) command.error('error: name one request id')
  const requestId = named ?? request
  if (requestId !== undefined && !REQUEST_ID.test(requestId)) {
    command.error('error: a request id is made of letters, digits and hyphens')
  }
  return requestId
}

function questionOf(
  { user, anonymous, action, resource, context = new Map() }: ExplainOptions,
  command: Command,
): PolicyQuestion {
  if (action === undefined || resource === undefined || (user === undefined) === (anonymous === undefined)) {
    command.error(
      'error: name a request id, or give --user NAME (or --anonymous), --action and --resource to ask without one',
    )
  }
  return { caller: user === undefined ? 'anonymous' : { user }, action, resource, context }
}

function refuseQuestion({ user, anonymous, action, resource, context }: ExplainOptions, command: Command): void {
  const asked = [user, anonymous, action, resource, context].some((option) => option !== undefined)
  if (asked) command.error('error: a request id or --canonical stands alone; what was asked is in the audit file')
}

function contextEntry(
  text: string,
  before: ReadonlyMap<string, readonly string[]> = new Map(),
): Map<string, readonly string[]> {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('It must be KEY=VALUE.')
  const key = text.slice(0, equals)
  return new Map(before).set(key, [...(before.get(key) ?? []), text.slice(equals + 1)])
}
