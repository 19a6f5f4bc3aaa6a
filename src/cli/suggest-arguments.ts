import type { Command } from 'commander'

/** What `suggest` asks for. */
export interface SuggestInvocation {
  readonly command: 'suggest'
  readonly config: string
  readonly user: string
  /** The audit file. */
  readonly from: string
  readonly format: 'json' | 'words'
}

/** Adds `suggest` to the program. */
export function addSuggest(program: Command, choose: (invocation: SuggestInvocation) => void): void {
  program
    .command('suggest')
    .description('print the least policy that covers what a user did, and on stderr what was granted and never used')
    .requiredOption('--config <file>', 'the configuration')
    .requiredOption('--user <name>', 'the user')
    .requiredOption('--from <file>', 'the audit file')
    .option('--json', 'print one JSON object with both')
    .action(({ json, ...options }: { config: string; user: string; from: string; json?: true }) =>
      choose({ command: 'suggest', ...options, format: json === true ? 'json' : 'words' }),
    )
}
