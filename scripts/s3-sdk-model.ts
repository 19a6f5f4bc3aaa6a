import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as sdk from '@aws-sdk/client-s3'

/** One operation of the SDK's model. */
export interface SdkOperation {
  readonly name: string
  readonly method: string
  /** Such as `/{Key+}?tagging`; the bucket is not part of it. */
  readonly uri: string
  readonly takesBucket: boolean
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

/**
 * The operations whose body needs Content-MD5 or a checksum. The schemas do not say it; the commands do, through the
 * middleware builder `_mwN` that each of them names.
 */
function operationsThatNeedChecksum(): ReadonlySet<string> {
  const source = (name: string) =>
    readFileSync(new URL(`../node_modules/@aws-sdk/client-s3/dist-es/${name}.js`, import.meta.url), 'utf8')
  const builders = source('commandBuilder').split('export const ')
  const strict = builders.filter((text) => text.includes('requestChecksumRequired: true'))
  const names = strict.map((text) => text.slice(0, text.indexOf(' ')))
  const operations = Object.keys(sdk).filter((name) => name.endsWith('Command') && name !== '$Command')
  const needs = operations.filter((name) => names.some((builder) => source(`commands/${name}`).includes(`${builder},`)))
  return new Set(needs.map((name) => name.slice(0, -'Command'.length)))
}

/** Every operation of the installed SDK's model, by name. */
export function installedSdkOperations(): readonly SdkOperation[] {
  const operations: SdkOperation[] = []
  const needsChecksum = operationsThatNeedChecksum()
  for (const schema of Object.values(sdk) as readonly unknown[]) {
    if (!Array.isArray(schema) || schema[0] !== OPERATION) continue
    const [, , name, traits, input, output] = schema as readonly unknown[]
    const http = (traits as Traits)['http'] as readonly [string, string]
    const integrity = needsChecksum.has(String(name)) ? ' !' : ''
    operations.push({
      name: String(name),
      method: http[0],
      uri: http[1],
      takesBucket: membersOf(input).some((member) => member.name === 'Bucket'),
      bindings: bindingsOf(input, output, http[1]) + integrity,
    })
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
