import type { Lab } from '../support/lab.ts'
import type { Call } from './calls.ts'
import type { ClientName } from './rows.ts'

/** A call with everything that a client needs to make it. Without a signature where the key is empty. */
export interface PlacedCall extends Call {
  readonly endpoint: string
  readonly region: string
  readonly accessKey: string
  readonly secretKey: string
  /** What an `upload` sends. */
  readonly file: string
}

/** What the client showed. `code` is the error code that it names. The request id is there where the client shows it. */
export type Reply =
  | { readonly ok: true; readonly answer: Readonly<Record<string, unknown>>; readonly requestId?: string | null }
  | { readonly ok: false; readonly code: string; readonly text: string; readonly requestId?: string | null }

/** A client that is running, for all users and endpoints of one scenario. */
export interface Caller {
  send(call: PlacedCall): Promise<Reply>
  close(): Promise<void>
}

/** Where a client's program is on this machine. */
export interface FoundProgram {
  readonly file: string
  readonly version: string
}

/** Where a client is to run: its program, and the certificate file to trust where an endpoint is https. */
export interface CallerPlace {
  readonly lab: Lab
  readonly program: string
  readonly authority: string
}

/** A program or library that makes calls. */
export interface IamClient {
  readonly name: ClientName
  /** The codes under which it shows AccessDenied: an answer to HEAD has no body to name it in. */
  readonly refusals: readonly string[]
  /** `undefined` when it is not on this machine. */
  find(lab: Lab): Promise<FoundProgram | undefined>
  open(place: CallerPlace): Caller
}
