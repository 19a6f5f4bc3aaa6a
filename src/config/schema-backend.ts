import { z } from 'zod'
import { S3_OPERATION_NAMES } from '../s3/operation.ts'
import { parseEndpoint } from './addresses.ts'
import { durationField, pathField, patternField, textField } from './fields.ts'
import { ANY_TIMER } from './units.ts'

/** The name of a region as clients put it into a credential scope. */
const REGION = /^[A-Za-z0-9_-]{1,64}$/

/** `master_credentials`: the one key pair that the backend knows. */
export const masterCredentialsSchema = z
  .strictObject({
    access_key: patternField(
      /^[!-+\-.0-<>-~]{1,128}$/,
      'must be 1 to 128 visible ASCII characters without space, comma, slash and equals sign',
    ).meta({ description: "The backend's access key id." }),
    secret_key: secretText().meta({ description: "The backend's secret key." }),
    endpoint: textField(parseEndpoint).meta({ description: 'Where the backend is: scheme, host and optional port.' }),
    region: patternField(REGION, 'must be a region name, such as "fsn1"').meta({
      description: 'The region that requests to the backend are signed for.',
    }),
  })
  .meta({ description: 'The one backend and the key pair that the proxy uses there.' })

/** `backend`: everything about the backend that is not a credential. */
export const backendSchema = z
  .strictObject({
    profile: z
      .enum(['ceph', 'hetzner', 'minio', 'aws', 'generic'])
      .optional()
      .meta({ description: 'What kind of store it is. Default: by the host of the endpoint, else generic.' }),
    addressing: z
      .enum(['path', 'virtual'])
      .default('path')
      .meta({ description: 'Whether the bucket goes into the path or into the host name of requests to the backend.' }),
    max_connections: z
      .int()
      .min(1)
      .max(65_535)
      .default(200)
      .meta({ description: 'Connections to the backend, of all workers together.' }),
    extra_operations: z
      .array(z.enum(S3_OPERATION_NAMES, { error: operationFault }))
      .default([])
      .meta({ description: 'Operations that this backend has beyond its profile, by name.' }),
    connect_timeout: durationField(ANY_TIMER)
      .prefault('10s')
      .meta({ description: 'Bounds the opening of a connection, TLS included.' }),
    response_timeout: durationField(ANY_TIMER)
      .prefault('60s')
      .meta({ description: 'Bounds the wait for the head of an answer, and any silence within the answer.' }),
    ca_file: pathField().optional().meta({ description: "Certificates (PEM) to trust besides the system's roots." }),
    allow_http: z
      .boolean()
      .default(false)
      .meta({ description: 'Allows plain http to an address that is neither loopback nor private.' }),
  })
  .meta({ description: 'Everything about the one backend that is not a credential.' })

/** A secret key: any text without white space at its ends and without control characters. */
export function secretText() {
  return patternField(
    /^[^\s\p{Cc}](?:[^\p{Cc}]{0,1022}[^\s\p{Cc}])?$/u,
    'must be 1 to 1024 characters, without control characters, and without white space at its ends',
  )
}

/** A hundred names would not help in a message. */
function operationFault(issue: { readonly input?: unknown }): string | undefined {
  if (typeof issue.input !== 'string') return undefined
  return 'must be the name of an S3 operation, such as "GetObjectAttributes"'
}
