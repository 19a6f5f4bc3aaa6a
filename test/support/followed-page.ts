import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pathFolders } from './environment.ts'
import { exchange } from './exchange.ts'
import { findProgram } from './find-program.ts'
import type { Lab } from './lab.ts'
import { freePort, until } from './ports.ts'
import type { Ended } from './processes.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/s3-iam-proxy', import.meta.url))
/** Where every page lets the proxy listen. */
const SHOWN_ADDRESS = '127.0.0.1:8080'

/** A page that leads from nothing to a working proxy, with what is not the same here as there. */
export interface FollowedPage {
  readonly page: string
  /** Texts of the page's configuration, and what takes their place. */
  readonly replaced: readonly (readonly [shown: string, here: string])[]
  /** What the page lets the reader export. */
  readonly env: Readonly<Record<string, string>>
}

/** One line of the page's commands for aws-cli: how it ended, and whether the page says that it is refused. */
export interface FollowedCommand {
  readonly line: string
  readonly isRefused: boolean
  readonly ended: Ended
}

/** The text of every fenced block of a language, without the indentation of the list it stands in. */
export function blocksOf(page: string, language: string): readonly string[] {
  const blocks = readFileSync(page, 'utf8').matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^\\1\`\`\`$`, 'gm'))
  return [...blocks].map(([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

/** What a page exports by plain values. */
export function exportsOf(page: string): Readonly<Record<string, string>> {
  const lines = blocksOf(page, 'sh')
    .join('')
    .matchAll(/^export (\w+)=([\w./-]+)$/gm)
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))
}

/** Starts the proxy with the page's own configuration, then runs the page's commands for aws-cli one after the other. */
export async function followPage(lab: Lab, followed: FollowedPage): Promise<readonly FollowedCommand[]> {
  const address = `127.0.0.1:${await freePort()}`
  const file = join(lab.folder('followed'), 'config.yaml')
  writeFileSync(file, configurationOf(followed, address), { mode: 0o600 })
  const { env } = followed
  const checked = await lab.run({ file: PROGRAM, args: ['check', '--config', file], extra: env }, 30_000)
  if (checked.code !== 0) throw new Error(checked.stderr)
  const running = lab.launch({ file: PROGRAM, args: ['--config', file], extra: env })
  const accepts = async (): Promise<boolean> => {
    if (running.hasExited()) throw new Error(`the proxy ended:\n${running.stderr()}${running.stdout()}`)
    const request = { method: 'GET', target: '/', headers: [['host', address] as const] }
    const answer = await exchange({ url: `http://${address}` }, request, 2_000).catch(() => undefined)
    return answer?.status === 403 && running.stdout().includes('the backend accepts the master key')
  }
  await until(accepts, 30_000, () => `the proxy does not serve:\n${running.stderr()}${running.stdout()}`)
  return runCommands(lab, followed, address)
}

function configurationOf({ page, replaced }: FollowedPage, address: string): string {
  const [shown] = blocksOf(page, 'yaml').filter((text) => text.startsWith('master_credentials:'))
  return [[SHOWN_ADDRESS, address] as const, ...replaced].reduce((text, [there, here]) => {
    if (!text.includes(there)) throw new Error(`${page}: the configuration does not say ${there}`)
    return text.replace(there, here)
  }, shown ?? '')
}

async function runCommands(lab: Lab, followed: FollowedPage, address: string): Promise<readonly FollowedCommand[]> {
  const aws = await findProgram(lab, 'aws', ['--version'], /aws-cli\/(\S+)/)
  if (aws === undefined) throw new Error('aws-cli is not here')
  const [block] = blocksOf(followed.page, 'sh').filter((text) => text.includes('export AWS_ACCESS_KEY_ID='))
  const lines = (block ?? '').replaceAll(SHOWN_ADDRESS, address).trim().split('\n')
  const exported = lines.filter((line) => line.startsWith('export '))
  const extra = { ...followed.env, PATH: [dirname(aws.file), ...pathFolders()].join(':') }
  const done: FollowedCommand[] = []
  for (const line of lines.filter((one) => !one.startsWith('export '))) {
    const args = ['-c', [...exported, line].join('\n')]
    done.push({
      line,
      isRefused: line.endsWith('# AccessDenied'),
      ended: await lab.run({ file: '/bin/bash', args, extra }, 60_000),
    })
  }
  return done
}
