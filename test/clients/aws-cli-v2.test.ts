import { checkClient } from './client-checks.ts'
import { awsCli } from './aws-cli.ts'

await checkClient(awsCli('2'))
