import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Commits } from './commits.ts'
import { DataFiles } from './data-files.ts'
import { lockDirectory } from './directory-lock.ts'
import type { FsyncMode } from './durability.ts'
import { Journal } from './journal.ts'
import { JOURNAL_FORMAT } from './records.ts'
import { State } from './state.ts'

/** The storage under the S3 operations: what there is, how it changes, where the bytes lie. */
export interface Engine {
  /** Read only; it changes through `commits`. */
  readonly state: State
  readonly commits: Commits
  readonly files: DataFiles
  /** Waits for the changes under way and gives the folder back. */
  close(): Promise<void>
}

/**
 * Opens the store in a folder, creating it when it is missing:
 * `journal` (all changes), `data/XX/NAME` (object bytes), `tmp/` (uploads under way), `lock`.
 * @throws Error when the folder is in use, cannot be written, or its journal is damaged.
 */
export async function openEngine(root: string, fsync: FsyncMode): Promise<Engine> {
  await mkdir(root, { recursive: true })
  const unlock = lockDirectory(root)
  try {
    const state = new State()
    await rm(join(root, 'journal.next'), { force: true })
    const journal = await Journal.open(join(root, 'journal'), fsync, (record) => state.apply(record))
    await stampFormat(journal, state)
    const files = await DataFiles.open(root, fsync, new Set(state.files()))
    const commits = new Commits(state, journal, (freed) => files.discard(freed))
    const close = async (): Promise<void> => {
      await commits.idle()
      await journal.close()
      unlock()
    }
    return { state, commits, files, close }
  } catch (error) {
    unlock()
    throw error
  }
}

/** Says in the journal how it is written from here on, so that an older version of the program does not misread it. */
async function stampFormat(journal: Journal, state: State): Promise<void> {
  if (state.format < JOURNAL_FORMAT) await journal.append([{ op: 'format', version: JOURNAL_FORMAT }])
}
