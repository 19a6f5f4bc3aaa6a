import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'

export const NOT_UTF8 = 'the file is not UTF-8 text'

/**
 * The text of a file; undefined when it is not UTF-8. Read leniently, what cannot be read would become U+FFFD, and a Deny
 * on such a name one on a name that nothing has.
 * @throws Error of the system
 */
export async function readUtf8(file: string): Promise<string | undefined> {
  const bytes = await readFile(file)
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}
