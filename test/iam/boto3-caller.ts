import { fileURLToPath } from 'node:url'
import { boto3 as library } from '../clients/driven-clients.ts'
import { findProgram } from '../support/find-program.ts'
import type { IamClient, Reply } from './iam-client.ts'
import { startDriver } from '../support/line-driver.ts'

const DRIVER = fileURLToPath(new URL('./drivers/boto3-calls.py', import.meta.url))

/** boto3, in one process for all calls of a scenario. */
export const boto3: IamClient = {
  name: 'boto3',
  refusals: library.refusals,
  find: (lab) => findProgram(lab, 'python3', ['-c', 'import boto3; print(boto3.__version__)'], /^(1\.[4-9]\d)/),
  open: ({ lab, program, authority }) => {
    const extra = { AWS_CA_BUNDLE: authority, AWS_EC2_METADATA_DISABLED: 'true' }
    const driver = startDriver<Reply>(lab, { file: program, args: [DRIVER], extra }, (text) => ({
      ok: false,
      code: 'DriverEnded',
      text,
    }))
    return { send: (call) => driver.ask(call), close: () => driver.close() }
  },
}
