import { checkClient } from './client-checks.ts'
import { currentRclone } from './rclone.ts'

await checkClient(currentRclone)
