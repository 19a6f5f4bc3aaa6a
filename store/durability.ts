import { open } from 'node:fs/promises'

/** `always`: what is acknowledged survives a power cut. `never`: it survives the end of the process only (tests). */
export type FsyncMode = 'always' | 'never'

/** Makes the names in a directory durable: a rename or a new file is on disk only after this. */
export async function syncDirectory(path: string, fsync: FsyncMode): Promise<void> {
  if (fsync === 'never') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
