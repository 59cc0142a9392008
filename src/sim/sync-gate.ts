// The host's contract with the disk: what a node sends or answers after a persist leaves only once
// that persist is durable. One sync runs at a time and takes in all that was written before it
// began, as a write-ahead log with group commit does.
import type { Millis } from '../core/id.ts'
import type { StoreWrite } from '../core/machine.ts'
import type { LeavingEffect, Process, SimEvent } from './process.ts'

export interface SyncPorts<M, C> {
  readonly now: Millis
  readonly persistLatencyMs: Millis
  post(time: Millis, event: SimEvent<M, C>): void
  leave(process: Process<M, C>, effect: LeavingEffect<M>): void
}

export class SyncGate<M, C> {
  readonly #ports: SyncPorts<M, C>

  constructor(ports: SyncPorts<M, C>) {
    this.#ports = ports
  }

  /** Writes a batch. Without a latency it becomes durable when something leaves (engine.ts). */
  persist(process: Process<M, C>, writes: readonly StoreWrite[]): void {
    process.store.persist(writes, this.#ports.now)
    if (this.#ports.persistLatencyMs === 0) return
    const last = process.waiting.at(-1)
    if (last?.do === 'sync') last.batches++
    else process.waiting.push({ do: 'sync', batches: 1 })
    if (!process.syncing) this.#start(process)
  }

  /** A sync of so many batches is done: lets out what waited for them. */
  synced(process: Process<M, C>, batches: number): void {
    const { incarnation } = process
    process.store.sync(batches)
    process.syncing = false
    let durable = batches
    while (process.waiting.length > 0) {
      const first = process.waiting[0]!
      if (first.do === 'sync' && first.batches > durable) {
        first.batches -= durable
        break
      }
      process.waiting.shift()
      if (first.do === 'sync') durable -= first.batches
      else this.#ports.leave(process, first)
      // An observer of what left may have crashed the node.
      if (process.incarnation !== incarnation) return
    }
    if (process.store.trailing > 0) this.#start(process)
  }

  #start(process: Process<M, C>): void {
    process.syncing = true
    const { incarnation, store } = process
    const time = this.#ports.now + this.#ports.persistLatencyMs
    this.#ports.post(time, { at: 'synced', process, incarnation, batches: store.trailing })
  }
}
