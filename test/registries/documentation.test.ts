import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { PAGES, shownConfigurations } from '../support/shown-configurations.ts'

const textOf = (file: string): string => readFileSync(file, 'utf8')
const withoutCode = (text: string): string => text.replace(/^ *```[^]*?^ *```$/gm, '').replace(/`[^`\n]*`/g, '')

/** GitHub's name for a heading's place in its page. */
function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
}

function anchorsOf(file: string): Set<string> {
  const headings = textOf(file)
    .replace(/^ *```[^]*?^ *```$/gm, '')
    .matchAll(/^#{1,6} (.+)$/gm)
  return new Set([...headings].map((match) => anchorOf(match[1]?.trim() ?? '')))
}

/** What is wrong with one link, as a text; undefined when it leads somewhere. */
function brokenLink(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : normalize(join(dirname(page), path))
  if (!existsSync(target)) return `${link}: no such file`
  if (anchor === undefined || !target.endsWith('.md')) return undefined
  return anchorsOf(target).has(anchor) ? undefined : `${link}: no such heading`
}

test('the pages are found', () => {
  expect(PAGES).toContain('docs/architecture.md')
})

describe('every relative link leads to a file and a heading that is there', () => {
  test.each(PAGES)('%s', (page) => {
    const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
    const relative = links.filter((link) => !/^[a-z]+:/.test(link))
    expect(relative.map((link) => brokenLink(page, link)).filter((fault) => fault !== undefined)).toEqual([])
  })
})

test('every npm script that a page names is there, and README.md or CONTRIBUTING.md names every script', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
  const named = (text: string): string[] =>
    [...text.matchAll(/\bnpm (?:run )?(start|test\b(?!:)|(?<=run )[a-z:]+)/g)].map((match) => match[1] ?? '')
  const unknown = PAGES.flatMap((page) =>
    named(textOf(page))
      .filter((name) => !Object.hasOwn(scripts, name))
      .map((name) => `${page}: npm run ${name}`),
  )
  expect(unknown).toEqual([])
  const told = new Set(['README.md', 'CONTRIBUTING.md'].flatMap((page) => named(textOf(page))))
  const runnable = Object.entries(scripts).filter(([, command]) =>
    command.split(' ').every((word) => !word.endsWith('.ts') || existsSync(word)),
  )
  const names = runnable.map(([name]) => name)
  expect(names.filter((name) => !told.has(name) && name !== 'prepack')).toEqual([])
})

test('every file of the project that a page names in code is there', () => {
  const missing = PAGES.flatMap((page) =>
    [...textOf(page).matchAll(/`((?:src|store|test|scripts|docs|bin)\/[\w./-]+)`/g)]
      .map((match) => match[1] ?? '')
      .filter((file) => !existsSync(file))
      .map((file) => `${page}: ${file}`),
  )
  expect(missing).toEqual([])
})

describe('every configuration that a page shows loads', () => {
  const shown = shownConfigurations()

  test('there are some', () => {
    expect(shown.length).toBeGreaterThan(3)
  })

  test.each(shown)('%s', async (_name, text) => {
    const env = new Proxy<Record<string, string>>({}, { get: () => 'any-value' })
    // Files that only exist at the reader's: any text will do.
    const config = text.replaceAll(/"?file:[^"\s,}]+"?/g, '"any-value"')
    const result = await parseConfig(config, { file: 'shown.yaml', env })
    expect('problems' in result ? result.problems : []).toEqual([])
  })
})
