// The other end of node-worker.ts: starts such a process, asks it, and ends it.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { heapFlags } from '../../src/core/heap-flags.ts'
import type { WorkerAsk } from './node-worker.ts'

export class Worker implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>()
  #lastAsk = 0

  /** @param execArgv flags of Node.js, such as those of its profiler */
  constructor(execArgv: readonly string[] = []) {
    this.#child = fork(join(import.meta.dirname, 'node-worker.ts'), [], {
      serialization: 'advanced',
      execArgv: [...process.execArgv, ...heapFlags, ...execArgv],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child.on('message', (said: { id: number; answer?: unknown; error?: string }) => {
      const asked = this.#asked.get(said.id)
      this.#asked.delete(said.id)
      if (said.error === undefined) asked?.resolve(said.answer)
      else asked?.reject(new Error(said.error))
    })
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#asked.values()) reject(new Error(`a node ended: ${code}`))
      this.#asked.clear()
    })
  }

  ask<T>(ask: WorkerAsk): Promise<T> {
    this.#lastAsk += 1
    const asked = Promise.withResolvers<unknown>()
    this.#asked.set(this.#lastAsk, asked)
    this.#child.send({ id: this.#lastAsk, ask })
    return asked.promise as Promise<T>
  }

  /** Stops the node and ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return
    const gone = once(this.#child, 'exit')
    await this.ask({ ask: 'stop' }).catch(() => {})
    // Without the channel it ends by itself, and writes its profile if it has one.
    if (this.#child.connected) this.#child.disconnect()
    await gone
  }
}
