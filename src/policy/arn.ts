/** The partitions of AWS, which this proxy takes for one and the same. */
export const PARTITIONS: readonly string[] = ['aws', 'aws-cn', 'aws-us-gov']

const S3_PREFIXES: readonly string[] = PARTITIONS.map((partition) => `arn:${partition}:s3:::`)

/** The resource that stands for the service as a whole, as s3:ListAllMyBuckets asks for it. */
export const SERVICE_RESOURCE = 'arn:aws:s3:::*'

/** The six parts of an ARN or ARN pattern; the last may hold colons. */
export interface ArnParts {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** Splits at the first five colons. Undefined when there are fewer, or when the text does not begin with `arn:`. */
export function splitArn(text: string): ArnParts | undefined {
  const [scheme, partition = '', service = '', region = '', account = '', ...rest] = text.split(':')
  if (scheme !== 'arn' || rest.length === 0) return undefined
  return { partition, service, region, account, resource: rest.join(':') }
}

/** `bucket` or `bucket/key` of an S3 ARN in any partition; undefined for whatever is not one. */
export function s3ResourcePart(arn: string): string | undefined {
  for (const prefix of S3_PREFIXES) if (arn.startsWith(prefix)) return arn.slice(prefix.length)
  return undefined
}

/** The ARN of a bucket. */
export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`
}

/** The ARN of an object. The key goes in byte for byte, a leading `/` included. */
export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`
}
