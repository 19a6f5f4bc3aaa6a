import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Takes the folder for this process, by a file `lock` that holds the process id and, where the system tells, the time
 * that process began: so a lock left by a killed process is recognised even when its id is in use again.
 * @returns what gives the folder back.
 * @throws Error when another process, or another store in this one, has the folder.
 */
export function lockDirectory(root: string): () => void {
  const path = join(root, 'lock')
  const own = identityOf(process.pid)
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, `${own}\n`, { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = readFileSync(path, 'utf8').trim()
    if (isAlive(holder)) throw new Error(`${root} is in use by the store of process ${holder.split(' ')[0]}`)
    rmSync(path, { force: true })
  }
  throw new Error(`${root}: another process takes this folder just now`)
}

function identityOf(pid: number): string {
  return `${pid} ${startTimeOf(pid) ?? '-'}`
}

function isAlive(holder: string): boolean {
  const pid = Number.parseInt(holder, 10)
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return identityOf(pid) === holder
}

/** Clock ticks from boot to the start of the process: field 22 of Linux's `stat`, counted after the name in brackets. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
