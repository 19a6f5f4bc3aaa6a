import type { AccessCheck } from '../proof/stages.ts'
import { S3Error } from '../s3/errors.ts'

/**
 * A request that the policies do not allow. The client reads AccessDenied and no more; what denied it stands in
 * `checks`, for audit and log.
 */
export class AccessDenied extends S3Error {
  /** Everything that was asked, the allowed checks too, in the order asked. */
  readonly checks: readonly AccessCheck[]

  constructor(checks: readonly AccessCheck[]) {
    super('AccessDenied', { detail: checks.filter(isDenied).map(describe).join('; ') })
    this.name = 'AccessDenied'
    this.checks = checks
  }
}

/** Whether a check was answered with anything but Allow. */
export function isDenied(check: AccessCheck): boolean {
  return check.decision.effect !== 'Allow'
}

function describe({ action, resource, decision }: AccessCheck): string {
  return `${action} on ${resource}: ${decision.effect}`
}
