import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { textOf } from './client-bench.ts'
import type { Declare } from './client-checks.ts'

/** What is synced: names relative to the folder or the prefix. Another text of `changed.txt` makes the second round. */
export const SYNCED: Readonly<Record<string, string>> = {
  'plain.txt': 'plain',
  'changed.txt': 'as it was at first',
  empty: '',
  'two words.txt': 'a blank in the name',
  'ünï+%25.txt': 'letters, plus, percent',
  'deep/er/down.txt': 'deep down'.repeat(10_000),
}

const CHANGED = { ...SYNCED, 'changed.txt': 'longer than it was at first' }

/** Declares that a folder and a prefix become the same, in both directions, twice. */
export function checkSyncing(declare: Declare): void {
  declare('sync a folder up', ['syncUp'], async ({ succeed, buckets, master, lab }) => {
    const folder = lab.folder('up')
    for (const state of [SYNCED, CHANGED]) {
      writeFolder(folder, state)
      await succeed({ do: 'syncUp', folder, bucket: buckets.right, prefix: 'synced-up/' })
      const keys = await master.keys(buckets.right, 'synced-up/')
      // Some clients put an object for each folder, too.
      const files = keys.filter((key) => !key.endsWith('/'))
      const stored = await Promise.all(files.map((key) => master.read(buckets.right, key)))
      const contents = files.map((key, i) => [key.slice('synced-up/'.length), stored[i]?.body.toString()])
      expect(Object.fromEntries(contents)).toEqual(state)
    }
  })

  declare('sync a folder down', ['syncDown'], async ({ succeed, buckets, master, lab }) => {
    const folder = lab.folder('down')
    for (const state of [SYNCED, CHANGED]) {
      for (const [name, text] of Object.entries(state)) await master.put(buckets.right, `synced-down/${name}`, text)
      await succeed({ do: 'syncDown', bucket: buckets.right, prefix: 'synced-down/', folder })
      expect(readFolder(folder)).toEqual(state)
    }
  })
}

/** Writes files into a folder. */
export function writeFolder(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** All files below a folder, by their relative names. */
export function readFolder(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const files = entries.map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(files.map((file) => [file.slice(folder.length + 1), textOf(file)]))
}
