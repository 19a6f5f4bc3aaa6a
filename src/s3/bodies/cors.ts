import type { CorsRule } from '../cors-rules.ts'
import { element, optionalElement, xmlDocument } from '../xml.ts'

/**
 * The answer to GetBucketCors.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html
 */
export function writeCorsConfiguration(rules: readonly CorsRule[]): Buffer {
  const elements = rules.map((rule) =>
    element(
      'CORSRule',
      rule.allowedHeaders.map((name) => element('AllowedHeader', name)),
      rule.methods.map((method) => element('AllowedMethod', method)),
      rule.origins.map((origin) => element('AllowedOrigin', origin)),
      rule.exposedHeaders.map((name) => element('ExposeHeader', name)),
      optionalElement('MaxAgeSeconds', rule.maxAgeSeconds?.toString()),
    ),
  )
  return Buffer.from(xmlDocument('CORSConfiguration', elements))
}
