import { describe, expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'

describe('the command line', () => {
  test.each([
    [[], { command: 'serve', config: undefined }],
    [['--config', 'f.yaml'], { command: 'serve', config: 'f.yaml' }],
    [['--config=f.yaml'], { command: 'serve', config: 'f.yaml' }],
    [['-config', 'f.yaml'], { command: 'serve', config: 'f.yaml' }],
    [['-config=f.yaml'], { command: 'serve', config: 'f.yaml' }],
    [['serve', '-config', 'f.yaml'], { command: 'serve', config: 'f.yaml' }],
    [['check', '--config', 'f.yaml'], { command: 'check', config: 'f.yaml' }],
    [['check', '-config', 'f.yaml'], { command: 'check', config: 'f.yaml' }],
    [['store', '--config', 'f.yaml'], { command: 'store', config: 'f.yaml' }],
    [['explain', 'R1', '--config', 'f'], { command: 'explain-request', config: 'f', requestId: 'R1', format: 'words' }],
    [
      ['explain', '--canonical', 'd', '--config', 'f', '--json'],
      { command: 'explain-canonical', config: 'f', file: 'd', requestId: undefined, format: 'json' },
    ],
    [
      ['explain', '--canonical', 'd', 'R1', '--config', 'f'],
      { command: 'explain-canonical', config: 'f', file: 'd', requestId: 'R1', format: 'words' },
    ],
    [
      ['explain', '--canonical', 'd', '--request', 'R1', '--config', 'f'],
      { command: 'explain-canonical', config: 'f', file: 'd', requestId: 'R1', format: 'words' },
    ],
  ])('%j is understood', (argv, expected) => {
    expect(parseArguments(argv, '1.2.3')).toEqual(expected)
  })

  test.each([
    [['--config'], "option '--config <file>' argument missing"],
    [['check'], "required option '--config <file>' not specified"],
    [['chekc'], "there is no command 'chekc'; there are serve, check, store"],
    [['chekc', '--config', 'f'], "there is no command 'chekc'"],
    [['--workers', '2'], "unknown option '--workers'"],
    [['check', '--config', 'f', 'more'], 'too many arguments'],
    [['explain', 'R1', '--request', 'R2', '--config', 'f'], 'name one request id'],
    [['explain', '--canonical', 'd', '--request', 'R/1', '--config', 'f'], 'letters, digits and hyphens'],
    [['explain', '--canonical', 'd', '--user', 'alice', '--config', 'f'], 'stands alone'],
  ])('%j is refused with exit code 2 and says why on stderr', (argv, expected) => {
    const result = parseArguments(argv, '1.2.3')
    expect(result).toMatchObject({ command: 'exit', exitCode: 2, stdout: '' })
    expect(result.command === 'exit' && result.stderr).toContain(expected)
  })

  test.each([
    [['--version'], '1.2.3\n'],
    [['--help'], 'Usage: s3-iam-proxy'],
    [['check', '--help'], 'Usage: s3-iam-proxy check'],
  ])('%j prints on stdout with exit code 0', (argv, expected) => {
    const result = parseArguments(argv, '1.2.3')
    expect(result).toMatchObject({ command: 'exit', exitCode: 0, stderr: '' })
    expect(result.command === 'exit' && result.stdout).toContain(expected)
  })
})
