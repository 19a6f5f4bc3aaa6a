import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

// usage: npm run build — plain JavaScript for the published package, in dist/

rmSync('dist', { recursive: true, force: true })
const result = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
process.exitCode = result.status ?? 1
