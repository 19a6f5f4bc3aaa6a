import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ConfigPath, Problem } from './problems.ts'

/** The process's variables, or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where `${NAME}` and `file:PATH` are read as references; `*` is any list position. Everywhere else they are plain text. */
const REFERENCE_FIELDS: readonly (readonly string[])[] = [
  ['master_credentials', 'access_key'],
  ['master_credentials', 'secret_key'],
  ['master_credentials', 'endpoint'],
  ['users', '*', 'access_key'],
  ['users', '*', 'secret_key'],
  ['users', '*', 'keys', '*', 'access_key'],
  ['users', '*', 'keys', '*', 'secret_key'],
]

const MAX_REFERENCED_BYTES = 65_536

/** The outcome of following references. */
export interface Resolved {
  readonly value: unknown
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  /** The secret keys that stand in the file itself. */
  readonly literalSecrets: readonly ConfigPath[]
}

/** Replaces the references in a parsed configuration. Relative paths are relative to the configuration file. */
export async function resolveReferences(value: unknown, file: string, env: Environment): Promise<Resolved> {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const literalSecrets: ConfigPath[] = []

  async function follow(text: string, path: ConfigPath): Promise<string> {
    const variable = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(text)?.[1]
    if (variable !== undefined) {
      const found = env[variable]
      if (found === undefined) problems.push({ path, message: `the environment variable ${variable} is not set` })
      return found ?? ''
    }
    if (text.startsWith('file:')) return readReferenced(resolve(dirname(file), text.slice(5)), path)
    if (text.includes('${')) {
      warnings.push({
        path,
        message: '${NAME} is replaced only where it is the whole value; this is taken as it stands',
      })
    }
    if (path.at(-1) === 'secret_key' && text !== '') literalSecrets.push(path)
    return text
  }

  async function readReferenced(target: string, path: ConfigPath): Promise<string> {
    try {
      const text = await readFile(target, 'utf8')
      if (text.length > MAX_REFERENCED_BYTES) throw Object.assign(new Error('too large'), { code: 'too large' })
      return text.replace(/\r?\n$/, '')
    } catch (error) {
      problems.push({ path, message: `the file ${target} cannot be read (${errorCode(error)})` })
      return ''
    }
  }

  async function walk(node: unknown, path: ConfigPath): Promise<unknown> {
    if (typeof node === 'string') return isReferenceField(path) ? follow(node, path) : node
    if (Array.isArray(node)) return Promise.all(node.map((item, index) => walk(item, [...path, index])))
    if (typeof node !== 'object' || node === null) return node
    const copy: Record<string, unknown> = Object.create(null)
    for (const [key, below] of Object.entries(node)) copy[key] = await walk(below, [...path, key])
    return copy
  }

  const resolved = await walk(value, [])
  return { value: resolved, problems, warnings, literalSecrets }
}

function isReferenceField(path: ConfigPath): boolean {
  return REFERENCE_FIELDS.some(
    (field) =>
      field.length === path.length &&
      field.every((part, index) => (part === '*' ? typeof path[index] === 'number' : part === path[index])),
  )
}

/** The system's short name for a failure, such as ENOENT; never more of the message. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : 'unknown error'
}
