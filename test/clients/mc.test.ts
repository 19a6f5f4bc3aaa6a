import { checkClient } from './client-checks.ts'
import { mc } from './mc.ts'

await checkClient(mc)
