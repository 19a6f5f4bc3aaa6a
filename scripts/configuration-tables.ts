import { configurationSchema, type SchemaNode } from './configuration-schema.ts'
import { table } from './markdown-table.ts'

/** A list of more names than that is no help in a table. */
const MAX_ALLOWED_VALUES = 8

/** The keys of each block of the configuration, as a table with defaults: from the schema that reads the file. */
export function configurationTables(): ReadonlyMap<string, string> {
  const blocks = Object.entries(configurationSchema().properties ?? {})
  return new Map(
    blocks.map(([name, block]) => [name, table(['Key', 'Value', 'Default', 'Meaning'], blockRows(block, name))]),
  )
}

/** The rows of a block's keys; one row for the block itself when it has none that have names. */
function blockRows(block: SchemaNode, name: string): string[][] {
  const rows = keyRows(entryOf(block), name)
  return rows.length > 0 ? rows : keyRows({ properties: { [name]: block } }, name)
}

/** What one entry of a list, or of a block of named lists, holds; a plain block is its own entry. */
function entryOf(block: SchemaNode): SchemaNode {
  const inner = block.items ?? (typeof block.additionalProperties === 'object' ? block.additionalProperties : undefined)
  return inner === undefined ? block : entryOf(inner)
}

function keyRows(block: SchemaNode, path: string): string[][] {
  return Object.entries(block.properties ?? {}).flatMap(([name, node]) => {
    const isRequired = block.required?.includes(name) === true
    const own = [`\`${name}\``, valueText(node), isRequired ? 'required' : defaultText(node), node.description ?? '']
    const below = node.properties === undefined ? node.items : node
    if (below?.properties === undefined) return [own]
    const prefix = node.properties === undefined ? `${name}[].` : `${name}.`
    const rows = keyRows(below, `${path}.${name}`).map(([key = '', ...rest]) => [`\`${prefix}${key.slice(1)}`, ...rest])
    return [own, ...rows]
  })
}

function valueText(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${node.const}\``
  if (node.enum !== undefined) {
    return node.enum.length > MAX_ALLOWED_VALUES ? 'name' : node.enum.map((word) => `\`${word}\``).join(' or ')
  }
  if (node.anyOf !== undefined) return node.anyOf.map(valueText).join(' or ')
  if (Array.isArray(node.type)) return 'size'
  if (node.type === 'array') return 'list'
  if (node.type === 'object') return 'block'
  return { boolean: '`true` or `false`', integer: 'whole number' }[String(node.type)] ?? 'text'
}

function defaultText(node: SchemaNode): string {
  if (node.default !== undefined) return `\`${JSON.stringify(node.default)}\``
  return node.type === 'array' ? '`[]`' : '–'
}

/** The page with the tables in place of what stands between `<!-- keys: BLOCK -->` and `<!-- end -->`. */
export function withConfigurationTables(page: string): string {
  const tables = configurationTables()
  return page.replace(/<!-- keys: (\w+) -->\n[^]*?<!-- end -->/g, (_whole, name: string) => {
    const text = tables.get(name)
    if (text === undefined) throw new Error(`the configuration has no block ${name}`)
    return `<!-- keys: ${name} -->\n${text}\n<!-- end -->`
  })
}
