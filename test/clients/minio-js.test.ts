import { checkClient } from './client-checks.ts'
import { minioJs } from './driven-clients.ts'

await checkClient(minioJs)
