import { fileURLToPath } from 'node:url'
import type { LabCommand } from '../support/lab.ts'
import { startDriver } from '../support/line-driver.ts'
import type { ClientReply, ClientRequest, ClientSession, ClientSetting } from './client.ts'

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
export function openDriver({ lab }: ClientSetting, command: LabCommand): ClientSession {
  const { ask, close } = startDriver<ClientReply>(lab, command, (text) => ({ ok: false, code: 'DriverEnded', text }))
  return { send: (request: ClientRequest) => ask(request), close }
}
