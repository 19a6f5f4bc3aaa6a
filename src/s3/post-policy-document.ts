import { S3Error } from './errors.ts'

/** What a form's policy demands of one field, or of the file's size in bytes (both bounds included). */
export type PostCondition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'content-length-range'; readonly min: number; readonly max: number }

/** The policy that a browser form carries, signed with it. */
export interface PostPolicy {
  readonly expiresAt: Date
  /** Field names in lower case, without `$`. All of them must hold. */
  readonly conditions: readonly PostCondition[]
}

/** Largest policy in base64; the fields of a form may not hold more in all. */
const MAX_POLICY_CHARACTERS = 20 * 1024
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const EXPIRATION = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/
const WHOLE_NUMBER = /^\d{1,16}$/

/**
 * Reads a policy strictly: exactly `expiration` and `conditions`, and no condition that is not understood.
 * @param base64 the form's `policy` field as received
 * @throws S3Error InvalidPolicyDocument
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function parsePostPolicy(base64: string): PostPolicy {
  const document = jsonOf(base64)
  if (!isObject(document)) throw invalid('The policy must be a JSON object.')
  const names = Object.keys(document)
  const unknown = names.find((name) => name !== 'expiration' && name !== 'conditions')
  if (unknown !== undefined) throw invalid(`The policy holds something unexpected: ${unknown.slice(0, 64)}.`)
  const { expiration, conditions } = document
  if (!Array.isArray(conditions)) throw invalid('The policy must have a list of conditions.')
  return { expiresAt: expirationOf(expiration), conditions: conditions.map(conditionOf) }
}

function jsonOf(base64: string): unknown {
  if (base64.length > MAX_POLICY_CHARACTERS || base64.length % 4 !== 0 || !BASE64.test(base64)) {
    throw invalid('The policy is not base64.')
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64')))
  } catch (cause) {
    throw new S3Error('InvalidPolicyDocument', { message: 'The policy is not JSON.', cause })
  }
}

function expirationOf(value: unknown): Date {
  const seconds = typeof value === 'string' ? EXPIRATION.exec(value)?.[1] : undefined
  if (typeof value !== 'string' || seconds === undefined) {
    throw invalid('The policy must have an expiration such as 2030-01-31T12:00:00Z.')
  }
  const date = new Date(value)
  // A day that no calendar has is taken by Date and moved on.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 19) !== seconds) {
    throw invalid('The expiration of the policy is no moment of the calendar.')
  }
  return date
}

function conditionOf(value: unknown): PostCondition {
  if (Array.isArray(value)) return listCondition(value)
  if (!isObject(value)) throw invalid('A condition must be an object or a list.')
  const [pair, ...rest] = Object.entries(value)
  if (pair === undefined || rest.length > 0) throw invalid('A condition in object form must have exactly one field.')
  const [field, wanted] = pair
  if (field === '' || typeof wanted !== 'string') throw invalid('A condition in object form must be {"field": "text"}.')
  return { kind: 'eq', field: field.toLowerCase(), value: wanted }
}

function listCondition(list: readonly unknown[]): PostCondition {
  const [operator, subject, value] = list
  const kind = typeof operator === 'string' ? operator.toLowerCase() : ''
  if (list.length !== 3) throw invalid('A condition in list form must have three parts.')
  if (kind === 'content-length-range') return sizeCondition(subject, value)
  if (kind !== 'eq' && kind !== 'starts-with') throw invalid('A condition has an operator that is not known.')
  if (typeof subject !== 'string' || typeof value !== 'string' || !/^\$./s.test(subject)) {
    throw invalid('A condition in list form must be ["operator", "$field", "text"].')
  }
  return { kind, field: subject.slice(1).toLowerCase(), value }
}

function sizeCondition(min: unknown, max: unknown): PostCondition {
  const bounds = [byteCount(min), byteCount(max)] as const
  const [lowest, highest] = bounds
  if (lowest === undefined || highest === undefined || lowest > highest) {
    throw invalid('content-length-range needs two whole numbers, the smaller one first.')
  }
  return { kind: 'content-length-range', min: lowest, max: highest }
}

function byteCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidPolicyDocument', { message })
}
