import { z } from 'zod'
import { durationField, pathField, patternField, sizeField } from './fields.ts'
import { backendSchema, masterCredentialsSchema } from './schema-backend.ts'
import { corsSchema } from './schema-cors.ts'
import {
  accountIdSchema,
  bucketPoliciesSchema,
  groupsSchema,
  multipartOwnerOnlySchema,
  policiesSchema,
  policyDirSchema,
  policyShadowSchema,
  publicAccessBlockSchema,
  stateSchema,
} from './schema-iam.ts'
import { adminSchema, serverSchema, storeSchema } from './schema-server.ts'
import { userSchema } from './schema-users.ts'

const loggingSchema = z
  .strictObject({
    level: z
      .enum(['error', 'warn', 'info', 'debug'])
      .default('info')
      .meta({ description: 'The least severe level that is logged.' }),
    format: z
      .enum(['json', 'console'])
      .default('json')
      .meta({ description: 'One JSON object a line, or one readable line.' }),
    debug_signatures: z.boolean().default(false).meta({
      description:
        'Tries known ways of getting a signature wrong and logs the one that explains it; records in the audit what arrived.',
    }),
  })
  .meta({ description: 'The log on stdout.' })

const limitsSchema = z
  .strictObject({
    max_clock_skew: durationField({ minMs: 1_000, maxMs: 900_000, maxText: '15m' })
      .prefault('15m')
      .meta({ description: "How far a request's date may be from the proxy's clock. Never above 15m." }),
    presigned_max_expiry: durationField({ minMs: 1_000, maxMs: 604_800_000, maxText: '168h' })
      .prefault('168h')
      .meta({ description: 'The longest life of a presigned URL.' }),
    max_xml_body: sizeField(1_024, 16 * 2 ** 20)
      .prefault('2MiB')
      .meta({ description: 'The largest XML body of a request.' }),
    ignore_headers: z
      .array(patternField(/^x-amz-[a-z0-9-]{1,120}$/i, 'must be the name of a header that begins with x-amz-'))
      .default([])
      .meta({ description: 'Unknown x-amz-* headers to drop instead of refusing the request.' }),
  })
  .meta({ description: 'Bounds on single requests.' })

const auditSchema = z
  .strictObject({
    sinks: z
      .array(
        z.strictObject({
          type: z.literal('file').meta({ description: 'The kind of sink.' }),
          path: pathField().meta({ description: 'The file that events are appended to, one JSON object a line.' }),
        }),
      )
      .default([])
      .meta({ description: 'Where audit events go.' }),
  })
  .meta({ description: 'One audit event a request.' })

/** The whole configuration file, as one schema: its output type, its defaults and its reference page come from here. */
export const configSchema = z.strictObject({
  master_credentials: masterCredentialsSchema,
  server: serverSchema.prefault({}),
  backend: backendSchema.prefault({}),
  users: z.array(userSchema).min(1).meta({ description: 'Who may sign requests.' }),
  account_id: accountIdSchema,
  policies: policiesSchema,
  policy_dir: policyDirSchema,
  groups: groupsSchema,
  bucket_policies: bucketPoliciesSchema,
  public_access_block: publicAccessBlockSchema.prefault({}),
  multipart_owner_only: multipartOwnerOnlySchema,
  policy_shadow: policyShadowSchema.optional(),
  state: stateSchema.optional(),
  limits: limitsSchema.prefault({}),
  logging: loggingSchema.prefault({}),
  admin: adminSchema.optional(),
  audit: auditSchema.prefault({}),
  store: storeSchema.prefault({}),
  cors: corsSchema.default({}),
})

/** The file's content after parsing: field names as in the file, values in their units. */
export type ParsedConfig = z.output<typeof configSchema>
