import { HeaderList } from '../../src/http/headers.ts'
import type { PayloadRequest } from '../../src/payload/checks.ts'
import type { PayloadPlan } from '../../src/payload/payload-plan.ts'
import { planPayload } from '../../src/payload/plan.ts'
import { S3Error, type S3ErrorCode } from '../../src/s3/errors.ts'
import { S3_OPERATIONS } from '../../src/s3/operations.ts'
import { EMPTY_SHA256, type PayloadHash } from '../../src/sigv4/payload-hash.ts'
import { seedFor } from './chunked-wire.ts'

export const STORES = { storesChecksums: true }
export const STORES_NOT = { storesChecksums: false }
export const SHA256 = 'ab'.repeat(32)
export const MD5 = 'XUFAKrxLKna5cZ2REBfFkg=='
export const CRC32 = 'NhCmhg=='
export const FIVE_GIB = 5_368_709_120

export const HASHES = {
  literal: { kind: 'literal', sha256: SHA256 },
  empty: { kind: 'literal', sha256: EMPTY_SHA256 },
  unsigned: { kind: 'unsigned' },
  signed: { kind: 'streaming', signed: true, trailer: false },
  'signed with trailer': { kind: 'streaming', signed: true, trailer: true },
  'unsigned with trailer': { kind: 'streaming', signed: false, trailer: true },
} as const satisfies Record<string, PayloadHash>

export type HashName = keyof typeof HASHES | 'anonymous'

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly hoisted?: Readonly<Record<string, string>>
}

/** `content-length` and `transfer-encoding` come from the headers, as in a real request. */
export function requestOf({ headers = {}, hoisted = {} }: Sent): PayloadRequest {
  const list = new HeaderList(Object.entries(headers))
  const length = list.get('content-length')
  const amz = new Map([
    ...Object.entries(headers).filter(([name]) => name.startsWith('x-amz-')),
    ...Object.entries(hoisted),
  ])
  const contentLength = length === undefined ? undefined : Number(length)
  return { amz, headers: list, contentLength, chunked: list.has('transfer-encoding') }
}

export function operationNamed(name: string) {
  const operation = S3_OPERATIONS.find((row) => row.name === name)
  if (operation === undefined) throw new Error(`no operation ${name}`)
  return operation
}

export function plan(name: string, hash: HashName, sent: Sent, traits = STORES): PayloadPlan {
  const seed = hash === 'anonymous' ? undefined : seedFor(HASHES[hash])
  return planPayload(requestOf(sent), operationNamed(name), seed, traits)
}

export function refusalOf(name: string, hash: HashName, sent: Sent): S3ErrorCode | undefined {
  try {
    plan(name, hash, sent)
    return undefined
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
}

export const framed = (decoded: string, more: Readonly<Record<string, string>> = {}): Sent => ({
  headers: { 'transfer-encoding': 'chunked', 'x-amz-decoded-content-length': decoded, ...more },
})
export const sized = (length: number, more: Readonly<Record<string, string>> = {}): Sent => ({
  headers: { 'content-length': String(length), ...more },
})
export const crc32Trailer = { 'x-amz-trailer': 'x-amz-checksum-crc32' }
