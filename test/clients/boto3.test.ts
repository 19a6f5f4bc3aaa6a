import { checkClient } from './client-checks.ts'
import { boto3 } from './driven-clients.ts'

await checkClient(boto3)
