import { checkClient } from './client-checks.ts'
import { boto3WhenRequired } from './driven-clients.ts'

await checkClient(boto3WhenRequired)
