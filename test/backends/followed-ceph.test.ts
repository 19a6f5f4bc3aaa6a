import { afterAll, describe, inject, test } from 'vitest'
import { expectAsShown } from '../support/check-followed.ts'
import { exportsOf, followPage } from '../support/followed-page.ts'
import { programsNamed } from '../support/find-program.ts'
import { Lab } from '../support/lab.ts'

const { backend, directory } = inject('run')

describe.runIf(backend !== undefined && programsNamed('aws').length > 0)('docs/ceph.md', () => {
  const lab = new Lab(directory)
  afterAll(() => lab.close())

  test('leads to a working proxy before a real Ceph', async () => {
    const page = 'docs/ceph.md'
    const replaced = [['http://127.0.0.1:7480', backend?.url ?? ''] as const]
    expectAsShown(await followPage(lab, { page, replaced, env: exportsOf(page) }))
  })
})
