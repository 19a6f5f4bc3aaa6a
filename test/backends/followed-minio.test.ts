import { afterAll, describe, expect, inject, test } from 'vitest'
import { expectAsShown } from '../support/check-followed.ts'
import { exchange } from '../support/exchange.ts'
import { blocksOf, exportsOf, followPage } from '../support/followed-page.ts'
import { programsNamed } from '../support/find-program.ts'
import { Lab } from '../support/lab.ts'
import { minioProgram } from '../support/minio.ts'
import { freePort, until } from '../support/ports.ts'

const PAGE = 'docs/minio.md'
const { directory } = inject('run')
const program = await minioProgram()

describe.runIf(program !== undefined && programsNamed('aws').length > 0)(PAGE, () => {
  const lab = new Lab(directory)
  afterAll(() => lab.close())

  /** Starts the server by the page's own command line, in another folder and at another address. */
  async function startAsShown(): Promise<string> {
    const shown = /^((?:\w+=\S+ )+)\S*minio server \S+ --address (\S+)$/m.exec(blocksOf(PAGE, 'sh')[0] ?? '')
    expect(shown?.[2]).toBe('127.0.0.1:9000')
    const settings = (shown?.[1] ?? '').trim().split(' ')
    const address = `127.0.0.1:${await freePort()}`
    const running = lab.launch({
      file: program ?? '',
      args: ['server', lab.folder('minio'), '--address', address],
      extra: Object.fromEntries(settings.map((setting) => setting.split('=', 2))),
    })
    const isReady = async (): Promise<boolean> => {
      const request = { method: 'GET', target: '/minio/health/ready', headers: [['host', address] as const] }
      return (await exchange({ url: `http://${address}` }, request, 2_000).catch(() => undefined))?.status === 200
    }
    await until(isReady, 60_000, () => `no MinIO:\n${running.stdout()}${running.stderr()}`)
    return address
  }

  test('leads to a working proxy before a real MinIO', async () => {
    const replaced = [['127.0.0.1:9000', await startAsShown()] as const]
    expectAsShown(await followPage(lab, { page: PAGE, replaced, env: exportsOf(PAGE) }))
  })
})
