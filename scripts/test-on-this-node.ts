import { spawnSync } from 'node:child_process'

// usage: node scripts/test-on-this-node.ts — `npm test` on the Node that runs this, not on the pinned one

console.log(`Node ${process.version}`)
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'], { stdio: 'inherit' })
process.exitCode = status ?? 1
