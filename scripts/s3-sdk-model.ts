import { createRequire } from 'node:module'
import * as sdk from '@aws-sdk/client-s3'

/** One operation of the SDK's model. */
export interface SdkOperation {
  readonly name: string
  readonly method: string
  /** Such as `/{Key+}?tagging`; the bucket is not part of it. */
  readonly uri: string
  /** The words of src/s3/bindings.generated.ts. */
  readonly bindings: string
}

type Traits = Readonly<Record<string, unknown>>
interface Member {
  readonly name: string
  readonly traits: Traits
}

// How the schemas of @smithy/core are laid out: [kind, namespace, name, traits, …], members as [schema, traits].
const OPERATION = 9
/** Traits are a record, or a bit set where only flags are needed. */
const FLAGS = { httpLabel: 1, httpPayload: 16 } as const

/** The version of the installed SDK. */
export function installedSdkVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('@aws-sdk/client-s3/package.json')
  return String((manifest as { readonly version: unknown }).version)
}

/** Every operation of the installed SDK's model, by name. */
export function installedSdkOperations(): readonly SdkOperation[] {
  const operations: SdkOperation[] = []
  for (const schema of Object.values(sdk) as readonly unknown[]) {
    if (!Array.isArray(schema) || schema[0] !== OPERATION) continue
    const [, , name, traits, input, output] = schema as readonly unknown[]
    const http = (traits as Traits)['http'] as readonly [string, string]
    operations.push({ name: String(name), method: http[0], uri: http[1], bindings: bindingsOf(input, output, http[1]) })
  }
  return operations.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function bindingsOf(input: unknown, output: unknown, uri: string): string {
  const request = membersOf(input)
  const words = [`=${bodyOf(request)}`]
  for (const { traits } of request) {
    const param = traits['httpQuery']
    const header = traits['httpHeader']
    if (typeof param === 'string' && !uri.includes(`?${param}`)) words.push(`?${param}`)
    if (typeof header === 'string') words.push(`>${header.toLowerCase()}`)
    if (traits['httpPrefixHeaders'] === 'x-amz-meta-') words.push('*')
  }
  for (const { traits } of membersOf(output)) {
    const header = traits['httpHeader']
    if (typeof header === 'string' && header.startsWith('x-amz-')) words.push(`<${header.toLowerCase()}`)
  }
  return words.join(' ')
}

/** `none`, `stream` for a blob payload, `xml` for a document. */
function bodyOf(request: readonly Member[]): string {
  const payload = request.find(({ traits }) => traits['httpPayload'] !== undefined)
  if (payload !== undefined) return payload.name === 'Body' || payload.name === 'AnnotationPayload' ? 'stream' : 'xml'
  const bound = ['httpQuery', 'httpHeader', 'httpPrefixHeaders', 'httpLabel', 'hostLabel']
  return request.every(({ traits }) => bound.some((trait) => traits[trait] !== undefined)) ? 'none' : 'xml'
}

function membersOf(reference: unknown): readonly Member[] {
  const schema = typeof reference === 'function' ? (reference as () => unknown)() : reference
  if (!Array.isArray(schema)) return []
  const [, , , , names, members] = schema as readonly unknown[]
  if (!Array.isArray(names) || !Array.isArray(members)) return []
  return names.map((name, i) => ({ name: String(name), traits: traitsOf(members[i]) }))
}

function traitsOf(member: unknown): Traits {
  const traits: unknown = Array.isArray(member) ? member[1] : undefined
  if (typeof traits === 'object' && traits !== null) return traits as Traits
  if (typeof traits !== 'number') return {}
  const flags: Record<string, unknown> = {}
  for (const [name, bit] of Object.entries(FLAGS)) if ((traits & bit) !== 0) flags[name] = 1
  return flags
}
