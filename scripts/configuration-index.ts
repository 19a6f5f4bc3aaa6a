import { configurationSchema, type SchemaNode } from './configuration-schema.ts'
import { NOTICE, table } from './markdown-table.ts'

/** docs/reference/config.md: every key of the configuration on one page, and the schema for editors. */
export function configurationPage(): string {
  const rows = keysBelow(configurationSchema(), '', []).map(([path, block, node]) => [
    `\`${path}\``,
    node.default === undefined || isBlock(node) ? '' : `\`${JSON.stringify(node.default)}\``,
    `[${block}](../configuration.md#${block})`,
  ])
  return `${NOTICE}

# Keys of the configuration

What they mean is told block by block in [configuration.md](../configuration.md), whose tables are made from the same
schema. \`[]\` is an entry of a list, \`NAME\` a name of one's own.

## For editors

[config.schema.json](config.schema.json) is a JSON schema (draft 7) of the file; the published package has it, too. Editors with a
YAML language server complete and check keys when the first line of the file names it:

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/s3-iam-proxy/docs/reference/config.schema.json
\`\`\`

In a checkout the path is \`docs/reference/config.schema.json\`. Visual Studio Code takes it from its settings as well:
\`"yaml.schemas": {"./docs/reference/config.schema.json": "config.yaml"}\`. The schema knows less than the program: what a text
must look like, and what must hold between keys, only \`s3-iam-proxy check\` says.

## All keys

${table(['Key', 'Default', 'Told under'], rows)}
`
}

type Key = readonly [path: string, block: string, node: SchemaNode]

function keysBelow(node: SchemaNode, path: string, ancestors: readonly string[]): readonly Key[] {
  const named = Object.entries(node.properties ?? {}).flatMap(([name, below]): readonly Key[] => {
    const here = path === '' ? name : `${path}.${name}`
    const block = ancestors[0] ?? name
    return [[here, block, below], ...keysBelow(below, here, [block])]
  })
  const own = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined
  return [
    ...named,
    ...(own === undefined ? [] : keysBelow(own, `${path}.NAME`, ancestors)),
    ...(node.items === undefined ? [] : keysBelow(node.items, `${path}[]`, ancestors)),
  ]
}

const isBlock = (node: SchemaNode): boolean =>
  node.properties !== undefined || typeof node.additionalProperties === 'object'
