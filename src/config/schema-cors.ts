import { z } from 'zod'
import { isBucketName } from '../s3/address.ts'
import { CORS_METHODS } from '../s3/cors-rules.ts'
import { durationField, patternField, textField } from './fields.ts'
import { Fault } from './units.ts'

/** S3 takes that many for a bucket. */
const MAX_RULES = 100
const ORIGIN = /^[a-z*][a-z0-9+.*-]*:\/\/(?:[a-z0-9.*-]+|\[[0-9a-f:.]+\])(?::[0-9*]{1,5})?$/
const DEFAULT_PORT = /^(?:http:\/\/.*:80|https:\/\/.*:443)$/
const ONE_STAR = /^[^*]*\*?[^*]*$/

function parseOrigin(text: string): string | Fault {
  const origin = text.toLowerCase()
  if (origin === '*') return origin
  if (!ORIGIN.test(origin)) {
    return new Fault('must be an origin such as "https://example.com", without a path, or "*" alone')
  }
  if (!ONE_STAR.test(origin)) return new Fault('may hold one * at most')
  if (DEFAULT_PORT.test(origin)) return new Fault('names the default port, which browsers leave out; remove it')
  return origin
}

function parseAllowedHeader(text: string): string | Fault {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/.test(text)) return new Fault('must be the name of a header')
  return ONE_STAR.test(text) ? text.toLowerCase() : new Fault('may hold one * at most')
}

const ruleSchema = z
  .strictObject({
    origins: z
      .array(textField(parseOrigin))
      .min(1)
      .meta({ description: 'Origins of the pages; each may hold one `*`, and `*` alone is any.' }),
    methods: z.array(z.enum(CORS_METHODS)).min(1).meta({ description: 'What the pages may do.' }),
    headers: z
      .array(textField(parseAllowedHeader))
      .default([])
      .meta({ description: 'Headers that the pages may send; each may hold one `*`.' }),
    expose: z
      .array(patternField(/^[A-Za-z0-9!#$%&'+.^_`|~-]{1,128}$/, 'must be the name of a header, without *'))
      .default([])
      .meta({ description: 'Headers of the answers that the pages may read.' }),
    max_age: durationField({ minMs: 0, maxMs: 86_400_000, maxText: '24h' })
      .optional()
      .meta({ description: 'How long browsers may keep the answer to a preflight.' }),
  })
  .meta({ description: 'One rule; the first one that fits a request counts.' })

const bucketName = z
  .string()
  .refine(isBucketName, { error: 'is no name of a bucket (3 to 63 lower-case letters, digits, dots and hyphens)' })

/** `cors`: what pages of other origins may do, by bucket. */
export const corsSchema = z
  .record(bucketName, z.array(ruleSchema).min(1).max(MAX_RULES))
  .meta({ description: 'By bucket: what pages of other origins may do with it in a browser.' })
