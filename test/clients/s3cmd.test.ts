import { checkClient } from './client-checks.ts'
import { s3cmd } from './s3cmd.ts'

await checkClient(s3cmd)
