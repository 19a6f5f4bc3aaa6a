import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { asMaster } from '../support/backend.ts'
import { programsAreCompulsory } from '../support/environment.ts'
import { Lab } from '../support/lab.ts'
import { type ProxyUser, type RunningProxy, type Scheme, startProxy } from '../support/proxy.ts'
import { driverFile } from './driver-session.ts'
import { pyarrowEnvironment, pythonWith } from './python-clients.ts'

// What pyarrow is used for: a dataset in many small files, of which a query reads a few ranges.

const run = inject('run')
const lab = new Lab(run.directory)
const python = await pythonWith(lab, 'pyarrow')
const possible = run.backend !== undefined && (python !== undefined || programsAreCompulsory)

describe.runIf(possible).each<Scheme>(['http', 'https'])('a Parquet dataset of pyarrow over %s', (scheme) => {
  const bucket = `parquet-${scheme}`
  const owner = userOf('OWNER', bucket)
  const stranger = userOf('STRANGER', 'elsewhere')
  let proxy: RunningProxy

  beforeAll(async () => {
    if (run.backend === undefined) return
    await asMaster(run.backend).makeBucket(bucket)
    const users = [owner, stranger]
    proxy = await startProxy(lab, { backend: run.backend, users, scheme, certificates: run.certificates })
  })

  const keys = async () => (run.backend === undefined ? [] : asMaster(run.backend).keys(bucket, 'measurements/'))

  async function ask(user: ProxyUser, action: 'write' | 'read' | 'delete' | 'describe') {
    const { url, authority } = proxy.endpoint
    const extra = pyarrowEnvironment({
      lab,
      endpoint: url,
      authority: scheme === 'https' ? authority : undefined,
      region: run.backend?.key.region ?? '',
      findsRegion: 'in its settings',
      ...user,
    })
    const command = { file: python?.file ?? 'python3', args: [driverFile('parquet-dataset.py'), action, bucket], extra }
    const { stdout, stderr } = await lab.run(command, 60_000)
    return { said: stdout === '' ? undefined : (JSON.parse(stdout) as unknown), stderr }
  }

  test('it is written in partitions, whose names pyarrow escapes before S3 does', async () => {
    expect(await ask(owner, 'write')).toMatchObject({ said: null })
    const files = (await keys()).filter((key) => !key.endsWith('/'))
    expect(files.map((key) => key.split('/')[1])).toEqual(['city=Fulda', 'city=Hof', 'city=K%C3%B6ln'])
  })

  test('a query reads ranges of the file that it needs, and of one for the schema', async () => {
    proxy.backendSaw.forget()
    expect(await ask(owner, 'read')).toMatchObject({ said: { files: 3, rows: 1000, sum: 750_250 } })
    const seen = proxy.backendSaw.requests().filter(({ target }) => target.includes('/measurements/'))
    const gets = seen.filter(({ method }) => method === 'GET')
    const read = new Set(gets.map(({ target }) => decodeURIComponent(target).split('/')[3]))
    expect([...read].toSorted()).toEqual(['city=Fulda', 'city=K%C3%B6ln'])
    expect(gets.every(({ headers }) => headers.has('range'))).toBe(true)
  })

  test('a stranger reads none of it', async () => {
    proxy.backendSaw.forget()
    const { said, stderr } = await ask(stranger, 'read')
    expect(said).toBeUndefined()
    expect(stderr).toMatch(/^OSError: .*AWS Error ACCESS_DENIED/m)
    expect(proxy.backendSaw.lines()).toEqual([])
  })

  test('what pyarrow calls metadata comes back', async () => {
    const { said } = await ask(owner, 'describe')
    expect(said).toMatchObject({
      'Content-Type': 'text/x-measured',
      'Cache-Control': 'max-age=60',
      'Content-Length': '4',
    })
  })

  test('its folder is deleted with all that is in it', async () => {
    expect(await ask(owner, 'delete')).toMatchObject({ said: null })
    expect(await keys()).toEqual([])
  })
})

afterAll(() => lab.close())

function userOf(name: string, bucket: string): ProxyUser {
  return {
    accessKey: `${name}-ACCESS-KEY`,
    secretKey: `${name.toLowerCase()}-secret-key-0123456789`,
    buckets: [bucket],
  }
}
