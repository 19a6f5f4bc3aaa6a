import { withoutTexts } from './scan-imports.ts'

/** A file under the rules: its path from the root and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** One rule over one file. Answers the lines at fault, each with what is wrong. */
interface HouseRule {
  readonly name: string
  readonly appliesTo: RegExp
  readonly find: (file: SourceFile) => readonly Finding[]
}

interface Finding {
  readonly line: number
  readonly what: string
}

const PROGRAM = /^(src|store)\/.*(?<!\.test)\.ts$/
const ALL_CODE = /^(src|store|scripts|test|bench)\/.*\.ts$/
const DOCUMENTED = /^src\/(http|s3|codec|sigv4|policy|proof)\/.*(?<!\.test)\.ts$/

/** Spelled in pieces, so that this file does not break its own rule. */
const OUTSIDE = new RegExp(['/wo' + 'rk/', '\\.\\./sha' + 'red\\b', '/tmp/bu' + 'ild\\b'].join('|'))
const UNFINISHED = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`)

/** What the linter has no rule for. Each is a line of the project's house rules (CONTRIBUTING.md). */
export const HOUSE_RULES: readonly HouseRule[] = [
  codeRule('no-enum', PROGRAM, /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s/, 'an enum; use a union of texts'),
  codeRule('no-module-state', PROGRAM, /^(?:export\s+)?(?:let|var)\s/, 'a variable of the module; pass state in'),
  codeRule(
    'no-module-state',
    PROGRAM,
    /^(?:export\s+)?const\s+\w+(?::[^=]*)?\s=\s(?:new\s(?:Map|Set|WeakMap|WeakSet)(?:<.*>)?\(\)|\[\]|\{\})$/,
    'an empty collection of the module, which can only be meant to be filled; pass state in',
  ),
  codeRule(
    'no-boolean-parameter',
    PROGRAM,
    /[(,]\s*\w+\??:\s*boolean\s*[,)]/,
    'a boolean parameter; name the two cases',
  ),
  codeRule(
    'environment-only-in-config',
    /^(src\/(?!config\/)|store\/).*\.ts$/,
    /\bprocess\.env\b/,
    'process.env; config reads it',
  ),
  codeRule(
    'no-unfinished-tests',
    ALL_CODE,
    /\b(?:test|it|describe)\.(?:only|skip|todo)\(/,
    'a test that is switched off or alone',
  ),
  textRule('nothing-unfinished', ALL_CODE, UNFINISHED, 'a note of unfinished work; finish it, or file an issue'),
  textRule('no-outside-paths', /./, OUTSIDE, 'a path of a folder that is no part of a clone'),
  {
    name: 'proofs-are-made-in-one-place',
    appliesTo: PROGRAM,
    find: (file) => [...castsTo('Authenticated', 'src/authn/', file), ...castsTo('Authorized', 'src/authz/', file)],
  },
  {
    name: 'proof-holds-types-only',
    appliesTo: /^src\/proof\/.*(?<!\.test)\.ts$/,
    find: (file) => linesOf(file, /^(?:export\s+)?(?:async\s+)?(?:function|class|const|let)\s/, 'code that runs'),
  },
  { name: 'pure-exports-are-documented', appliesTo: DOCUMENTED, find: undocumentedExports },
  { name: 'no-barrel', appliesTo: PROGRAM, find: barrel },
  { name: 'file-names', appliesTo: ALL_CODE, find: badName },
]

/** One line for each fault in a file, which begins with the name of the rule. */
export function houseFaults(file: SourceFile): string[] {
  return HOUSE_RULES.filter((rule) => rule.appliesTo.test(file.path)).flatMap((rule) =>
    rule.find(file).map(({ line, what }) => `${rule.name}: ${file.path}:${line}: ${what}`),
  )
}

/** A rule about the code, texts and comments left out. */
function codeRule(name: string, appliesTo: RegExp, pattern: RegExp, what: string): HouseRule {
  return { name, appliesTo, find: (file) => linesOf(file, pattern, what) }
}

/** A rule about every line as it stands. */
function textRule(name: string, appliesTo: RegExp, pattern: RegExp, what: string): HouseRule {
  return { name, appliesTo, find: (file) => matchingLines(file.text, pattern, what) }
}

function linesOf(file: SourceFile, pattern: RegExp, what: string): readonly Finding[] {
  return matchingLines(withoutTexts(file.text).code, pattern, what)
}

function matchingLines(text: string, pattern: RegExp, what: string): readonly Finding[] {
  return text.split('\n').flatMap((content, index) => (pattern.test(content) ? [{ line: index + 1, what }] : []))
}

function castsTo(proof: string, folder: string, file: SourceFile): readonly Finding[] {
  if (file.path.startsWith(folder)) return []
  return linesOf(
    file,
    new RegExp(`\\bas\\s+${proof}\\b|(?<!\\w)<${proof}>\\s*[{(]`),
    `a cast to ${proof}; only ${folder} makes one`,
  )
}

function undocumentedExports(file: SourceFile): readonly Finding[] {
  const lines = file.text.split('\n')
  return lines.flatMap((content, index) => {
    const name = /^export (?:async |abstract )*(?:function\*?|class|const|interface|type) (\w+)/.exec(content)?.[1]
    if (name === undefined || lines[index - 1]?.trimEnd().endsWith('*/') === true) return []
    return [{ line: index + 1, what: `${name} has no doc comment` }]
  })
}

function barrel(file: SourceFile): readonly Finding[] {
  const { code } = withoutTexts(file.text)
  const statements = code.replace(/\bexport\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+§\d+§/g, '').trim()
  const isBarrel = file.path.endsWith('/index.ts') || (statements === '' && code.trim() !== '')
  return isBarrel ? [{ line: 1, what: 'a barrel; import from the file that has it' }] : []
}

const BANNED_WORDS: ReadonlySet<string> = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'manager',
  'common',
  'misc',
  'base',
  'controller',
])

function badName(file: SourceFile): readonly Finding[] {
  const parts = file.path.replace(/(\.(test|generated|config|d))?\.ts$/, '').split('/')
  const findings = parts.flatMap((part) => {
    if (!/^[a-z0-9]+(-[a-z0-9]+|(?<=\d)\.\d+)*$/.test(part)) return [`"${part}" is not kebab-case`]
    const word = part.split('-').find((piece) => BANNED_WORDS.has(piece))
    return word === undefined ? [] : [`"${word}" says nothing of the field`]
  })
  return findings.map((what) => ({ line: 1, what }))
}

const MEDIAN_LINES = 120
const MAX_LINES = 400

/** The sizes of the program's files: none above the hard limit, the middle one within its own. */
export function sizeFaults(files: readonly SourceFile[]): string[] {
  const sizes = files
    .filter((file) => PROGRAM.test(file.path) && !file.path.endsWith('.generated.ts'))
    .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines)
  const tooLong = sizes
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `file-size: ${path} has ${lines} lines, more than ${MAX_LINES}`)
  const median = sizes[Math.floor(sizes.length / 2)]?.lines ?? 0
  return median > MEDIAN_LINES
    ? [...tooLong, `file-size: the median is ${median} lines, more than ${MEDIAN_LINES}`]
    : tooLong
}
