import { PARTITIONS, splitArn } from './arn.ts'
import type { PrincipalClause, PrincipalMember } from './document.ts'
import { principalArn } from './principal-set.ts'
import { entriesOf, fieldOf, isRecord, type PlainRecord, type PolicyPath, type Problems } from './problems.ts'
import type { PolicyKind, StatementPlace } from './statement-place.ts'

const TYPES = ['AWS', 'CanonicalUser', 'Service', 'Federated'] as const

/** Reads `Principal` or `NotPrincipal`, of which a statement of a bucket's policy has exactly one. */
export function parsePrincipals(
  item: PlainRecord,
  kind: Extract<PolicyKind, { type: 'bucket' }>,
  { path, effect, problems }: StatementPlace,
): PrincipalClause | undefined {
  const present = (['Principal', 'NotPrincipal'] as const).filter((field) => fieldOf(item, field) !== undefined)
  const [field] = present
  if (field === undefined || present.length > 1) {
    problems.add(path, 'must have Principal or NotPrincipal, and not both')
    return undefined
  }
  const at = [...path, field]
  if (field === 'NotPrincipal') {
    if (effect === 'Allow') problems.add(at, 'goes with Deny only: an Allow would be for everybody else')
    else problems.warn(at, NOT_PRINCIPAL_WARNING)
  }
  const members = membersOf(fieldOf(item, field), at, problems)
  for (const { member, at: place } of members) checkMember(member, kind, place, problems)
  return members.length === 0 ? undefined : { kind: field, members: members.map(({ member }) => member) }
}

const NOT_PRINCIPAL_WARNING =
  'hits whoever is not listed with both its own ARN and its account, anonymous callers, and everybody with a ' +
  'permissions boundary; a condition on aws:PrincipalArn says better what is meant'

interface FoundMember {
  readonly member: PrincipalMember
  readonly at: PolicyPath
}

function membersOf(value: unknown, at: PolicyPath, problems: Problems): readonly FoundMember[] {
  if (value === '*') return [{ member: { type: '*', value }, at }]
  if (!isRecord(value) || Object.keys(value).length === 0) {
    problems.add(at, 'must be "*" or an object such as {"AWS": "arn:aws:iam::ACCOUNT:user/NAME"}')
    return []
  }
  return Object.keys(value).flatMap((name) => {
    const type = TYPES.find((known) => known === name)
    if (type === undefined) {
      problems.add([...at, name], `unknown kind of principal; there are ${TYPES.join(', ')} (case matters)`)
      return []
    }
    return entriesOf(fieldOf(value, name), [...at, name], problems).flatMap((entry) => {
      if (typeof entry.value === 'string') return [{ member: { type, value: entry.value }, at: entry.at }]
      problems.add(entry.at, 'must be a string')
      return []
    })
  })
}

function checkMember(
  { type, value }: PrincipalMember,
  { knowsPrincipal }: Extract<PolicyKind, { type: 'bucket' }>,
  at: PolicyPath,
  problems: Problems,
): void {
  if (type === '*' || value === '*') {
    if (type !== '*' && type !== 'AWS') problems.add(at, '"*" goes with AWS only')
    return
  }
  if (type !== 'AWS') {
    if (value === '' || /[*?]/.test(value)) problems.add(at, 'must name one principal; it has no wildcards')
    else problems.warn(at, `no caller of this proxy is a ${type}`)
    return
  }
  if (!isIdentity(value)) {
    problems.add(at, 'must be "*", an account id, or the ARN of a root, user, role or session, without wildcards')
  } else if (!knowsPrincipal(principalArn(value))) {
    problems.add(at, 'there is no such principal; users are arn:aws:iam::ACCOUNT_ID:user/NAME, as configured')
  }
}

function isIdentity(value: string): boolean {
  if (/^\d{12}$/.test(value)) return true
  const arn = splitArn(value)
  if (arn === undefined || !PARTITIONS.includes(arn.partition) || arn.region !== '') return false
  if (!/^\d{12}$/.test(arn.account) || /[*?]|\$\{/.test(arn.resource)) return false
  if (arn.service === 'iam') return arn.resource === 'root' || /^(?:user|role)\/./.test(arn.resource)
  return arn.service === 'sts' && /^(?:assumed-role|federated-user)\/./.test(arn.resource)
}
