import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type App, openPolicies, startApp } from './app.ts'
import type { PolicySource } from './authz/policy-source.ts'
import { type Invocation, parseArguments } from './cli/arguments.ts'
import { bucketPolicyHistory, bucketPolicyRollback } from './cli/bucket-policy.ts'
import { checkCommand } from './cli/check.ts'
import { explainCommand } from './cli/explain.ts'
import { explainCanonical } from './cli/explain-canonical.ts'
import { explainRequest } from './cli/explain-request.ts'
import { policiesCommand } from './cli/policies.ts'
import { suggestCommand } from './cli/suggest.ts'
import { testPolicies } from './cli/test-policies.ts'
import { startDemoStore } from './cli/demo-store.ts'
import { runStore } from './cli/store.ts'
import { programVersion } from './cli/version.ts'
import type { Config } from './config/config.ts'
import { processEnvironment } from './config/environment.ts'
import { type LoadResult, loadConfig, parseConfig } from './config/load.ts'
import { prepareDemo } from './demo.ts'
import { createLogger, type Logger } from './telemetry/logger.ts'

/** How long running transfers may take to finish after SIGTERM. */
const DRAIN_MS = 30_000

const ECHO_MS = 150

const say = (text: string): void => void process.stderr.write(text)
const print = (text: string): void => void process.stdout.write(text)

async function main(): Promise<void> {
  const version = programVersion()
  const invocation = parseArguments(process.argv.slice(2), version)
  switch (invocation.command) {
    case 'exit':
      process.stdout.write(invocation.stdout)
      say(invocation.stderr)
      process.exitCode = invocation.exitCode
      return
    case 'check':
      process.exitCode = await checkCommand({ file: invocation.config, env: processEnvironment(), writeError: say })
      return
    case 'store':
      return withConfig(invocation.config, async (config) => {
        const store = await runStore(config)
        say(`the store listens at port ${store.port}\n`)
        untilSignal(store, silent)
      })
    case 'serve':
      if (invocation.config === undefined) return demonstrate(version)
      return withConfig(invocation.config, (config) => serve(config, version))
    default:
      return answer(invocation)
  }
}

type Question = Exclude<Invocation, { readonly command: 'exit' | 'check' | 'store' | 'serve' }>

/** The commands that say something about a configuration and end. */
async function answer(invocation: Question): Promise<void> {
  endWithReader()
  switch (invocation.command) {
    case 'policies':
      return withConfig(invocation.config, (config) => {
        process.exitCode = policiesCommand({ config, user: invocation.user, write: print, writeError: say })
      })
    case 'bucket-policy-history':
      return withConfig(invocation.config, (config) => {
        process.exitCode = bucketPolicyHistory({ config, bucket: invocation.bucket, write: print, writeError: say })
      })
    case 'bucket-policy-rollback':
      return withConfig(invocation.config, (config) => {
        const { bucket, version: wanted } = invocation
        const answer = { write: print, writeError: say }
        process.exitCode = bucketPolicyRollback({ config, bucket, version: wanted, now: new Date(), ...answer })
      })
    case 'explain':
      return withPolicies(invocation.config, (asked) => {
        const { question, format } = invocation
        process.exitCode = explainCommand({
          ...asked,
          question,
          format,
          now: new Date(),
          write: print,
          writeError: say,
        })
      })
    case 'explain-request':
      return withConfig(invocation.config, async (config) => {
        const { requestId, format } = invocation
        process.exitCode = await explainRequest({ config, requestId, format, write: print, writeError: say })
      })
    case 'explain-canonical':
      return withConfig(invocation.config, async (config) => {
        const { file, requestId, format } = invocation
        process.exitCode = await explainCanonical({ config, file, requestId, format, write: print, writeError: say })
      })
    case 'test-policies':
      return withPolicies(invocation.config, async (asked) => {
        const { cases: file, format } = invocation
        const text = await readFile(file, 'utf8').catch(() => undefined)
        if (text === undefined) say(`${file}:1:1: the file cannot be read\n`)
        const answer = { ...asked, file, format, now: new Date(), write: print, writeError: say }
        process.exitCode = text === undefined ? 2 : testPolicies({ ...answer, text })
      })
    case 'suggest':
      return withConfig(invocation.config, async (config) => {
        const { user, from, format } = invocation
        process.exitCode = await suggestCommand({ config, user, from, format, write: print, writeError: say })
      })
  }
}

/** `explain … | head` closes the pipe before all is written; nobody is left to be told. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
}

type WithConfig = (config: Config) => Promise<void> | void

/** Loads a configuration, or says everything that is wrong with it and ends with exit code 2. */
async function withConfig(file: string, run: WithConfig): Promise<void> {
  return withLoaded(await loadConfig(file, processEnvironment()), run)
}

async function withLoaded(loaded: LoadResult, run: WithConfig): Promise<void> {
  for (const warning of loaded.warnings) say(`${warning} (warning)\n`)
  if (loaded.ok) return run(loaded.config)
  for (const problem of loaded.problems) say(`${problem}\n`)
  process.exitCode = 2
}

async function withPolicies(
  file: string,
  run: (asked: { config: Config; source: PolicySource }) => Promise<void> | void,
): Promise<void> {
  await withConfig(file, async (config) => {
    const policies = openPolicies(config)
    try {
      await run({ config, source: policies.source })
    } finally {
      policies.close()
    }
  })
}

async function serve(config: Config, version: string): Promise<void> {
  const logger = createLogger(config.logging)
  surviveStrayErrors(logger)
  untilSignal(await startApp(config, { version, logger }), logger)
}

async function demonstrate(version: string): Promise<void> {
  const demo = await prepareDemo(join(process.cwd(), '.data'))
  const loaded = await parseConfig(demo.configText, { file: demo.configFile, env: processEnvironment() })
  await withLoaded(loaded, async (config) => {
    const logger = createLogger(config.logging)
    surviveStrayErrors(logger)
    const store = await startDemoStore(config, demo.buckets)
    await demo.keep()
    const app = await startApp(config, { version, logger })
    say(demo.greeting)
    untilSignal({ close: (drainMs) => app.close(drainMs).then(() => store.close()) }, logger)
  })
}

const silent: Pick<Logger, 'info' | 'close'> = { info: () => undefined, close: () => Promise.resolve() }

/** Ends cleanly at the first SIGTERM or SIGINT and at once at the second. */
function untilSignal(running: Pick<App, 'close'>, logger: Pick<Logger, 'info' | 'close'>): void {
  let stoppingSince: number | undefined
  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSince !== undefined) {
      // One Ctrl-C or `timeout` arrives twice: at the whole group of processes, and again from the one that started us.
      if (performance.now() - stoppingSince > ECHO_MS) process.exit(1)
      return
    }
    logger.info({ signal }, 'stopping')
    stoppingSince = performance.now()
    void running.close(DRAIN_MS).then(async () => {
      logger.info({}, 'stopped')
      await logger.close()
      process.exit(0)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** One request's defect must not end the others: it is logged, and its own promise chain has ended already. */
function surviveStrayErrors(logger: Logger): void {
  process.on('unhandledRejection', (reason) => logger.error({ err: reason }, 'unhandled rejection'))
  process.on('uncaughtException', (error) => logger.error({ err: error }, 'uncaught exception'))
}

main().catch((error: unknown) => {
  say(`s3-iam-proxy: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
