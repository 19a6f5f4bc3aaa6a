import type { Command } from 'commander'

/** What `test-policies` asks for. */
export interface TestPoliciesInvocation {
  readonly command: 'test-policies'
  readonly config: string
  readonly cases: string
  readonly format: 'json' | 'words'
}

/** Adds `test-policies` to the program. */
export function addTestPolicies(program: Command, choose: (invocation: TestPoliciesInvocation) => void): void {
  program
    .command('test-policies')
    .description('put a table of questions to the policies: exit code 0 when every answer is as expected, 1 when not')
    .requiredOption('--config <file>', 'the configuration')
    .requiredOption('--cases <file>', 'the table, YAML or JSON')
    .option('--json', 'print one JSON object a case')
    .action(({ config, cases, json }: { config: string; cases: string; json?: true }) =>
      choose({ command: 'test-policies', config, cases, format: json === true ? 'json' : 'words' }),
    )
}
