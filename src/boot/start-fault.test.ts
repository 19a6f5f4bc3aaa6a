import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApp } from '../app.ts'
import { parseConfig } from '../config/load.ts'
import { createLogger } from '../telemetry/logger.ts'
import { startedFrom } from './start-fault.ts'

const nowhere = join(tmpdir(), 's3-iam-proxy-nowhere', 'below')

async function start(more: string): Promise<unknown> {
  const text = `
master_credentials: {access_key: master, secret_key: ms, endpoint: "http://127.0.0.1:1", region: fsn1}
users: [{name: alice, access_key: aaa, secret_key: s, allowed_buckets: [b]}]
${more}`
  const loaded = await parseConfig(text, { file: 'c.yaml', env: {} })
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  const logger = createLogger({ ...loaded.config.logging, level: 'error' })
  return startApp(loaded.config, { version: '0', logger })
}

test('what starts is given back', async () => {
  expect(await startedFrom('server.listen_addr', () => 7)).toBe(7)
})

test.each([
  ['state.path', `state: {path: "${nowhere}/state.db"}`],
  ['audit.sinks[0].path', 'audit: {sinks: [{type: file, path: /proc/nowhere/audit.jsonl}]}'],
])('a start that fails for %s says so', async (key, more) => {
  await expect(start(`server: {listen_addr: "127.0.0.1:0"}\n${more}`)).rejects.toThrow(`${key}: `)
})

/** A server on a port of the system's choice, and that port. */
async function occupy(port = 0): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, close: () => new Promise((resolve) => void server.close(() => resolve())) }
}

test('a port that is taken is told with the key that names it', async () => {
  const taken = await occupy()
  await expect(start(`server: {listen_addr: "127.0.0.1:${taken.port}"}`)).rejects.toThrow(
    'server.listen_addr: listen EADDRINUSE',
  )
  await taken.close()
})

test('when the port for operators is taken, the one for clients is given up', async () => {
  const taken = await occupy()
  const free = await occupy()
  await free.close()
  const more = `server: {listen_addr: "127.0.0.1:${free.port}"}\nadmin: {listen_addr: "127.0.0.1:${taken.port}"}`
  await expect(start(more)).rejects.toThrow('admin.listen_addr: listen EADDRINUSE')
  await (await occupy(free.port)).close()
  await taken.close()
})
