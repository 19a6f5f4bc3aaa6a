import { checkLayering } from './layering.ts'

// usage: node scripts/check-layering.ts [ROOT] — fails when a file imports what its layer may not

const { modules, edges, faults } = checkLayering(process.argv[2] ?? '.')
for (const fault of faults) console.error(fault)
console.log(`layering: ${modules} modules, ${edges} imports, ${faults.length} faults`)
process.exitCode = faults.length > 0 || modules === 0 ? 1 : 0
