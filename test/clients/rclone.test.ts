import { checkClient } from './client-checks.ts'
import { rclone } from './rclone.ts'

await checkClient(rclone)
