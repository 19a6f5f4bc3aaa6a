import { checkClient } from './client-checks.ts'
import { restic } from './restic.ts'
import { checkRepositories } from './restic-checks.ts'

await checkClient(restic, checkRepositories)
