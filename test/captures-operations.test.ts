import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RESERVED_BUCKETS } from '../src/s3/address.ts'
import { parseS3Request, type S3Request } from '../src/s3/request.ts'

interface Capture {
  readonly client: string
  readonly method: string
  readonly target: string
  /** In wire order, each value as it stood after the colon. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** Assigned by hand from each capture's client, method and target, never from what the program says. */
interface Expected {
  /** 1 for the first capture, which stands on the second line. */
  readonly capture: number
  readonly client: string
  readonly method: string
  readonly operation: string
  readonly bucket?: string
  readonly key?: string
}

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

const captures = fixture('captures.jsonl')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => JSON.parse(line) as Capture)
const expected = JSON.parse(fixture('capture-operations.json')) as readonly Expected[]

function parse(capture: Capture): S3Request {
  return parseS3Request(
    {
      method: capture.method,
      url: capture.target,
      rawHeaders: capture.headers.flatMap(([name, value]) => [name, value.replace(/^[ \t]+|[ \t]+$/g, '')]),
      httpVersion: '1.1',
      forwardedHost: undefined,
    },
    { hostnames: ['s3.local'], reservedBuckets: RESERVED_BUCKETS, ignoreHeaders: new Set() },
  )
}

/** Those that resolve to a row and are refused all the same, by capture number. */
const REFUSED: Readonly<Record<number, string>> = {
  49: 'InvalidBucketName', // "nb" is too short; the server of the capture took it
  59: 'InvalidBucketName',
  301: 'InvalidBucketName',
  256: 'InvalidBucketName', // pyarrow asks for the bucket "$extremelyunlikelytoexist$"
}

test('the table names every capture once', () => {
  expect(expected.map(({ capture }) => capture)).toEqual(captures.map((_, i) => i + 1))
})

test.each(expected)(
  'capture $capture of $client is $operation',
  ({ capture, client, method, operation, bucket, key }) => {
    const recorded = captures[capture - 1]
    expect({ client: recorded?.client, method: recorded?.method }).toEqual({ client, method })
    const request = parse(recorded as Capture)
    const { resolved, address } = request
    const row = 'operation' in resolved ? resolved.operation : resolved.named
    expect({ operation: row?.name, bucket: address.bucket, key: address.key }).toEqual({ operation, bucket, key })
    expect('refusal' in resolved ? resolved.refusal.code : undefined).toBe(REFUSED[capture])
  },
)
