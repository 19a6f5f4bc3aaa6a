import type { Answer } from '../listen/respond.ts'
import type { PayloadPlan } from '../payload/payload-plan.ts'
import type { Authorized } from '../proof/stages.ts'
import { bucketOf, type Call } from './call.ts'
import { forwardOperation } from './forward-operation.ts'

/** DeleteBucket: with the bucket goes what clients have set for it. */
export async function deleteBucket(call: Call, authorized: Authorized, plan: PayloadPlan): Promise<Answer> {
  const answer = await forwardOperation(call, authorized, plan)
  forgetSettings(call)
  return answer
}

/** Removes what is kept for a bucket that is gone, or that was just made and is not the one that it was set for. */
export function forgetSettings(call: Call): void {
  const { state } = call.services
  if (state?.access === 'read-write') state.forgetBucket(bucketOf(call))
}
