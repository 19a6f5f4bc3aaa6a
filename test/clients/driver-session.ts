import { fileURLToPath } from 'node:url'
import type { LabCommand } from '../support/lab.ts'
import type { ClientReply, ClientRequest, ClientSession, ClientSetting } from './client.ts'

const REPLY_WITHIN_MS = 120_000

/** The file of a driver: a program that reads a request a line and writes a reply a line, both in JSON. */
export function driverFile(name: string): string {
  return fileURLToPath(new URL(`./drivers/${name}`, import.meta.url))
}

/** What every driver reads from its environment. */
export function driverEnvironment(setting: ClientSetting): Record<string, string> {
  return {
    DRIVER_ENDPOINT: setting.endpoint,
    DRIVER_REGION: setting.region,
    DRIVER_FINDS_REGION: setting.findsRegion,
    DRIVER_ACCESS_KEY: setting.accessKey,
    DRIVER_SECRET_KEY: setting.secretKey,
  }
}

/** Starts a driver. It serves one request at a time, in order. */
export function openDriver(setting: ClientSetting, command: LabCommand): ClientSession {
  const running = setting.lab.launch(command)
  const waiting: ((reply: ClientReply) => void)[] = []
  running.onLine((line) => waiting.shift()?.(JSON.parse(line) as ClientReply))
  let ended: ClientReply | undefined
  void running.exited.then(({ stderr }) => {
    ended = { ok: false, code: 'DriverEnded', text: stderr }
    for (const answer of waiting.splice(0)) answer(ended)
  })
  const send = (request: ClientRequest) =>
    new Promise<ClientReply>((resolve) => {
      if (ended !== undefined) return resolve(ended)
      const timer = setTimeout(() => running.signal('SIGKILL'), REPLY_WITHIN_MS)
      waiting.push((reply) => {
        clearTimeout(timer)
        resolve(reply)
      })
      running.writeLine(JSON.stringify(request))
    })
  return {
    send,
    close: async () => {
      await running.stop(2_000)
    },
  }
}
