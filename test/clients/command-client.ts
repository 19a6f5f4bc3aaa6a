import type { Lab } from '../support/lab.ts'
import type { Ended } from '../support/processes.ts'
import type { Client, ClientReply, ClientRequest, ClientSession, ClientSetting } from './client.ts'
import { type CommandWords, operationsOf, wordsFor } from './command-words.ts'

const RUN_WITHIN_MS = 120_000

/** A program that is started anew for each operation. */
export interface CommandProgram {
  readonly words: CommandWords
  find(lab: Lab): Promise<{ readonly file: string; readonly version: string } | undefined>
  /** Writes one user's settings down. */
  settle(setting: ClientSetting): CommandSettings
  /** What it showed. */
  read(request: ClientRequest, ended: Ended): ClientReply
}

/** What comes before the words of each operation, and into the environment. */
export interface CommandSettings {
  readonly args: readonly string[] | ((request: ClientRequest) => readonly string[])
  readonly extra?: Readonly<Record<string, string>>
}

/** What is to be known of a client beside its program. */
export type CommandTraits = Omit<Client, 'version' | 'offers' | 'open'>

/** The client that the program makes. It offers what it has words for; a stream comes on its standard input. */
export function commandClient(traits: CommandTraits, program: CommandProgram): Client {
  return {
    ...traits,
    version: async (lab) => (await program.find(lab))?.version,
    offers: operationsOf(program.words),
    open: async (setting) => {
      const found = await program.find(setting.lab)
      if (found === undefined) throw new Error(`no ${traits.name}`)
      return new CommandSession(setting.lab, found.file, program, program.settle(setting))
    },
  }
}

/** The reply for a program that ended badly; `pattern` catches the error code in what it wrote on the standard error. */
export function readFailure({ stderr, timedOut }: Ended, pattern: RegExp): Extract<ClientReply, { ok: false }> {
  if (timedOut) return { ok: false, code: 'TimedOut', text: stderr }
  return { ok: false, code: pattern.exec(stderr)?.slice(1).find(Boolean) ?? 'unknown', text: stderr }
}

/** The lines of an output that are not empty. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

class CommandSession implements ClientSession {
  readonly #lab: Lab
  readonly #file: string
  readonly #program: CommandProgram
  readonly #settings: CommandSettings

  constructor(lab: Lab, file: string, program: CommandProgram, settings: CommandSettings) {
    this.#lab = lab
    this.#file = file
    this.#program = program
    this.#settings = settings
  }

  async send(request: ClientRequest): Promise<ClientReply> {
    const { args, extra = {} } = this.#settings
    const before = typeof args === 'function' ? args(request) : args
    const ended = await this.#lab.run(
      {
        file: this.#file,
        args: [...before, ...wordsFor(this.#program.words, request)],
        extra,
        ...(request.do === 'putStream' ? { input: request.file } : {}),
      },
      RUN_WITHIN_MS,
    )
    return this.#program.read(request, ended)
  }

  async close(): Promise<void> {}
}
