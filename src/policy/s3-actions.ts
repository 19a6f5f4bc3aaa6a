import { BUCKET_ACTION_NAMES, OBJECT_ACTION_NAMES, OTHER_ACTION_NAMES } from './s3-actions.generated.ts'

/** What kind of resource an action applies to. */
export type ActionLevel = 'object' | 'bucket' | 'other'

/** Every S3 action that AWS knows, as `s3:Name`, object actions first; the index in this list is the action's id. */
export const S3_ACTIONS: readonly string[] = [
  ...OBJECT_ACTION_NAMES,
  ...BUCKET_ACTION_NAMES,
  ...OTHER_ACTION_NAMES,
].map((name) => `s3:${name}`)

/** The same in lower case, by id: actions are compared without regard to case. */
export const S3_ACTIONS_LOWER: readonly string[] = S3_ACTIONS.map((action) => action.toLowerCase())

/** The actions on objects. Their ids are 0 to `OBJECT_ACTIONS.length - 1`. */
export const OBJECT_ACTIONS: readonly string[] = S3_ACTIONS.slice(0, OBJECT_ACTION_NAMES.length)

// AWS's spelling and the lower-case one are found at once; any other spelling costs one conversion.
const ID_OF_ACTION: ReadonlyMap<string, number> = new Map([
  ...S3_ACTIONS.map((action, id) => [action, id] as const),
  ...S3_ACTIONS_LOWER.map((action, id) => [action, id] as const),
])

/** The id of a known S3 action, spelled in any case, or -1. */
export function s3ActionId(action: string): number {
  return ID_OF_ACTION.get(action) ?? ID_OF_ACTION.get(action.toLowerCase()) ?? -1
}

/** What a known action applies to, by its id. */
export function s3ActionLevel(id: number): ActionLevel {
  if (id < OBJECT_ACTION_NAMES.length) return 'object'
  return id < OBJECT_ACTION_NAMES.length + BUCKET_ACTION_NAMES.length ? 'bucket' : 'other'
}
