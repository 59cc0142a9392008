// Runs of an experiment on worker threads, one run a task, in the order of the plan. No more run at a
// time than fit in memory together. A run that throws, or takes its thread down, fails alone.
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { toldOf } from '../base-command.ts'
import type { PlannedRun } from './plan-file.ts'
import type { Measurement } from './run-files.ts'

type WorkerTask = import('../../src/sim/experiment/worker.ts').WorkerTask
type WorkerAnswer = import('../../src/sim/experiment/worker.ts').WorkerAnswer

/** A run that is to be run, with what it will take. */
export interface Task extends PlannedRun {
  /** Memory, about. */
  readonly bytes: number
  /** Path of the graph's file, where the scenario names one. */
  readonly graphFile: string | undefined
}

export interface PoolOptions {
  /** Threads at most. */
  readonly workers: number
  /** What all runs at one time may take together, bytes; each task fits alone. */
  readonly budgetBytes: number
  /** Folder of the scenario file, absolute. */
  readonly base: string
}

export interface PoolEvents {
  /** Now and then in a long run. @param share of its lookups, 0..1 */
  underWay(task: Task, share: number): void
  finished(task: Task, measurement: Measurement): Promise<void>
  /** @param why a sentence */
  failed(task: Task, why: string): void
}

/** A run of this size leaves its thread, so that all it held is surely given back before the next. */
const recycleBytes = 2 ** 30

/**
 * Runs all tasks. When the signal aborts, what is under way is dropped and the promise resolves.
 * Rejects when `finished` does: a result that cannot be kept ends the experiment.
 */
export async function runPool(
  tasks: readonly Task[],
  options: PoolOptions,
  events: PoolEvents,
  signal: AbortSignal,
): Promise<void> {
  const idle: Seat[] = []
  const running = new Set<Promise<void>>()
  const seats = new Set<Seat>()
  let inUse = 0
  let next = 0

  const start = (task: Task): void => {
    inUse += task.bytes
    const seat = idle.pop() ?? new Seat(options)
    seats.add(seat)
    const performed = perform(seat, task).finally(() => {
      inUse -= task.bytes
      running.delete(performed)
    })
    running.add(performed)
  }
  const perform = async (seat: Seat, task: Task): Promise<void> => {
    const answer = await seat.run(task, (share) => events.underWay(task, share))
    const spent = answer.is === 'gone' || task.bytes > recycleBytes
    if (spent) {
      seats.delete(seat)
      await seat.close()
    } else idle.push(seat)
    if (signal.aborted) return
    if (answer.is === 'measured') await events.finished(task, answer.measurement)
    else events.failed(task, answer.why)
  }
  const stop = (): void => {
    for (const seat of seats) void seat.close()
  }
  signal.addEventListener('abort', stop)
  try {
    while (!signal.aborted && (next < tasks.length || running.size > 0)) {
      while (next < tasks.length && running.size < options.workers) {
        if (running.size > 0 && inUse + tasks[next]!.bytes > options.budgetBytes) break
        start(tasks[next++]!)
      }
      await Promise.race(running)
    }
    await Promise.allSettled(running)
  } finally {
    signal.removeEventListener('abort', stop)
    await Promise.all([...seats].map((seat) => seat.close()))
  }
}

type SeatAnswer =
  | Exclude<WorkerAnswer, { readonly is: 'under way' }>
  | { readonly is: 'gone'; readonly why: string }

/** One worker thread, which runs one task at a time. */
class Seat {
  readonly #worker: Worker
  readonly #base: string
  #answer: ((answer: SeatAnswer) => void) | undefined
  #underWay: ((share: number) => void) | undefined
  #isGone: SeatAnswer | undefined

  constructor({ base, budgetBytes }: PoolOptions) {
    const here = fileURLToPath(import.meta.url)
    const file = `../../src/sim/experiment/worker.${here.endsWith('.ts') ? 'ts' : 'js'}`
    this.#base = base
    this.#worker = new Worker(new URL(file, import.meta.url), {
      // Without this a thread gets a share of memory that large worlds outgrow.
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(budgetBytes / 2 ** 20) },
    })
    this.#worker.on('message', (answer: WorkerAnswer) => {
      if (answer.is === 'under way') this.#underWay?.(answer.share)
      else this.#tell(answer)
    })
    this.#worker.on('error', (error) => this.#leave(toldOf(error as Error, '').message))
    this.#worker.on('exit', () => this.#leave('Its thread ended.'))
  }

  run({ run, graphFile }: Task, underWay: (share: number) => void): Promise<SeatAnswer> {
    this.#underWay = underWay
    if (this.#isGone !== undefined) return Promise.resolve(this.#isGone)
    return new Promise((resolve) => {
      this.#answer = resolve
      const task: WorkerTask = { run, graphFile, base: this.#base }
      this.#worker.postMessage(task)
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #tell(answer: SeatAnswer): void {
    this.#answer?.(answer)
    this.#answer = undefined
  }

  #leave(why: string): void {
    this.#isGone ??= { is: 'gone', why }
    this.#tell(this.#isGone)
  }
}
