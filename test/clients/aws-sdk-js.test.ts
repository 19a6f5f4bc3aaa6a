import { checkClient } from './client-checks.ts'
import { awsSdkJs } from './driven-clients.ts'

await checkClient(awsSdkJs)
