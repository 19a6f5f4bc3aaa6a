import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { S3_ERRORS } from '../../src/s3/errors.ts'
import { scanImports, withoutTexts } from '../../scripts/scan-imports.ts'

const PAGE = readFileSync('docs/request-lifecycle.md', 'utf8')
const GATEWAY = 'src/gateway.ts'
const CARRY_OUT = 'src/operations/carry-out.ts'
const AUTHORIZE_CALL = 'src/operations/authorize-call.ts'

const FUNCTIONS: readonly (readonly [name: string, file: string])[] = [
  ['handle', GATEWAY],
  ['answerOf', GATEWAY],
  ['answerError', GATEWAY],
  ['carryOut', CARRY_OUT],
  ['authorizeCall', AUTHORIZE_CALL],
  ['afterAuthorization', CARRY_OUT],
  ['admittedDocument', CARRY_OUT],
  ['createBucketAsAsked', CARRY_OUT],
  ['documentAsAsked', CARRY_OUT],
]

/** What is no step: keywords, and functions that only put values together. */
const NO_STEPS: ReadonlySet<string> = new Set([
  'if',
  'switch',
  'while',
  'catch',
  'completed',
  'corsOf',
  'errorAnswer',
  'circumstancesOf',
  'hasBodyFacts',
  'questionOf',
  'tagsName',
])

/** The lines between the head of a top-level function and its closing brace, comments left out. */
function bodyOf(name: string, file: string): string {
  const text = readFileSync(file, 'utf8').replace(/^\s*\/\/.*$/gm, '')
  const start = new RegExp(`^(?:export )?(?:async )?function ${name}\\(`, 'm').exec(text)?.index
  if (start === undefined) throw new Error(`${file} has no function ${name}`)
  const end = text.indexOf('\n}\n', start)
  return text.slice(text.indexOf('{\n', start), end)
}

/** The calls of a function in the order in which they end, so that an argument's call comes before the call it is for. */
function stepsOf(name: string, file: string): string[] {
  const body = bodyOf(name, file)
  const calls = [...body.matchAll(/(?<![\w.])((?:walk|decided)\.\w+|[a-z]\w*)\(('\w+')?/g)]
    .filter(([, callee = '']) => !NO_STEPS.has(callee))
    .map(({ 0: whole, 1: callee = '', 2: stage, index }) => ({
      step: stage === undefined ? callee : `${callee}(${stage})`,
      end: closingParenthesis(body, index + whole.indexOf('(')),
    }))
  return calls.sort((a, b) => a.end - b.end).map(({ step }) => step)
}

function closingParenthesis(text: string, opening: number): number {
  let depth = 0
  for (let i = opening; i < text.length; i++) {
    if (text[i] === '(') depth += 1
    else if (text[i] === ')' && --depth === 0) return i
  }
  throw new Error('a parenthesis stays open')
}

/** The first cells of the table under a heading. */
function documentedSteps(heading: string): string[] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '')
}

/** The file, and all that it imports, by whatever way. */
function filesBehind(file: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  for (const { specifier } of scanImports(readFileSync(file, 'utf8'))) {
    if (specifier?.startsWith('.') === true) filesBehind(join(dirname(file), specifier), found)
  }
  return found
}

/** Every S3 code that stands in the source as one with which the program itself answers. */
function answeredCodes(): ReadonlySet<string> {
  const texts = [...filesBehind(GATEWAY)]
    .filter((file) => !['src/s3/errors.ts', 'src/s3/passed-error.ts', 'src/walk/reason.ts'].includes(file))
    .flatMap((file) => withoutTexts(readFileSync(file, 'utf8')).texts)
  return new Set(texts.filter((text) => Object.hasOwn(S3_ERRORS, text)))
}

test('docs/troubleshooting.md has something to say about every S3 code that the program itself answers with', () => {
  const page = readFileSync('docs/troubleshooting.md', 'utf8')
  expect([...answeredCodes()].filter((code) => !page.includes(`\`${code}\``))).toEqual([])
})

describe('docs/request-lifecycle.md', () => {
  test.each(FUNCTIONS)('has a row for each call of %s, in order', (name, file) => {
    const steps = stepsOf(name, file)
    expect(steps.length).toBeGreaterThan(1)
    expect(documentedSteps(name)).toEqual(steps)
  })

  test.each(FUNCTIONS)('says in which file %s is', (name, file) => {
    expect(PAGE.split(/^## /m).find((part) => part.startsWith(`${name}\n`))).toContain(`\nIn \`${file}\`.`)
  })

  test('names every S3 code that the program itself answers with', () => {
    const answered = answeredCodes()
    expect(answered.size).toBeGreaterThan(30)
    expect([...answered].filter((code) => !PAGE.includes(`\`${code}\``))).toEqual([])
  })

  test('names no code that does not exist', () => {
    const named = [...PAGE.matchAll(/`([A-Z][A-Za-z0-9]+)`/g)].map((match) => match[1] ?? '')
    const types = ['S3Request', 'Authorized', 'CONNECT', 'Expect']
    expect(named.filter((code) => !Object.hasOwn(S3_ERRORS, code) && !types.includes(code))).toEqual([])
  })
})
