import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Reads the CPU seconds, user and system, that a process has used so far, all its threads together (Linux: proc(5)). */
export function cpuClock(): (pid: number) => number {
  const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return (pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // Field 2 is the name, which may hold blanks and parentheses; fields 14 and 15 are the times.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  }
}
