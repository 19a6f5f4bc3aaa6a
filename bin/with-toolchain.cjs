'use strict'
// usage: node bin/with-toolchain.cjs FILE [ARGUMENT…]
// Installs the locked dependencies where they are missing or stale, then runs FILE on the pinned Node.

const path = require('node:path')
const { fail, prepare, root, run } = require('./toolchain.cjs')

const [file, ...args] = process.argv.slice(2)
if (file === undefined) fail('usage: node bin/with-toolchain.cjs FILE [ARGUMENT…]')
const runtimeOnly = file === 'src/main.ts'
void run(prepare({ runtimeOnly }), path.join(root, file), args)
