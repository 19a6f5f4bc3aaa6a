import { conditionKey } from './condition-keys.ts'
import type { PolicyPath } from './problems.ts'
import type { StatementPlace } from './statement-place.ts'
import { parseTemplate, type Template, variablesOf } from './template.ts'

/** Takes a text apart and checks its variables. Undefined when there were problems. */
export function checkTemplate(
  text: string,
  at: PolicyPath,
  { version, problems }: Pick<StatementPlace, 'version' | 'problems'>,
): Template | undefined {
  if (!text.isWellFormed()) {
    problems.add(at, 'is not well-formed Unicode')
    return undefined
  }
  if (version === '2008-10-17' && text.includes('${')) {
    problems.warn(at, 'holds ${, which is literal text in a document of version 2008-10-17 or without a version')
  }
  const template = parseTemplate(text, version)
  if (typeof template === 'string') {
    problems.add(at, template)
    return undefined
  }
  for (const { name, fallback } of variablesOf(template)) {
    const key = conditionKey(name)
    if (key === undefined) problems.add(at, `names a variable that does not exist: \${${name}}`)
    else if (key.cardinality === 'multi') problems.warn(at, `\${${name}} has several values, and so none as a variable`)
    else if (key.availability === 'never' && fallback === undefined) {
      problems.warn(at, `\${${name}} never has a value behind this proxy`)
    }
  }
  return template
}
