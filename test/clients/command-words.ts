import type { ClientOperation, ClientRequest, RequestTo } from './client.ts'

/** What to type after a command's name for each operation that it has. */
export type CommandWords = { readonly [K in ClientOperation]?: (request: RequestTo<K>) => readonly string[] }

/** The words for one request; throws for an operation that the command has not. */
export function wordsFor(words: CommandWords, request: ClientRequest): readonly string[] {
  // The table's type ties each operation to its own request.
  const make = words[request.do] as ((request: ClientRequest) => readonly string[]) | undefined
  if (make === undefined) throw new Error(`the command has no ${request.do}`)
  return make(request)
}

export function operationsOf(words: CommandWords): ReadonlySet<ClientOperation> {
  return new Set(Object.keys(words) as ClientOperation[])
}
