import { startStore } from '../../store/store.ts'
import { CRASH_CREDENTIAL } from './killed-store.ts'

// A store in a process of its own, to be killed. Usage: node store-process.ts FOLDER. Says the port once it listens.

const [path = ''] = process.argv.slice(2)
const store = await startStore({ path, host: '127.0.0.1', port: 0, credential: CRASH_CREDENTIAL })
process.stdout.write(`${store.port}\n`)
