import { createHash } from 'node:crypto'
import { type FormOrder, formBy } from '../support/browser-form.ts'
import type { SigningKey } from '../support/signer.ts'
import { type Order, type Pair, presignedBy, signedBy, type WireRequest } from '../support/wire-requests.ts'

/** A request that still lacks who signs it. */
export type Unsigned = (user: SigningKey) => WireRequest

/** The ways in which a header can come along. */
export const CARRIERS = [
  'header',
  'signed header of a presigned URL',
  'parameter of a presigned URL',
  'parameter beside an Authorization header',
] as const
export type Carrier = (typeof CARRIERS)[number]

/** The order with these headers, carried in that way. */
export function carrying(order: Order, pairs: readonly Pair[], carrier: Carrier): Unsigned {
  const covered = withDigest(order)
  const inHeaders: Order = { ...covered, headers: [...(covered.headers ?? []), ...pairs] }
  const inQuery: Order = { ...covered, query: [...(covered.query ?? []), ...pairs.map(spelledByPresigners)] }
  switch (carrier) {
    case 'header':
      return (user) => signedBy(user, inHeaders)
    case 'signed header of a presigned URL':
      return (user) => presignedBy(user, inHeaders)
    case 'parameter of a presigned URL':
      return (user) => presignedBy(user, inQuery)
    case 'parameter beside an Authorization header':
      return (user) => signedBy(user, inQuery)
  }
}

/** A browser form with these fields beside its key `k`. */
export function formWith(fields: readonly Pair[]): Unsigned {
  const order: FormOrder = { fields: [['key', 'k'], ...fields] }
  return (user) => formBy(user, order)
}

/** Some write `X-Amz-Acl`, some `x-amz-acl`. */
function spelledByPresigners([name, value]: Pair): Pair {
  return [name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase()), value]
}

/** A document that only a presigned URL covers needs a digest. */
function withDigest(order: Order): Order {
  if (!(order.body?.toString() ?? '').startsWith('<')) return order
  const md5 = createHash('md5')
    .update(order.body ?? '')
    .digest('base64')
  return { ...order, headers: [...(order.headers ?? []), ['content-md5', md5]] }
}

/** A `Tagging` document of one tag. */
export const taggingXml = (key: string, value: string): string =>
  `<Tagging><TagSet><Tag><Key>${key}</Key><Value>${value}</Value></Tag></TagSet></Tagging>`
