import { globSync, readFileSync } from 'node:fs'

/** Every page of the project. */
export const PAGES: readonly string[] = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md']).sort()

/** Every whole configuration that a page shows, with the page's name and its number there. */
export function shownConfigurations(): readonly (readonly [name: string, text: string])[] {
  return PAGES.flatMap((page) =>
    yamlBlocks(readFileSync(page, 'utf8')).map((text, index) => [`${page}, number ${index + 1}`, text] as const),
  ).filter(([, text]) => /^master_credentials:/m.test(text))
}

/** The YAML blocks of a page, without the indentation of the lists that they stand in. */
function yamlBlocks(page: string): readonly string[] {
  return [...page.matchAll(/^( *)```yaml\n([^]*?)^\1```$/gm)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )
}
