import { awsCli } from './aws-cli-caller.ts'
import { boto3 } from './boto3-caller.ts'
import type { FoundProgram, IamClient } from './iam-client.ts'
import { rclone } from './rclone-caller.ts'
import type { ClientName } from './rows.ts'

export const CLIENTS: Readonly<Record<ClientName, IamClient>> = {
  boto3,
  'aws-cli v1': awsCli('1'),
  'aws-cli v2': awsCli('2'),
  rclone,
}

/** Where the clients are on this machine; those that are missing are left out. */
export type FoundClients = Readonly<Partial<Record<ClientName, FoundProgram>>>
