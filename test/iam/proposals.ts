import type { PrintedMissing } from '../../src/cli/verdict.ts'
import type { Row } from './rows.ts'
import type { ConfigTree } from './served-config.ts'

/** What `explain` proposed for a refused row. */
export interface Proposal {
  readonly row: Extract<Row, { kind: 'may not' }>
  readonly missing: PrintedMissing
}

interface Policy {
  readonly Version: string
  readonly Statement: readonly unknown[]
}

type Policies = Readonly<Record<string, Policy>>

interface User {
  readonly name: string
  readonly policies?: readonly unknown[]
  readonly permissions_boundary?: string
}

/** The configuration with every proposed statement where `explain` says that it belongs. */
export function withProposals(config: ConfigTree, proposals: readonly Proposal[]): ConfigTree {
  return proposals.reduce((tree, proposal, number) => withProposal(tree, proposal, `Proposed${number}`), config)
}

function withProposal(config: ConfigTree, { row, missing }: Proposal, name: string): ConfigTree {
  const { in: place, statement, resource } = missing
  const users = config['users'] as readonly User[]
  const policies = (config['policies'] ?? {}) as Policies
  const caller = row.caller.split(':')[0]
  const added = { Version: '2012-10-17', Statement: [statement] }
  if (place === 'resource') {
    const bucket = resource.replace(/^arn:aws:s3:::([^/]*).*$/, '$1')
    const all = (config['bucket_policies'] ?? {}) as Policies
    return { ...config, bucket_policies: { ...all, [bucket]: withStatement(all[bucket], statement) } }
  }
  const boundary = users.find((user) => user.name === caller)?.permissions_boundary ?? ''
  const bounding = place === 'identity' ? {} : { [boundary]: withStatement(policies[boundary], statement) }
  if (place === 'boundary') return { ...config, policies: { ...policies, ...bounding } }
  return {
    ...config,
    policies: { ...policies, ...bounding, [name]: added },
    users: users.map((user) => (user.name === caller ? { ...user, policies: [...(user.policies ?? []), name] } : user)),
  }
}

function withStatement(policy: Policy | undefined, statement: unknown): Policy {
  return { Version: '2012-10-17', ...policy, Statement: [...(policy?.Statement ?? []), statement] }
}
