import { checkClient } from './client-checks.ts'
import { s3fs } from './python-clients.ts'

await checkClient(s3fs)
