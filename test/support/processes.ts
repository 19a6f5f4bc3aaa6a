import { type ChildProcess, spawn } from 'node:child_process'
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What to run. `env` is the whole environment of the child. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** A file that comes through a pipe on the standard input, which then ends. */
  readonly input?: string
}

/** How a command ended. `code` is undefined when a signal ended it or it could not be started. */
export interface Ended {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

/** A process that goes on. Texts hold what was written so far. */
export interface Running {
  readonly pid: number
  readonly exited: Promise<Ended>
  hasExited(): boolean
  stdout(): string
  stderr(): string
  /** Writes one line to the standard input. */
  writeLine(line: string): void
  endInput(): void
  /** Writes a file to the standard input, and ends it. */
  sendFile(file: string): void
  onLine(listener: (line: string) => void): void
  signal(name: NodeJS.Signals): void
  /** Asks the process to end, and insists after `graceMs`. */
  stop(graceMs: number): Promise<Ended>
}

/**
 * Starts processes in groups of their own and ends every group at the latest with this process. `record` is a folder
 * in which each one leaves a note, so that the parent can sweep up after a worker that was killed.
 */
export class Processes {
  readonly #record: string
  readonly #running = new Set<Running>()

  constructor(record: string) {
    this.#record = record
    mkdirSync(record, { recursive: true })
  }

  launch(command: Command): Running {
    const child = spawn(command.file, command.args, {
      env: { ...command.env },
      cwd: command.cwd,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const running = follow(child, this.#record)
    this.#running.add(running)
    void running.exited.then(() => this.#running.delete(running))
    return running
  }

  /** Runs a command to its end, or to `timeoutMs`. */
  async run(command: Command, timeoutMs: number): Promise<Ended> {
    const running = this.launch(command)
    if (command.input === undefined) running.endInput()
    else running.sendFile(command.input)
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      running.signal('SIGKILL')
    }, timeoutMs)
    const ended = await running.exited
    clearTimeout(timer)
    return { ...ended, timedOut }
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop(5_000)))
  }
}

/** Kills what the notes in `record` name and still runs: the start time tells a process from a later one of its number. */
export function sweep(record: string): void {
  if (!existsSync(record)) return
  for (const name of readdirSync(record)) {
    const pid = Number(name)
    if (readFileSync(join(record, name), 'utf8') === startTime(pid)) killGroup(pid, 'SIGKILL')
  }
}

function follow(child: ChildProcess, record: string): Running {
  const pid = child.pid ?? 0
  const note = join(record, String(pid))
  if (pid > 0) writeFileSync(note, startTime(pid))
  const output: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8')
    child[name]?.on('data', (text: string) => {
      output[name] += text
    })
  }
  // A child that closed its input early must not end the test run.
  child.stdin?.on('error', () => {})
  const endWithUs = () => killGroup(pid, 'SIGKILL')
  process.once('exit', endWithUs)

  let over = false
  const exited = new Promise<Ended>((resolve) => {
    const finish = (code: number | null, stderr: string) => {
      over = true
      process.removeListener('exit', endWithUs)
      rmSync(note, { force: true })
      resolve({ code: code ?? undefined, stdout: output.stdout, stderr, timedOut: false })
    }
    child.once('error', (error) => finish(null, error.message))
    child.once('close', (code) => finish(code, output.stderr))
  })
  const signal = (name: NodeJS.Signals) => {
    if (!over) killGroup(pid, name)
  }
  return {
    pid,
    exited,
    hasExited: () => over,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    writeLine: (line) => child.stdin?.write(`${line}\n`),
    endInput: () => child.stdin?.end(),
    sendFile: (file) => {
      if (child.stdin !== null) createReadStream(file).pipe(child.stdin)
    },
    onLine: (listener) => onLine(child, listener),
    signal,
    stop: async (graceMs) => {
      signal('SIGTERM')
      const timer = setTimeout(() => signal('SIGKILL'), graceMs)
      const ended = await exited
      clearTimeout(timer)
      // The group's leader may have left members behind.
      killGroup(pid, 'SIGKILL')
      return ended
    },
  }
}

function onLine(child: ChildProcess, listener: (line: string) => void): void {
  let rest = ''
  child.stdout?.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) listener(line)
  })
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid <= 1) return
  try {
    process.kill(-pid, signal)
  } catch {
    // The group is gone.
  }
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold blanks and parentheses. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return 'gone'
  }
}
