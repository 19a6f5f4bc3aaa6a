import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { PolicyDocument } from '../policy/document.ts'
import { MAX_JSON_LENGTH, readJson } from '../policy/json.ts'
import { parseIdentityPolicy } from '../policy/parse.ts'
import { formatPath, type Problem } from './problems.ts'
import { errorCode } from './references.ts'
import { NOT_UTF8, readUtf8 } from './utf8-file.ts'
import { parseYaml } from './yaml-source.ts'

/** The policies of a folder, and whole lines about what is wrong or doubtful in its files. */
export interface PolicyDirectory {
  readonly policies: ReadonlyMap<string, { readonly document: PolicyDocument | undefined; readonly file: string }>
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
  /** Why the folder itself cannot be read; undefined when it can. */
  readonly fault: string | undefined
}

const NAME = /^[A-Za-z0-9+=,.@_-]{1,128}$/
const FORMATS: ReadonlySet<string> = new Set(['.json', '.yaml'])

/** Reads every NAME.json and NAME.yaml of a folder; other files are named in a warning, hidden ones are left alone. */
export async function readPolicyDirectory(folder: string): Promise<PolicyDirectory> {
  const lines = { problems: [] as string[], warnings: [] as string[] }
  const policies = new Map<string, { document: PolicyDocument | undefined; file: string }>()
  let names: string[]
  try {
    names = (await readdir(folder)).sort()
  } catch (error) {
    return { policies, ...lines, fault: `the folder ${folder} cannot be read (${errorCode(error)})` }
  }
  for (const entry of names) {
    if (entry.startsWith('.')) continue
    const file = join(folder, entry)
    const extension = extname(entry)
    const name = entry.slice(0, entry.length - extension.length)
    const first = policies.get(name)
    if (!FORMATS.has(extension)) {
      lines.warnings.push(`${file}:1:1: is not read; policies are called NAME.json or NAME.yaml`)
    } else if (!NAME.test(name)) {
      lines.problems.push(`${file}:1:1: the name must be 1 to 128 letters, digits or characters of + = , . @ _ -`)
    } else if (first !== undefined) {
      lines.problems.push(`${file}:1:1: there is the policy ${name} already, in ${first.file}`)
    } else {
      policies.set(name, { document: await readPolicyFile(file, extension, lines), file })
    }
  }
  return { policies, ...lines, fault: undefined }
}

interface Lines {
  readonly problems: string[]
  readonly warnings: string[]
}

async function readPolicyFile(file: string, extension: string, lines: Lines): Promise<PolicyDocument | undefined> {
  const text = await readText(file)
  if (typeof text !== 'string') {
    lines.problems.push(`${file}:1:1: ${text.fault}`)
    return undefined
  }
  const read = extension === '.json' ? jsonSource(text) : yamlSource(text)
  const line = (problem: Problem): string => {
    const { line: row, column } = read.locate(problem)
    const path = formatPath(problem.path, 0)
    return `${file}:${row}:${column}: ${path === '' ? '' : `${path}: `}${problem.message}`
  }
  if (read.problems.length > 0) {
    lines.problems.push(...read.problems.map(line))
    return undefined
  }
  const parsed = parseIdentityPolicy(read.value)
  if ('problems' in parsed) {
    lines.problems.push(...parsed.problems.map(({ path, problem }) => line({ path, message: problem })))
    return undefined
  }
  lines.warnings.push(...parsed.warnings.map(({ path, problem }) => line({ path, message: problem })))
  return parsed.document
}

async function readText(file: string): Promise<string | { readonly fault: string }> {
  try {
    const { size } = await stat(file)
    if (size > MAX_JSON_LENGTH) return { fault: 'the file is too large' }
    return (await readUtf8(file)) ?? { fault: NOT_UTF8 }
  } catch (error) {
    return { fault: `the file cannot be read (${errorCode(error)})` }
  }
}

interface Source {
  readonly value: unknown
  readonly problems: readonly Problem[]
  locate(problem: Problem): { readonly line: number; readonly column: number }
}

function yamlSource(text: string): Source {
  return parseYaml(text)
}

function jsonSource(text: string): Source {
  const read = readJson(text)
  if ('problem' in read) {
    return { value: undefined, problems: [{ path: [], message: read.problem }], locate: () => read.position }
  }
  return { value: read.value, problems: [], locate: ({ path }) => read.locate(path) }
}
