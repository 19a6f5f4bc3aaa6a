import { z } from 'zod'
import { readJson } from '../policy/json.ts'
import { readPlainYaml } from './plain-yaml.ts'
import { formatPath, type Problem } from './problems.ts'
import { issueMessage, schemaProblems } from './schema-problems.ts'
import { parseYaml } from './yaml-source.ts'

const contextValue = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value))

const caseSchema = z.strictObject({
  name: z.string().optional(),
  user: z.string().optional(),
  anonymous: z.literal(true).optional(),
  action: z.string(),
  resource: z.string(),
  context: z.record(z.string(), z.union([contextValue, z.array(contextValue)])).default({}),
  expect: z.enum(['Allow', 'Deny']),
})

const tableSchema = z.strictObject({ cases: z.array(caseSchema) })

/** One case of a table of questions to the policies, with the answer that is expected. */
export type PolicyCase = z.output<typeof caseSchema>

/** A table, and how to tell what is wrong with it. */
export interface CaseTable {
  readonly cases: readonly PolicyCase[]
  /** A problem as a whole line, `FILE:LINE:COLUMN: path: message`. */
  readonly line: (problem: Problem) => string
}

type Locate = (problem: Problem) => { readonly line: number; readonly column: number }

interface Source {
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** Asked only when something is wrong. */
  readonly locate: Locate
}

/** Reads a table of cases, JSON or YAML, or says everything that is wrong with it, in whole lines. */
export function readCaseTable(text: string, file: string): CaseTable | { readonly problems: readonly string[] } {
  const source = /^\s*\{/.test(text) ? jsonSource(text) : yamlSource(text)
  const line = lineWriter(file, source.locate)
  if (source.problems.length > 0) return { problems: source.problems.map(line) }
  if (source.value === undefined || source.value === null) {
    return { problems: [line({ path: [], message: 'the file is empty; a list under `cases` is wanted' })] }
  }
  const outcome = tableSchema.safeParse(source.value, { error: issueMessage })
  if (!outcome.success) return { problems: schemaProblems(outcome.error).map(line) }
  const problems = outcome.data.cases.flatMap(callerProblems)
  return problems.length > 0 ? { problems: problems.map(line) } : { cases: outcome.data.cases, line }
}

function callerProblems({ user, anonymous }: PolicyCase, index: number): Problem[] {
  if ((user === undefined) !== (anonymous === undefined)) return []
  return [{ path: ['cases', index], message: 'needs either `user: NAME` or `anonymous: true`' }]
}

function lineWriter(file: string, locate: Locate): (problem: Problem) => string {
  return (problem) => {
    const { line, column } = locate(problem)
    const path = formatPath(problem.path, 0)
    return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${problem.message}`
  }
}

function jsonSource(text: string): Source {
  const read = readJson(text)
  // What is no JSON may still be a flow collection of YAML.
  if ('problem' in read) {
    const yaml = yamlSource(text)
    if (yaml.problems.length === 0) return yaml
    return { value: undefined, problems: [{ path: [], message: read.problem }], locate: () => read.position }
  }
  return { value: read.value, problems: [], locate: ({ path }) => read.locate(path) }
}

function yamlSource(text: string): Source {
  const plain = readPlainYaml(text)
  if (plain === undefined) return parseYaml(text)
  let located: Source | undefined
  return { value: plain, problems: [], locate: (problem) => (located ??= parseYaml(text)).locate(problem) }
}
