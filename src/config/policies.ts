import { isCannedPolicyName } from '../policy/canned-policies.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { type ParsedPolicy, parseBucketPolicy, parseIdentityPolicy } from '../policy/parse.ts'
import { POLICY_SIZE_LIMITS } from '../policy/policy-size.ts'
import { accountRootArn } from '../policy/principal.ts'
import type { ReadPolicies } from './identities.ts'
import { type PolicyDirectory, readPolicyDirectory } from './policy-directory.ts'
import { shadowChecks } from './identity-checks.ts'
import type { ConfigPath, Problem } from './problems.ts'
import { entriesAt, listAt, valueAt } from './raw-values.ts'

/** What the policies of a configuration say, and what is wrong or doubtful about them. */
export interface PoliciesOfConfig extends ReadPolicies {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  /** Whole lines, about other files. */
  readonly elsewhere: Pick<PolicyDirectory, 'problems' | 'warnings'>
  /** Whether there is a policy of that name, be it a faulty one. */
  readonly knows: (name: string) => boolean
}

/** Decisions cite policies by name; these are the names of what a user has beside named policies. */
const RESERVED: ReadonlySet<string> = new Set(['allowed_buckets', 'buckets', 'inline_policy'])

/** Reads every policy document of an unchecked configuration, and those of the folder that it names. */
export async function readPolicies(raw: unknown, toAbsolute: (path: string) => string): Promise<PoliciesOfConfig> {
  const found = new Found()
  const managed = new Map<string, PolicyDocument>()
  for (const [name, document] of namedPolicies(raw, ['policies'], found)) managed.set(name, document)
  const folder = valueAt(raw, ['policy_dir'])
  const directory = typeof folder === 'string' && folder !== '' ? await readPolicyDirectory(toAbsolute(folder)) : NONE
  const fileProblems = [...directory.problems]
  if (directory.fault !== undefined) found.problems.push({ path: ['policy_dir'], message: directory.fault })
  const inConfig = new Set(entriesAt(raw, ['policies']).map(([name]) => name))
  for (const [name, { document, file }] of directory.policies) {
    if (inConfig.has(name)) fileProblems.push(`${file}:1:1: there is the policy ${name} already, under policies`)
    else if (isTaken(name)) fileProblems.push(`${file}:1:1: ${TAKEN}`)
    else if (document !== undefined) managed.set(name, document)
  }
  const knows = (name: string): boolean => inConfig.has(name) || directory.policies.has(name)
  const shadow = {
    managed: namedPolicies(raw, ['policy_shadow', 'policies'], found),
    inline: inlinePolicies(raw, ['policy_shadow', 'users'], found),
  }
  found.problems.push(...shadowChecks(raw, knows))
  return {
    managed,
    inline: inlinePolicies(raw, ['users'], found),
    shadow,
    buckets: bucketPolicies(raw, found),
    problems: found.problems,
    warnings: found.warnings,
    knows,
    elsewhere: { problems: fileProblems, warnings: directory.warnings },
  }
}

const NONE: PolicyDirectory = { policies: new Map(), problems: [], warnings: [], fault: undefined }
const TAKEN = 'is the name of what the proxy brings along; call the policy something else'

const isTaken = (name: string): boolean => isCannedPolicyName(name) || RESERVED.has(name)

/** Collects what is wrong with the documents, each under its place in the configuration. */
class Found {
  readonly problems: Problem[] = []
  readonly warnings: Problem[] = []

  read(at: ConfigPath, parsed: ParsedPolicy): PolicyDocument | undefined {
    const place = (path: ConfigPath) => ({ path: [...at, ...path], openFrom: at.length })
    if ('problems' in parsed) {
      this.problems.push(...parsed.problems.map(({ path, problem }) => ({ ...place(path), message: problem })))
      return undefined
    }
    this.warnings.push(...parsed.warnings.map(({ path, problem }) => ({ ...place(path), message: problem })))
    return parsed.document
  }

  checkName(name: string, path: ConfigPath): void {
    if (isTaken(name)) this.problems.push({ path, message: TAKEN, atKey: true })
  }
}

function namedPolicies(raw: unknown, at: readonly string[], found: Found): ReadonlyMap<string, PolicyDocument> {
  const named = new Map<string, PolicyDocument>()
  for (const [name, value] of entriesAt(raw, at)) {
    const document = found.read([...at, name], parseIdentityPolicy(value))
    if (document !== undefined) named.set(name, document)
    found.checkName(name, [...at, name])
  }
  return named
}

/** @param at the list of users that is meant */
function inlinePolicies(raw: unknown, at: readonly string[], found: Found): ReadonlyMap<number, PolicyDocument> {
  const inline = new Map<number, PolicyDocument>()
  listAt(raw, at).forEach((user, index) => {
    const value = valueAt(user, ['inline_policy'])
    if (value === undefined) return
    const parsed = parseIdentityPolicy(value, POLICY_SIZE_LIMITS.userInline)
    const document = found.read([...at, index, 'inline_policy'], parsed)
    if (document !== undefined) inline.set(index, document)
  })
  return inline
}

function bucketPolicies(raw: unknown, found: Found): ReadPolicies['buckets'] {
  const knowsPrincipal = principalsOf(raw)
  return entriesAt(raw, ['bucket_policies']).flatMap(([bucket, value]) => {
    const document = found.read(['bucket_policies', bucket], parseBucketPolicy(value, bucket, { knowsPrincipal }))
    return document === undefined ? [] : [{ bucket, value, document }]
  })
}

function principalsOf(raw: unknown): (arn: string) => boolean {
  const given = valueAt(raw, ['account_id'])
  const accountId = typeof given === 'string' ? given : '000000000000'
  const users = listAt(raw, ['users']).map((user) => valueAt(user, ['name']) ?? valueAt(user, ['access_key']))
  const known = new Set([
    accountRootArn(accountId),
    ...users.map((name) => `arn:aws:iam::${accountId}:user/${String(name)}`),
  ])
  return (arn) => known.has(arn)
}
