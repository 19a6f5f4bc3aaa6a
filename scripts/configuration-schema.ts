import { z } from 'zod'
import { configSchema } from '../src/config/schema.ts'

/** As much of a JSON schema as the pages need. */
export interface SchemaNode {
  readonly description?: string
  readonly default?: unknown
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly const?: string
  readonly anyOf?: readonly SchemaNode[]
  readonly items?: SchemaNode
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  /** Of a block whose keys are names of the operator's; false where only the named keys may stand. */
  readonly additionalProperties?: SchemaNode | false
}

/**
 * The configuration file as a JSON schema (draft 7, which editors know best), made from the schema that reads the file.
 * It knows less than that one: what a text must look like, and what holds between keys, only the program checks.
 */
export function configurationSchema(): SchemaNode {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any', target: 'draft-7' })
  return { ...schema, title: 'The configuration of S3 IAM Proxy' } as SchemaNode
}

/** docs/reference/config.schema.json */
export function configurationSchemaFile(): string {
  return `${JSON.stringify(configurationSchema(), undefined, 2)}\n`
}
