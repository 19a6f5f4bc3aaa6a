import { setTimeout as sleep } from 'node:timers/promises'
import { programsAreCompulsory } from '../support/environment.ts'
import { wordsOf } from './calls.ts'
import type { FoundClients } from './clients.ts'
import { type CallRow, type ClientName, clientsOf, type Row } from './rows.ts'
import type { Stand } from './stand.ts'

/** What a test says about itself for the sum. */
export interface IamMeta {
  readonly client: ClientName | 'operator'
  readonly outcome: 'allowed' | 'refused' | 'other'
}

/** One test of a scenario. */
export interface Step {
  readonly title: string
  /** Without it the step is not counted. */
  readonly meta?: IamMeta
  readonly isPossible: boolean
  readonly run: (stand: Stand) => Promise<void>
}

const OUTCOMES = { may: 'allowed', 'may not': 'refused', 'is told': 'other' } as const

/** The tests of a row, one for each client. */
export function stepsOf(row: Row, clients: FoundClients): readonly Step[] {
  switch (row.kind) {
    case 'pause':
      return [{ title: `${row.ms} ms later`, isPossible: true, run: () => sleep(row.ms) }]
    case 'command':
      return [
        {
          title: `operator: ${row.words.join(' ')}`,
          meta: { client: 'operator', outcome: 'other' },
          isPossible: true,
          run: (stand) => stand.command(row.words, row.prints),
        },
      ]
    default:
      return clientsOf(row).map((client) => ({
        title: `${client}: ${row.caller} ${row.kind}: ${wordsOf(row.call)}${how(row)}`,
        meta: { client, outcome: OUTCOMES[row.kind] },
        isPossible: clients[client] !== undefined || programsAreCompulsory,
        run: (stand) => stand.check(row, { client, caller: row.caller, call: row.call, details: row.details }),
      }))
  }
}

function how({ details: { from, scheme, over } }: CallRow): string {
  const words = [
    from === undefined ? '' : ` from ${from}`,
    scheme === undefined ? '' : ' by what claims to be https',
    over === undefined ? '' : ' over https',
  ]
  return words.join('')
}
