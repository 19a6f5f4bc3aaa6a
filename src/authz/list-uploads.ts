import type { AccessCheck, Authorized } from '../proof/stages.ts'
import { bucketArn } from '../policy/arn.ts'
import type { ConditionContext, ContextValue } from '../policy/context.ts'
import { AccessDenied, isDenied } from './access-denied.ts'
import type { AuthorizationInput } from './authorize.ts'
import { askAccess, checkAccess, checkOf, proveAuthorized } from './check.ts'
import { requestContext } from './request-context.ts'

/** Which uploads under way a caller gets to see. */
export type UploadListAccess =
  /** The backend's page as it is. */
  | { readonly kind: 'all'; readonly authorized: Authorized }
  | {
      readonly kind: 'some'
      /** The proof for asking the backend. Its checks are empty: those of what is shown belong into the audit. */
      readonly authorized: Authorized
      /** Each upload is judged as if the list were asked for with its key as the prefix. */
      readonly checkKey: (key: string) => AccessCheck
    }

const ACTION = 's3:ListBucketMultipartUploads'

/**
 * Decides on ListMultipartUploads. Policies for lists of keys are written with conditions on `s3:prefix`, which AWS does
 * not have for this list: where it is not allowed without a prefix, uploads are shown that would be allowed with theirs.
 * @throws AccessDenied when no upload could be shown
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */
export function authorizeUploadList(input: AuthorizationInput): UploadListAccess {
  const demand = { action: ACTION, resource: bucketArn(input.request.address.bucket ?? ''), object: undefined }
  const others = requestContext(input, undefined)
  const withPrefix =
    (prefix: ContextValue): ConditionContext =>
    (key) =>
      key === 's3:prefix' ? prefix : others(key)
  const whole = checkAccess(input, demand, withPrefix(undefined))
  if (!isDenied(whole)) return { kind: 'all', authorized: proveAuthorized(input, [whole]) }
  // Only keys that begin with what the list is asked for can be in it.
  const some = askAccess(input, demand, withPrefix({ beginsWith: input.request.param('prefix') ?? '' }))
  const { effect } = some.verdict
  if (effect === 'ExplicitDeny' || effect === 'ImplicitDeny') throw new AccessDenied([checkOf(some)])
  return {
    kind: 'some',
    authorized: proveAuthorized(input, []),
    checkKey: (key) => checkAccess(input, demand, withPrefix([key])),
  }
}
