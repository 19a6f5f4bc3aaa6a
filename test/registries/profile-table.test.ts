import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type BackendProfile, BACKEND_PROFILES } from '../../src/upstream/profiles.ts'

const PAGE = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

const passOr = (code: string) => (value: 'pass' | 'refuse') => (value === 'pass' ? 'pass' : code)

/** How the page words each trait; the compiler holds the names against the profiles'. */
const WORDS: { readonly [Trait in keyof BackendProfile]: (value: BackendProfile[Trait]) => string } = {
  storesChecksums: (value) => (value ? 'yes' : 'no'),
  conditionHeaders: (value) => (value === 'ceph' ? "in Ceph's spelling" : 'as sent'),
  dotSegments: passOr('400'),
  escapesInPartCopySource: passOr('501'),
  locationConstraint: (value) =>
    value === 'master-region-unless-us-east-1' ? 'master region, none for us-east-1' : value.replace('-', ' '),
  tagsOnCreateBucket: passOr('501'),
  existingBucket: String,
}

function worded<Trait extends keyof BackendProfile>(trait: Trait, profile: BackendProfile): string {
  return WORDS[trait](profile[trait])
}

test('the table of profiles has a row for each trait, in their order, with what each profile says', () => {
  const [head = '', , ...rows] = /\| \| aws \|[^]*?(?=\n\n)/.exec(PAGE)?.[0].split('\n') ?? []
  const cells = (row: string): string[] =>
    row
      .split('|')
      .slice(2, -1)
      .map((cell) => cell.trim())
  const profiles = Object.entries(BACKEND_PROFILES)
  expect(cells(head)).toEqual(profiles.map(([name]) => name))
  const traits = Object.keys(WORDS) as (keyof BackendProfile)[]
  expect(rows.map(cells)).toEqual(traits.map((trait) => profiles.map(([, profile]) => worded(trait, profile))))
})
