import { z } from 'zod'
import { isLiteral, SHORT_FORM_ACCESS } from '../policy/short-form.ts'
import { parseInstant } from '../policy/instant.ts'
import { patternField, textField } from './fields.ts'
import { secretText } from './schema-backend.ts'
import { Fault } from './units.ts'

const BUCKET = /^[A-Za-z0-9._-]{1,255}$/
const LITERALLY = new Fault(
  'names buckets literally; "*" may only stand alone, and patterns are the business of policies',
)

const bucketEntry = textField((text) => {
  if (text === '*' || BUCKET.test(text)) return text
  return isLiteral(text)
    ? new Fault('must be the name of a bucket (letters, digits, dot, hyphen, underscore), or "*" alone')
    : LITERALLY
})

const bucketName = textField((text) => {
  if (BUCKET.test(text)) return text
  return isLiteral(text)
    ? new Fault('must be the name of a bucket (letters, digits, dot, hyphen, underscore)')
    : LITERALLY
})

const keyPrefix = textField((text) => {
  if (!isLiteral(text)) return new Fault('is literal text, without *, ? and $; patterns are the business of policies')
  return text.isWellFormed() && Buffer.byteLength(text) <= 1_024
    ? text
    : new Fault('must be text of at most 1024 bytes')
})

const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/

const moment = textField((text) => {
  const ms = INSTANT.test(text) ? parseInstant(text) : undefined
  return ms === undefined ? new Fault('must be a moment such as "2027-06-30T00:00:00Z"') : new Date(ms)
})

const status = z
  .enum(['active', 'inactive'])
  .default('active')
  .meta({ description: 'An inactive one is refused as if it were unknown.' })

/** What users, groups and policies may be called: as in IAM. */
export function identityName(description: string) {
  return patternField(
    /^[A-Za-z0-9+=,.@_-]{1,128}$/,
    'must be 1 to 128 letters, digits or characters of + = , . @ _ -',
  ).meta({ description })
}

function accessKey() {
  return patternField(/^[A-Za-z0-9._-]{3,128}$/, 'must be 3 to 128 letters, digits, dots, underscores or hyphens').meta(
    { description: 'The access key id that the user signs with.' },
  )
}

function secretKey() {
  return secretText().meta({ description: 'The secret key that the user signs with.' })
}

const attachment = z.union([
  z.string(),
  z.strictObject({
    policy: z.string().meta({ description: 'The name of a canned policy.' }),
    buckets: z.array(bucketName).min(1).meta({ description: 'The buckets that it is narrowed to.' }),
  }),
])

/** Policies by name; a canned one may be narrowed to some buckets. */
function attachments(whose: string) {
  return z
    .array(attachment)
    .default([])
    .meta({ description: `Policies of the ${whose}: names, or \`{policy: CANNED, buckets: [...]}\`.` })
}

const keySchema = z.strictObject({
  access_key: accessKey(),
  secret_key: secretKey(),
  status,
  not_after: moment.optional().meta({ description: 'The key is good before this moment.' }),
})

const tags = z
  .record(
    z.string().regex(/^[^\p{Cc}]{1,128}$/u, { error: 'must be 1 to 128 characters' }),
    z.string().regex(/^[^\p{Cc}]{0,256}$/u, { error: 'must be at most 256 characters' }),
  )
  .default({})
  .meta({ description: 'What policies read as `aws:PrincipalTag/KEY`.' })

const shortForm = z.strictObject({
  name: bucketName.meta({ description: 'The bucket.' }),
  prefix: keyPrefix.default('').meta({ description: 'What keys must begin with.' }),
  access: z.enum(SHORT_FORM_ACCESS).meta({ description: 'What the user may do there.' }),
})

/** A policy document, which the loader reads itself. */
export function policyDocument(description: string) {
  return z.record(z.string(), z.unknown()).meta({ description })
}

/** One of `users`. */
export const userSchema = z
  .strictObject({
    name: identityName('What the user is called in policies, log and audit. Default: the access key.').optional(),
    access_key: accessKey().optional(),
    secret_key: secretKey().optional(),
    keys: z
      .array(keySchema)
      .min(1)
      .optional()
      .meta({ description: 'Several key pairs, in place of `access_key` and `secret_key`.' }),
    status,
    not_after: moment.optional().meta({ description: 'The keys of the user are good before this moment.' }),
    groups: z.array(z.string()).default([]).meta({ description: 'Names of groups, whose policies the user has, too.' }),
    policies: attachments('user'),
    inline_policy: policyDocument('A policy of this user alone.').optional(),
    permissions_boundary: z
      .string()
      .optional()
      .meta({ description: 'Name of the policy that bounds what the other policies may allow.' }),
    tags,
    allowed_buckets: z
      .array(bucketEntry)
      .default([])
      .meta({ description: 'Buckets that the user may use, by name; "*" alone means everything.' }),
    buckets: z
      .array(shortForm)
      .default([])
      .meta({ description: 'Buckets, or what in them begins with a prefix, that the user may read or write.' }),
  })
  .meta({ description: 'One user with its keys and rights.' })

/** One of `policy_shadow.users`: what a user would have in place of its policies. */
export const shadowUserSchema = z
  .strictObject({
    name: identityName('The user that is meant.'),
    groups: z.array(z.string()).default([]).meta({ description: 'Names of groups.' }),
    policies: attachments('user'),
    inline_policy: policyDocument('A policy of this user alone.').optional(),
    permissions_boundary: z
      .string()
      .optional()
      .meta({ description: 'Name of the policy that would bound the others.' }),
    allowed_buckets: z.array(bucketEntry).default([]).meta({ description: 'As under `users`.' }),
    buckets: z.array(shortForm).default([]).meta({ description: 'As under `users`.' }),
  })
  .meta({ description: 'What a user would have in place of its policies.' })

/** One of `groups`. */
export const groupSchema = z
  .strictObject({ name: identityName('What users name it by.'), policies: attachments('group') })
  .meta({ description: 'Policies that several users have.' })
