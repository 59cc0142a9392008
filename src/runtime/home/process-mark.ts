// Tells a process from a later one that got the same pid: the pid with the moment the process
// started and the boot in which it did (Linux, from /proc). Elsewhere only the pid is known.
import { readFileSync } from 'node:fs'

export interface ProcessMark {
  readonly pid: number
  /** Clock ticks after boot; null where /proc does not tell. */
  readonly startTicks: number | null
  /** The kernel's id of this boot; null where /proc does not tell. */
  readonly boot: string | null
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const bootId = (): string | null => textOf('/proc/sys/kernel/random/boot_id')?.trim() ?? null

/** State letter and start of a process, from /proc/<pid>/stat (proc(5): fields 3 and 22). */
function statOf(pid: number): { readonly state: string; readonly startTicks: number } | undefined {
  const text = textOf(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // Field 2 is the command in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0]!, startTicks: Number(fields[19]) }
}

/** The mark of the running process. */
export const ownMark = (): ProcessMark => ({
  pid: process.pid,
  startTicks: statOf(process.pid)?.startTicks ?? null,
  boot: bootId(),
})

/**
 * Does the process of this mark still run? A zombie does not: it holds nothing any more. On doubt
 * (no /proc, a process of another user) the answer is yes.
 */
export function isRunning(mark: ProcessMark): boolean {
  const boot = bootId()
  if (boot !== null && mark.boot !== null) {
    const stat = statOf(mark.pid)
    const sameProcess = stat !== undefined && stat.startTicks === mark.startTicks
    return boot === mark.boot && sameProcess && stat.state !== 'Z' && stat.state !== 'X'
  }
  try {
    process.kill(mark.pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
