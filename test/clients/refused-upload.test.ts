import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { asMaster } from '../support/backend.ts'
import { programsAreCompulsory } from '../support/environment.ts'
import { hostOf } from '../support/exchange.ts'
import { findProgram } from '../support/find-program.ts'
import { Lab } from '../support/lab.ts'
import { type RunningProxy, type Scheme, startProxy } from '../support/proxy.ts'
import { encodePath, presign } from '../support/signer.ts'
import { writeLargeFile } from './client-bench.ts'
import { driverFile } from './driver-session.ts'

// A client that sends without `Expect` is in the middle of its 100 MiB when the refusal comes. It must get to read it:
// a proxy that closes at once makes the client see a reset.

const TIMES = 20
const run = inject('run')
const stranger = {
  accessKey: 'STRANGER-ACCESS-KEY',
  secretKey: 'stranger-secret-key-0123456789',
  buckets: ['elsewhere'],
}

const lab = new Lab(run.directory)
const curl = await findProgram(lab, 'curl', ['--version'], /^curl (\S+)/)
const python = await findProgram(lab, 'python3', ['--version'], /^Python (\S+)/)
const file = `${lab.directory}/large`

describe.runIf(run.backend !== undefined).each<Scheme>(['http', 'https'])(
  'a refused upload of 100 MiB over %s',
  (scheme) => {
    let proxy: RunningProxy
    let target = ''
    beforeAll(async () => {
      if (run.backend === undefined) return
      const bucket = `refused-upload-${scheme}`
      await asMaster(run.backend).makeBucket(bucket)
      await writeLargeFile(file)
      proxy = await startProxy(lab, { backend: run.backend, users: [stranger], scheme, certificates: run.certificates })
      const request = { method: 'PUT', host: hostOf(proxy.endpoint), path: encodePath(bucket, 'large') }
      target = presign({ ...stranger, region: run.backend.key.region }, request, 3600)
    })

    test.runIf(curl !== undefined || programsAreCompulsory)(
      `curl sees the 403 ${TIMES} of ${TIMES} times`,
      async () => {
        const seen: string[] = []
        for (let i = 0; i < TIMES; i++) {
          const args = ['-sS', '--max-time', '60', '--cacert', run.certificates.authority, '-H', 'Expect:', '-T', file]
          const command = { file: 'curl', args: [...args, '-w', '\n%{http_code}', `${proxy.endpoint.url}${target}`] }
          const { stdout, stderr } = await lab.run(command, 90_000)
          seen.push(/<Code>AccessDenied<\/Code>[^]*\n403$/.test(stdout) ? 'the 403' : stdout + stderr)
        }
        expect(seen).toEqual(Array.from({ length: TIMES }, () => 'the 403'))
        expect(proxy.backendSaw.lines()).toEqual([])
      },
    )

    test.runIf(python !== undefined || programsAreCompulsory)(
      `http.client sees the 403 ${TIMES} of ${TIMES} times`,
      async () => {
        const args = [driverFile('http-client-upload.py'), proxy.endpoint.url, target, file, run.certificates.authority]
        const { stdout, stderr } = await lab.run(
          { file: python?.file ?? 'python3', args: [...args, String(TIMES)] },
          110_000,
        )
        expect(stdout.trim().split('\n'), stderr).toEqual(Array.from({ length: TIMES }, () => '403 AccessDenied'))
        expect(proxy.backendSaw.lines()).toEqual([])
      },
    )
  },
)

afterAll(() => lab.close())
