import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { addExplain, type ExplainInvocation } from './explain-arguments.ts'
import { addSuggest, type SuggestInvocation } from './suggest-arguments.ts'
import { addTestPolicies, type TestPoliciesInvocation } from './test-policies-arguments.ts'

/** What the command line asks for. `exit` is help, the version, or a fault of the command line itself. */
export type Invocation =
  | { readonly command: 'serve'; readonly config: string | undefined }
  | { readonly command: 'check' | 'store'; readonly config: string }
  | { readonly command: 'policies'; readonly config: string; readonly user: string }
  | { readonly command: 'bucket-policy-history'; readonly config: string; readonly bucket: string }
  | {
      readonly command: 'bucket-policy-rollback'
      readonly config: string
      readonly bucket: string
      readonly version: number
    }
  | ExplainInvocation
  | TestPoliciesInvocation
  | SuggestInvocation
  | { readonly command: 'exit'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }

/** Reads the arguments after the program's name. */
export function parseArguments(argv: readonly string[], version: string): Invocation {
  let invocation: Invocation | undefined
  const output = { stdout: '', stderr: '' }
  const program = buildProgram(version, (chosen) => {
    invocation = chosen
  })
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        output.stdout += text
      },
      writeErr: (text) => {
        output.stderr += text
      },
    })
  }
  try {
    program.parse(argv.map(singleDashConfig), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { command: 'exit', exitCode: error.exitCode === 0 ? 0 : 2, ...output }
  }
  return invocation ?? { command: 'exit', exitCode: 2, ...output }
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}

function buildProgram(version: string, choose: (invocation: Invocation) => void): Command {
  const program = new Command('s3-iam-proxy')
    .description('An IAM for object stores that have none. Without a command it serves.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    // So that `check --config F` is the option of `check`, and options of no command are faults.
    .enablePositionalOptions()
    .option('--config <file>', 'the configuration; without one, the embedded store is started with demo keys')
    .action((options: { config?: string }, command: Command) => {
      const [word] = command.args
      if (word !== undefined) {
        const names = program.commands.map((known) => known.name()).join(', ')
        command.error(`error: there is no command '${word}'; there are ${names}`)
      }
      choose({ command: 'serve', config: options.config })
    })
  program
    .command('serve', { isDefault: false })
    .description('serve (the default)')
    .option('--config <file>', 'the configuration')
    .action((options: { config?: string }) => choose({ command: 'serve', config: options.config }))
  program
    .command('check')
    .description('check the configuration: exit code 0 when it is valid, 2 when not')
    .requiredOption('--config <file>', 'the configuration')
    .action((options: { config: string }) => choose({ command: 'check', config: options.config }))
  program
    .command('store')
    .description('run the embedded store alone')
    .requiredOption('--config <file>', 'the configuration')
    .action((options: { config: string }) => choose({ command: 'store', config: options.config }))
  program
    .command('policies')
    .description('print every statement that a user has, as JSON')
    .requiredOption('--config <file>', 'the configuration')
    .requiredOption('--user <name>', 'the user')
    .action((options: { config: string; user: string }) => choose({ command: 'policies', ...options }))
  addBucketPolicy(program, choose)
  addExplain(program, choose)
  addTestPolicies(program, choose)
  addSuggest(program, choose)
  // For the program alone, so after its commands, which inherit: a word that is no command is told as such above.
  program.allowExcessArguments()
  return program
}

function addBucketPolicy(program: Command, choose: (invocation: Invocation) => void): void {
  const command = program.command('bucket-policy').description('the versions of a bucket policy that clients set')
  command
    .command('history')
    .description('print every version, one JSON object a line')
    .requiredOption('--config <file>', 'the configuration')
    .requiredOption('--bucket <name>', 'the bucket')
    .action((options: { config: string; bucket: string }) => choose({ command: 'bucket-policy-history', ...options }))
  command
    .command('rollback')
    .description('put an earlier version in force again')
    .requiredOption('--config <file>', 'the configuration')
    .requiredOption('--bucket <name>', 'the bucket')
    .requiredOption('--version <number>', 'the version, as history has it', versionNumber)
    .action((options: { config: string; bucket: string; version: number }) =>
      choose({ command: 'bucket-policy-rollback', ...options }),
    )
}

function versionNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 on.')
  return Number(text)
}

/** Go's flag package takes one dash before a long name as well as two; old service files hold `-config F`. */
function singleDashConfig(argument: string): string {
  return /^-config(=|$)/s.test(argument) ? `-${argument}` : argument
}
