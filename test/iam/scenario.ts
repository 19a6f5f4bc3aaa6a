import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import { isTriedOut, type Scenario, Stand } from './stand.ts'
import { type IamMeta, stepsOf } from './steps.ts'

declare module 'vitest' {
  interface TaskMeta {
    iam?: IamMeta
  }
}

/**
 * Declares a test for each row and client, and one at the end that tries out what `explain` proposed. Of a refusal the
 * test asserts the client's own error, what the backend saw, that what is stored is as before, and what `explain` answers.
 */
export function checkScenario(title: string, scenario: Scenario): void {
  const place = { run: inject('run'), clients: inject('clients'), largeFile: inject('largeFile') }
  describe.runIf(place.run.backend !== undefined)(title, () => {
    const stand = new Stand(place, scenario)
    beforeAll(() => stand.open())
    afterAll(() => stand.close())
    for (const { title: step, meta, isPossible, run } of scenario.rows.flatMap((row) => stepsOf(row, place.clients))) {
      test.runIf(isPossible)(step, async ({ task }) => {
        if (meta !== undefined) task.meta.iam = meta
        await run(stand)
      })
    }
    for (const last of scenario.rows.some(isTriedOut) ? ['what explain proposes lets the refused ones through'] : []) {
      test.runIf(place.clients.boto3 !== undefined)(last, () => stand.tryProposals())
    }
  })
}
