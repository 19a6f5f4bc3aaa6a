import type { Config } from '../config/config.ts'
import { readJson } from '../policy/json.ts'
import { parseBucketPolicy } from '../policy/parse.ts'
import { openState } from '../state/sqlite-state.ts'
import type { PolicyVersion, StateStore } from '../state/state-store.ts'

/** Which bucket of which configuration, and where the answer goes. */
export interface BucketPolicyInput {
  readonly config: Pick<Config, 'file' | 'state' | 'bucketPolicies'>
  readonly bucket: string
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

/**
 * `s3-iam-proxy bucket-policy history`: prints every version of a bucket's policy as one JSON object a line, the oldest
 * first; of none it says so on stderr. Answers the exit code: 0, or 2 when there is no state.
 */
export function bucketPolicyHistory({ config, bucket, write, writeError }: BucketPolicyInput): 0 | 2 {
  if (config.state === undefined) return refuse(config, writeError, 'has no state, so nothing is kept')
  const isGoverned = config.bucketPolicies.some((governed) => governed.bucket === bucket)
  const governing = isGoverned ? `; ${config.file} governs it` : ''
  const state = openState({ ...config.state, readOnly: true })
  try {
    const versions = state.policyHistory(bucket)
    for (const version of versions) write(`${JSON.stringify(shown(version))}\n`)
    if (versions.length === 0)
      writeError(`no client set a policy of the bucket ${JSON.stringify(bucket)}${governing}\n`)
    return 0
  } finally {
    state.close()
  }
}

/**
 * `s3-iam-proxy bucket-policy rollback`: puts an earlier version in force, as a new one; running proxies on the same state
 * follow with their next request. Answers the exit code: 0, or 2 when there is no such version or it may not be put.
 */
export function bucketPolicyRollback(
  input: BucketPolicyInput & { readonly version: number; readonly now: Date },
): 0 | 2 {
  const { config, bucket, writeError } = input
  if (config.state === undefined) return refuse(config, writeError, 'has no state, so nothing is kept')
  if (config.state.readOnly) return refuse(config, writeError, 'has a state that is read_only')
  if (config.bucketPolicies.some((governed) => governed.bucket === bucket)) {
    return refuse(config, writeError, `governs the bucket ${bucket}; change its policy there`)
  }
  const state = openState(config.state)
  try {
    return rollback(state, input)
  } finally {
    state.close()
  }
}

function rollback(
  state: StateStore,
  { bucket, version, now, write, writeError }: Parameters<typeof bucketPolicyRollback>[0],
): 0 | 2 {
  const wanted = state.policyHistory(bucket).find((each) => each.version === version)
  if (wanted === undefined) {
    writeError(`the bucket ${bucket} has no version ${version} of its policy; see bucket-policy history\n`)
    return 2
  }
  const fault = wanted.text === undefined ? undefined : faultOf(wanted.text, bucket)
  if (fault !== undefined) {
    writeError(`version ${version} is not valid any more: ${fault}\n`)
    return 2
  }
  const made = state.setPolicy(bucket, wanted.text, { by: `rollback to version ${version}`, at: now })
  write(`${JSON.stringify({ bucket, version: made, same_as: version })}\n`)
  return 0
}

/** What a newer program would not load: it would shut the bucket for everybody. */
function faultOf(text: string, bucket: string): string | undefined {
  const read = readJson(text)
  if ('problem' in read) return read.problem
  const parsed = parseBucketPolicy(read.value, bucket)
  return 'problems' in parsed ? parsed.problems[0]?.problem : undefined
}

function shown({ version, text, changedAt, changedBy }: PolicyVersion) {
  return { version, changed_at: changedAt, changed_by: changedBy, policy: text ?? null }
}

function refuse({ file }: Pick<Config, 'file'>, writeError: (text: string) => void, why: string): 2 {
  writeError(`${file}: ${why}\n`)
  return 2
}
