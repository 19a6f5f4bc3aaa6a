import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino'
import { printableJson } from '../http/printable-json.ts'
import { consoleLine } from './console-line.ts'
import { redactFields, redactSignatures } from './redaction.ts'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'
export type LogFormat = 'json' | 'console'
export type LogFields = Readonly<Record<string, unknown>>

/** The log. Secrets among the fields are hidden; an `err` field may be an Error. */
export interface Logger {
  error(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  debug(fields: LogFields, message: string): void
  /** Writes what is still in memory, before the process ends; nothing can be logged after it. */
  close(): Promise<void>
}

/** Where finished lines go, each with its line feed. */
export interface LineTarget {
  write(line: string): void
  /** Resolves when all is written. */
  end?(): Promise<void>
}

/** What a logger is made from. `target` is stdout unless given. */
export interface LoggerOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  readonly target?: LineTarget
}

/** Makes the log: one JSON object a line (`time`, `level`, fields, `msg`), or one readable line. */
export function createLogger(options: LoggerOptions): Logger {
  const target = options.target ?? standardOutput()
  const toLine = options.format === 'json' ? printableJson : consoleLine
  const stream: DestinationStream = { write: (json) => target.write(toLine(redactSignatures(json))) }
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactFields },
    },
    stream,
  )
  return {
    error: (fields, message) => log.error(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    info: (fields, message) => log.info(fields, message),
    debug: (fields, message) => log.debug(fields, message),
    close: async () => target.end?.(),
  }
}

/** So much waits in memory for a reader of stdout that has stopped reading; what comes on top is lost. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024
const MAX_END_MS = 2_000

/**
 * Writes that are under way must end before the process does: a synchronous flush would write them twice, and the older
 * lines last.
 */
function standardOutput(): LineTarget {
  const stream = destination({ fd: 1, sync: false, maxLength: MAX_WAITING_BYTES })
  // stdout was closed or never opened: there is nobody left to tell.
  stream.on('error', () => undefined)
  return {
    write: (line) => stream.write(line),
    end: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, MAX_END_MS)
        stream.once('close', () => {
          clearTimeout(timer)
          resolve()
        })
        stream.end()
      }),
  }
}
