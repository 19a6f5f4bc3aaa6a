import { afterAll, describe, inject, test } from 'vitest'
import { asMaster } from '../support/backend.ts'
import { expectAsShown } from '../support/check-followed.ts'
import { followPage } from '../support/followed-page.ts'
import { Lab } from '../support/lab.ts'
import { programsNamed } from '../support/find-program.ts'

const { backend, directory } = inject('run')

describe.runIf(backend !== undefined && programsNamed('aws').length > 0)('docs/hetzner.md', () => {
  const lab = new Lab(directory)
  afterAll(() => lab.close())

  test('leads to a working proxy, with another backend in the place of Hetzner', async () => {
    if (backend === undefined) return
    await asMaster(backend).makeBucket('reports')
    const { url, key } = backend
    const commands = await followPage(lab, {
      page: 'docs/hetzner.md',
      replaced: [
        ['"https://fsn1.your-objectstorage.com"', `"${url}"`],
        // The profile follows from the name of the host, which is another one here. So is the backend's own region.
        ['region: "fsn1"\n', `region: "${key.region}"\nbackend: {profile: hetzner}\n`],
        ['listen_addr:', 'regions: ["fsn1"]\n  listen_addr:'],
      ],
      env: {
        MASTER_ACCESS_KEY: key.accessKey,
        MASTER_SECRET_KEY: key.secretKey,
        ALICE_SECRET_KEY: 'alice-secret-0123456789',
        OPS_SECRET_KEY: 'ops-secret-0123456789',
      },
    })
    expectAsShown(commands)
  })
})
