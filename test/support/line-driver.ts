import type { Lab, LabCommand } from './lab.ts'

const REPLY_WITHIN_MS = 120_000

/** A program that reads a line of JSON and answers with one, one at a time. */
export interface LineDriver<Reply> {
  ask(question: unknown): Promise<Reply>
  close(): Promise<void>
}

/** Starts such a program. When it has ended, `ended` makes the answers that are still due from what it said at last. */
export function startDriver<Reply>(lab: Lab, command: LabCommand, ended: (stderr: string) => Reply): LineDriver<Reply> {
  const running = lab.launch(command)
  const waiting: ((reply: Reply) => void)[] = []
  running.onLine((line) => waiting.shift()?.(JSON.parse(line) as Reply))
  let last: Reply | undefined
  void running.exited.then(({ stderr }) => {
    last = ended(stderr)
    for (const answer of waiting.splice(0)) answer(last)
  })
  return {
    ask: (question) =>
      new Promise<Reply>((resolve) => {
        if (last !== undefined) return resolve(last)
        const timer = setTimeout(() => running.signal('SIGKILL'), REPLY_WITHIN_MS)
        waiting.push((reply) => {
          clearTimeout(timer)
          resolve(reply)
        })
        running.writeLine(JSON.stringify(question))
      }),
    close: async () => {
      await running.stop(2_000)
    },
  }
}
