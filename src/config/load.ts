import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { crossChecks, crossWarnings } from './checks.ts'
import { buildConfig, type Config } from './config.ts'
import { identityChecks } from './identity-checks.ts'
import { readNamedFiles } from './named-files.ts'
import { readPolicies } from './policies.ts'
import { powerlessUsers } from './powerless-users.ts'
import { formatPath, type Problem } from './problems.ts'
import { type Environment, errorCode, resolveReferences } from './references.ts'
import { configSchema } from './schema.ts'
import { isWithin, issueMessage, schemaProblems } from './schema-problems.ts'
import { NOT_UTF8, readUtf8 } from './utf8-file.ts'
import { parseYaml, type YamlSource } from './yaml-source.ts'

/** A configuration, or everything that is wrong with it. The texts are whole lines, `FILE:LINE:COLUMN: path: message`. */
export type LoadResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[]; readonly warnings: readonly string[] }

/** Where a configuration text comes from. */
export interface ConfigOrigin {
  /** The name in messages; relative paths in the text are relative to its folder. */
  readonly file: string
  readonly env: Environment
  /** The file's permission bits, where there is a file. */
  readonly mode?: number
}

/** Reads and checks a configuration file. Never throws for what the file holds, and no message holds a secret. */
export async function loadConfig(file: string, env: Environment): Promise<LoadResult> {
  let text: string | undefined
  let mode: number
  try {
    text = await readUtf8(file)
    mode = (await stat(file)).mode
  } catch (error) {
    return { ok: false, problems: [`${file}:1:1: the file cannot be read (${errorCode(error)})`], warnings: [] }
  }
  if (text === undefined) return { ok: false, problems: [`${file}:1:1: ${NOT_UTF8}`], warnings: [] }
  return parseConfig(text, { file, env, mode })
}

/** Checks a configuration text. */
export async function parseConfig(text: string, origin: ConfigOrigin): Promise<LoadResult> {
  const source = parseYaml(text)
  const lines = (problems: readonly Problem[]) => problemLines(problems, source, origin.file)
  if (!source.isWhole) return { ok: false, problems: lines(source.problems), warnings: [] }
  if (source.value === undefined || source.value === null) {
    const message = 'the file is empty; master_credentials and users are required'
    return { ok: false, problems: lines([{ path: [], message }]), warnings: [] }
  }

  const resolved = await resolveReferences(source.value, origin.file, origin.env)
  const outcome = configSchema.safeParse(resolved.value, { error: issueMessage })
  const toAbsolute = (path: string): string => resolve(dirname(origin.file), path)
  const named = await readNamedFiles(resolved.value, toAbsolute)
  const policies = await readPolicies(resolved.value, toAbsolute)
  const warnings = [
    ...lines([
      ...resolved.warnings,
      ...crossWarnings(resolved.value),
      ...readableSecrets(resolved, origin),
      ...named.warnings,
      ...policies.warnings,
    ]),
    ...policies.elsewhere.warnings,
  ]
  const found = [
    ...source.problems,
    ...resolved.problems,
    ...withoutRepeats(outcome.success ? [] : schemaProblems(outcome.error), resolved.problems),
    ...crossChecks(resolved.value),
    ...identityChecks(resolved.value, policies.knows),
    ...named.problems,
    ...policies.problems,
  ]
  const problems = [...lines(found), ...policies.elsewhere.problems]
  if (!outcome.success || problems.length > 0) return { ok: false, problems, warnings }
  const config = buildConfig(outcome.data, { file: origin.file, files: named.files, policies, toAbsolute })
  return { ok: true, config, warnings: [...warnings, ...lines(powerlessUsers(config))] }
}

/** A reference that could not be followed leaves an empty text behind, which the schema need not complain about too. */
function withoutRepeats(problems: readonly Problem[], earlier: readonly Problem[]): readonly Problem[] {
  return problems.filter((problem) => !earlier.some((other) => isWithin(problem.path, other.path)))
}

function readableSecrets(
  resolved: { literalSecrets: readonly (readonly (string | number)[])[] },
  origin: ConfigOrigin,
): Problem[] {
  const [first] = resolved.literalSecrets
  const isReadable = ((origin.mode ?? 0) & 0o004) !== 0
  if (first === undefined || !isReadable) return []
  const message = `${resolved.literalSecrets.length} secret(s) stand in a file that every user of this machine can read; run chmod 600, or use \${NAME} or file:PATH`
  return [{ path: first, message }]
}

function problemLines(problems: readonly Problem[], source: YamlSource, file: string): string[] {
  return problems
    .map((problem) => ({ problem, ...source.locate(problem) }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map(({ problem, line, column }) => {
      const path = formatPath(problem.path, problem.openFrom)
      return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${problem.message}`
    })
}
