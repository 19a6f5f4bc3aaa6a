import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Backend } from '../support/backend.ts'
import { programsAreCompulsory } from '../support/environment.ts'
import { goProgram } from '../support/go-program.ts'
import { Lab } from '../support/lab.ts'
import type { Scheme } from '../support/proxy.ts'
import { type CheckName, CLIENTS } from './check-table.ts'
import type { Client, ClientRequest } from './client.ts'
import { type ClientBench, openBench } from './client-bench.ts'
import { checkMovement } from './movement-checks.ts'
import { checkObjects } from './object-checks.ts'
import { checkRefusals } from './refusal-checks.ts'
import { checkSyncing } from './sync-checks.ts'

/** Declares a check of the table; `client` must be able to do all of `needs`. */
export type Declare = (
  check: CheckName,
  needs: readonly ClientRequest['do'][],
  run: (bench: ClientBench) => Promise<void>,
) => void

/** Declares the checks of a client, over http and over https: by default all that it offers the operations for. */
export async function checkClient(
  client: Client,
  declareChecks: (declare: Declare, client: Client) => void = everyCheck,
): Promise<void> {
  const run = inject('run')
  const lab = new Lab(run.directory)
  const version = await client.version(lab)
  await lab.close()
  const possible = run.backend !== undefined && (version !== undefined || isCompulsory(client))

  describe.runIf(possible).each(schemesBefore(run.backend))(`${client.name} over %s`, (scheme) => {
    let bench: ClientBench | undefined
    beforeAll(async () => {
      expect(version, `${client.name} must be installed (scripts/install-clients.sh)`).toBeDefined()
      bench = await openBench(run, client, scheme)
    })
    afterAll(() => bench?.close())
    const declare: Declare = (check, needs, body) => {
      if (!needs.every((operation) => client.offers.has(operation))) return
      test(check, async ({ task }) => {
        task.meta.check = { client: client.name, version: version ?? '', scheme, check }
        if (bench === undefined) throw new Error('the bench did not open')
        await body(bench)
      })
    }
    declareChecks(declare, client)
  })
}

/** Before MinIO http alone: TLS ends at the proxy, and is the same before each backend. */
function schemesBefore(backend: Backend | undefined): readonly Scheme[] {
  return backend?.kind === 'minio' ? ['http'] : ['http', 'https']
}

/** Whether a missing client is a failure: in continuous integration, where it can be had. */
function isCompulsory(client: Client): boolean {
  return programsAreCompulsory && (!('needsGo' in CLIENTS[client.name]) || goProgram() !== undefined)
}

function everyCheck(declare: Declare, client: Client): void {
  checkBuckets(declare)
  checkObjects(declare, client)
  checkMovement(declare, client)
  checkSyncing(declare)
  checkRefusals(declare, client)
}

function checkBuckets(declare: Declare): void {
  declare('create a bucket', ['createBucket'], async ({ succeed, buckets, master }) => {
    await succeed({ do: 'createBucket', bucket: buckets.fresh })
    expect(await master.exists(buckets.fresh)).toBe(true)
  })

  declare('head a bucket', ['headBucket'], async ({ succeed, buckets }) => {
    await succeed({ do: 'headBucket', bucket: buckets.left })
  })

  declare('list buckets: only its own', ['listBuckets'], async ({ succeed, buckets }) => {
    const { buckets: seen } = await succeed({ do: 'listBuckets' })
    expect(seen).toEqual(expect.arrayContaining([buckets.left, buckets.right]))
    expect(seen).not.toContain(buckets.other)
  })
}
