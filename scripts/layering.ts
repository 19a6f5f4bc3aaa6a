import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { type Edge, LAYERING_RULES } from './layering-rules.ts'
import { scanImports } from './scan-imports.ts'

/** What the layering check saw. */
export interface LayeringReport {
  readonly modules: number
  readonly edges: number
  /** One line for each fault, which begins with the name of the rule. */
  readonly faults: readonly string[]
}

interface LocatedEdge extends Edge {
  readonly line: number
}

/** Checks who imports whom in `src` and `store` below `root`; tests may import what they like. */
export function checkLayering(root: string): LayeringReport {
  const files = globSync(['src/**/*.ts', 'store/**/*.ts'], { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
  const graph = new Map<string, readonly LocatedEdge[]>()
  const faults: string[] = []
  for (const file of files) graph.set(file, edgesOf(root, file, faults))
  const edges = [...graph.values()].flat()
  for (const edge of edges) {
    for (const rule of LAYERING_RULES) {
      if (rule.forbids(edge)) faults.push(`${rule.name}: ${edge.from}:${edge.line} imports ${edge.to}`)
    }
  }
  faults.push(...blindSpots(root, graph), ...cycles(graph))
  return { modules: graph.size, edges: edges.length, faults }
}

function edgesOf(root: string, file: string, faults: string[]): readonly LocatedEdge[] {
  return scanImports(readFileSync(join(root, file), 'utf8')).flatMap(({ specifier, line }): LocatedEdge[] => {
    if (specifier === undefined) {
      faults.push(`no-computed-import: ${file}:${line} imports a name that only the running program knows`)
      return []
    }
    if (!specifier.startsWith('.')) return [{ from: file, to: specifier, line }]
    const to = normalize(join(dirname(file), specifier)).replaceAll('\\', '/')
    if (!existsSync(join(root, to)))
      faults.push(`no-dangling-import: ${file}:${line} imports ${to}, which is not there`)
    return [{ from: file, to, line }]
  })
}

/** A check that sees nothing finds nothing: counted here in another way than above. */
function blindSpots(root: string, graph: ReadonlyMap<string, readonly LocatedEdge[]>): string[] {
  const onDisk = ['src', 'store'].flatMap((folder) => sourcesBelow(join(root, folder)))
  const faults =
    onDisk.length > graph.size ? [`sees-every-module: ${graph.size} of ${onDisk.length} modules were read`] : []
  for (const [file, edges] of graph) {
    const lines = readFileSync(join(root, file), 'utf8').match(/^(?:import|export|\}) .*\bfrom '[^']+'$/gm) ?? []
    if (lines.length > edges.length)
      faults.push(`sees-every-import: ${file}: ${edges.length} of ${lines.length} imports were read`)
  }
  return faults
}

function sourcesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return sourcesBelow(join(folder, entry.name))
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [join(folder, entry.name)] : []
  })
}

/** Cycles, type-only imports included, each named once by the path that closes it. */
function cycles(graph: ReadonlyMap<string, readonly LocatedEdge[]>): string[] {
  const faults: string[] = []
  const done = new Set<string>()
  const open: string[] = []
  function visit(file: string): void {
    if (done.has(file)) return
    const start = open.indexOf(file)
    if (start >= 0) {
      faults.push(`no-cycle: ${[...open.slice(start), file].join(' → ')}`)
      return
    }
    open.push(file)
    for (const { to } of graph.get(file) ?? []) if (graph.has(to)) visit(to)
    open.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return faults
}
