// RocksDB sorts its files anew in threads of its own, all of a network's members at about the same height: for
// seconds they take half of a machine, and what decides blocks waits. Nobody waits for them, so they get little
// while others want to run. Linux gives every thread a niceness of its own; elsewhere nothing is changed.
import { readdir, readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'

const tasks = '/proc/self/task'

/** A tenth of the weight of others. Not the lowest: it holds the database's lock for moments, and must come through them. */
export const niceness = 10

/**
 * Lets the threads of this process whose names begin so give way to others.
 *
 * @returns how many there were; 0 where threads have no names
 */
export async function yieldThreads(prefix: string): Promise<number> {
  const ids = await readdir(tasks).catch(() => [])
  let found = 0
  for (const id of ids) {
    const name = await readFile(`${tasks}/${id}/comm`, 'utf8').catch(() => '')
    if (!name.startsWith(prefix)) continue
    try {
      setPriority(Number(id), niceness)
      found++
    } catch {
      // It ended meanwhile, or the system forbids it: then it runs as before.
    }
  }
  return found
}
