// What of the machine's memory runs may take, and which run would not fit: said before it starts.
import { totalmem } from 'node:os'
import { Failure } from '../../src/core/failure.ts'
import type { Task } from './pool.ts'

/** The system, the file cache and the errors of our estimates take the rest. */
const usableShare = 0.8

/** Bytes that all runs at one time may take: of the machine, or of the container we are in. */
export function memoryBudget(gibibytes: number | undefined): number {
  if (gibibytes !== undefined) return gibibytes * 2 ** 30
  // 0, or more than there is, where nothing is set.
  const limit = process.constrainedMemory()
  return usableShare * (limit > 0 ? Math.min(limit, totalmem()) : totalmem())
}

/** @throws Failure `experiment/too-large` for the first run that does not fit alone */
export function refuseTooLarge(tasks: readonly Task[], budgetBytes: number): void {
  const large = tasks.find(({ bytes }) => bytes > budgetBytes)
  if (large === undefined) return
  const { index, router, seed } = large.run
  throw new Failure('experiment/too-large', {
    run: `Run ${index} (${router.name}, seed ${seed})`,
    needBytes: large.bytes,
    haveBytes: budgetBytes,
  })
}

/** What to say where memory lets fewer run at a time than were asked for; undefined where it does not. */
export function remarkOnMemory(
  tasks: readonly Pick<Task, 'bytes'>[],
  workers: number,
  budgetBytes: number,
): string | undefined {
  const largest = tasks.reduce((most, { bytes }) => Math.max(most, bytes), 1)
  const together = Math.max(1, Math.floor(budgetBytes / largest))
  if (together >= Math.min(workers, tasks.length)) return undefined
  const gibibytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1)
  return `The largest runs take about ${gibibytes(largest)} GiB of the ${gibibytes(budgetBytes)} GiB that may be used: ${together} of those at a time, not ${workers}.`
}
