// Waits until a process that was asked to stop is gone.
import { setTimeout as delay } from 'node:timers/promises'
import { type Connection, isProcess } from '../src/api/connection-file.ts'
import { Failure } from '../src/core/failure.ts'

/** @throws Failure `api/timeout` when it still runs after so many seconds */
export async function awaitExit({ pid, url }: Connection, seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1_000
  while (isProcess(pid)) {
    if (Date.now() > until) throw new Failure('api/timeout', { url, seconds })
    await delay(25)
  }
}
