import { checkClient } from './client-checks.ts'
import { s5cmd } from './s5cmd.ts'

await checkClient(s5cmd)
