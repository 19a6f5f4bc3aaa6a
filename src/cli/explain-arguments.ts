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

interface ExplainOptions {
  readonly config: string
  readonly user?: string
  readonly anonymous?: true
  readonly action?: string
  readonly resource?: string
  readonly context: ReadonlyMap<string, readonly string[]>
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
    .option('--context <key=value>', 'a condition key of the request; once for each value', contextEntry, new Map())
    .option('--json', 'print one JSON object')
    .action((requestId: string | undefined, options: ExplainOptions, command: Command) => {
      const format: Format = options.json === true ? 'json' : 'words'
      const { config } = options
      if (requestId === undefined) {
        choose({ command: 'explain', config, question: questionOf(options, command), format })
      } else {
        refuseQuestion(requestId, options, command)
        choose({ command: 'explain-request', config, requestId, format })
      }
    })
}

function questionOf({ user, anonymous, action, resource, context }: ExplainOptions, command: Command): PolicyQuestion {
  if (action === undefined || resource === undefined || (user === undefined) === (anonymous === undefined)) {
    command.error(
      'error: name a request id, or give --user NAME (or --anonymous), --action and --resource to ask without one',
    )
  }
  return { caller: user === undefined ? 'anonymous' : { user }, action, resource, context }
}

function refuseQuestion(requestId: string, options: ExplainOptions, command: Command): void {
  const { user, anonymous, action, resource, context } = options
  const asked = [user, anonymous, action, resource].some((option) => option !== undefined) || context.size > 0
  if (asked) command.error('error: a request id stands alone; what was asked is in the audit file')
  if (!REQUEST_ID.test(requestId)) command.error('error: a request id is made of letters, digits and hyphens')
}

function contextEntry(text: string, before: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('It must be KEY=VALUE.')
  const key = text.slice(0, equals)
  return new Map(before).set(key, [...(before.get(key) ?? []), text.slice(equals + 1)])
}
