import { checkClient } from './client-checks.ts'
import { pyarrow } from './python-clients.ts'

await checkClient(pyarrow)
