import { checkClient } from './client-checks.ts'
import { boto3Of2023 } from './driven-clients.ts'

await checkClient(boto3Of2023)
