import { z } from 'zod'
import { isBucketName } from '../s3/address.ts'
import { pathField, patternField } from './fields.ts'
import { groupSchema, identityName, policyDocument, shadowUserSchema } from './schema-users.ts'

const flag = (description: string) => z.boolean().default(false).meta({ description })

/** `account_id`: the account that users and buckets belong to. */
export const accountIdSchema = patternField(/^\d{12}$/, 'must be 12 digits, in quotes')
  .default('000000000000')
  .meta({ description: 'The account that users and buckets belong to, in ARNs and as the owner that clients see.' })

/** `policies`: managed policies by name. */
export const policiesSchema = z
  .record(identityName('The name of a policy.'), policyDocument('A policy document, as in IAM.'))
  .default({})
  .meta({ description: 'Policies that users and groups name.' })

/** `policy_dir`: a folder with more of them. */
export const policyDirSchema = pathField()
  .optional()
  .meta({ description: 'A folder with more policies: NAME.json, NAME.yaml.' })

/** `groups`. */
export const groupsSchema = z.array(groupSchema).default([]).meta({ description: 'Policies that several users have.' })

/** `bucket_policies`: by bucket. */
export const bucketPoliciesSchema = z
  .record(
    z
      .string()
      .refine(isBucketName, { error: 'is no name of a bucket (3 to 63 lower-case letters, digits, dots and hyphens)' }),
    policyDocument('The policy of a bucket, as in S3.'),
  )
  .default({})
  .meta({ description: 'Policies of buckets, which clients can read and not change.' })

/** `public_access_block`: what no bucket may do, whatever its own settings. */
export const publicAccessBlockSchema = z
  .strictObject({
    block_public_acls: flag('Refuses requests that would set a public ACL.'),
    ignore_public_acls: flag('The same: the proxy never lets anybody in by an ACL.'),
    block_public_policy: flag('Refuses bucket policies that are public.'),
    restrict_public_buckets: flag('A public bucket policy lets in nobody but users of the account.'),
  })
  .meta({ description: 'Public access that no bucket may give.' })

/** `policy_shadow`: policies to be tried out. */
export const policyShadowSchema = z
  .strictObject({
    policies: z
      .record(identityName('The name of a policy.'), policyDocument('A policy document, as in IAM.'))
      .default({})
      .meta({ description: 'Policies that would be added, or stand in place of those with the same names.' }),
    users: z
      .array(shadowUserSchema)
      .default([])
      .meta({ description: 'What users would have in place of their policies.' }),
  })
  .meta({ description: 'Policies that are evaluated beside those in force, and never enforced.' })

/** `multipart_owner_only`. */
export const multipartOwnerOnlySchema = flag('The parts of an upload only by the user that began it; needs `state`.')

/** `state`: where what clients set is kept. */
export const stateSchema = z
  .strictObject({
    path: pathField().meta({ description: 'The SQLite file; made when it is not there.' }),
    read_only: flag('Nothing is changed: what would be kept is refused.'),
  })
  .meta({ description: 'Where bucket policies, public access blocks and CORS rules that clients set are kept.' })
