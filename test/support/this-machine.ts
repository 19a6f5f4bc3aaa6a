import type { LookupFunction } from 'node:net'

/** Stands in for name servers: every name is this machine. */
export const toThisMachine: LookupFunction = (_name, options, done) => {
  if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }])
  else done(null, '127.0.0.1', 4)
}
