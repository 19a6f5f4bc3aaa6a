import { CORS_METHODS, type CorsRule } from '../cors-rules.ts'
import { element, optionalElement, xmlDocument } from '../xml.ts'
import type { XmlElement } from '../xml-reader.ts'
import { type FieldKind, readFields } from './fields.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'

/** S3 takes that many for a bucket. */
const MAX_RULES = 100
const RULE: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['ID', 'text?'],
  ['AllowedHeader', 'texts'],
  ['AllowedMethod', 'texts'],
  ['AllowedOrigin', 'texts'],
  ['ExposeHeader', 'texts'],
  ['MaxAgeSeconds', 'text?'],
])
const ONE_STAR = /^[^*]*\*?[^*]*$/
const HEADER = /^[a-z0-9!#$%&'*+.^_`|~-]{1,256}$/i

/**
 * Reads a `CORSConfiguration`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
 */
export function parseCorsConfiguration(bytes: Uint8Array): { readonly rules: readonly CorsRule[] } | BodyProblem {
  if (bytes.byteLength === 0) return { problem: 'empty', code: 'MissingRequestBodyError' }
  return readBody(bytes, 'CORSConfiguration', (root) => {
    const rules = readFields(root, new Map([['CORSRule', 'elements']])).elements('CORSRule')
    if (rules.length === 0 || rules.length > MAX_RULES) throw new BodyRefusal('number-of-rules')
    return { rules: rules.map(readRule) }
  })
}

function readRule(rule: XmlElement): CorsRule {
  const fields = readFields(rule, RULE)
  const texts = (name: string, isFine: (text: string) => boolean): string[] =>
    fields.elements(name).map(({ text }) => {
      if (!isFine(text)) throw new BodyRefusal(`cors: ${name}`, 'InvalidRequest')
      return text
    })
  const id = fields.optionalText('ID')
  const methods = texts('AllowedMethod', isMethod)
  const origins = texts('AllowedOrigin', isOrigin).map((origin) => origin.toLowerCase())
  if (methods.length === 0 || origins.length === 0) throw new BodyRefusal('missing-element')
  return {
    ...(id === undefined ? {} : { id }),
    origins,
    methods: methods.filter(isMethod),
    allowedHeaders: texts('AllowedHeader', isAllowedHeader).map((name) => name.toLowerCase()),
    exposedHeaders: texts('ExposeHeader', isExposedHeader),
    maxAgeSeconds: maxAge(fields.optionalText('MaxAgeSeconds')),
  }
}

const isMethod = (text: string): text is CorsRule['methods'][number] => CORS_METHODS.some((method) => method === text)
const isOrigin = (text: string): boolean => /^[\x21-\x7e]{1,512}$/.test(text) && ONE_STAR.test(text)
const isAllowedHeader = (text: string): boolean => HEADER.test(text) && ONE_STAR.test(text)
const isExposedHeader = (text: string): boolean => HEADER.test(text) && !text.includes('*')

function maxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw new BodyRefusal('not-a-number')
  return Number(text)
}

/**
 * The answer to GetBucketCors.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html
 */
export function writeCorsConfiguration(rules: readonly CorsRule[]): Buffer {
  const elements = rules.map((rule) =>
    element(
      'CORSRule',
      optionalElement('ID', rule.id),
      rule.allowedHeaders.map((name) => element('AllowedHeader', name)),
      rule.methods.map((method) => element('AllowedMethod', method)),
      rule.origins.map((origin) => element('AllowedOrigin', origin)),
      rule.exposedHeaders.map((name) => element('ExposeHeader', name)),
      optionalElement('MaxAgeSeconds', rule.maxAgeSeconds?.toString()),
    ),
  )
  return Buffer.from(xmlDocument('CORSConfiguration', elements))
}
