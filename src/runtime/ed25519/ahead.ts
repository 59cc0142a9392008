// Signatures verified ahead: batches are checked in worker threads, one signature at a time by the
// network's one rule, and the good ones remembered, so that the machine's own check of the very same
// key, message and signature is a look-up. The verdict never depends on whether somebody looked ahead.
import { Worker } from 'node:worker_threads'
import { equalBytes } from '../../core/bytes.ts'
import type { Verify } from '../../core/signature.ts'
import { packTasks, type VerifyTask } from './verify-tasks.ts'

/** Good signatures remembered: a page of blocks several times over, some 40 MB at the most. */
const rememberedMax = 65_536

/** Below this a batch is not worth the way to another thread. */
const batchMin = 16

interface Waiting {
  readonly tasks: readonly VerifyTask[]
  readonly resolve: () => void
}

const nameOf = (signature: Uint8Array): string => Buffer.from(signature).toString('latin1')

export class VerifiedAhead {
  readonly #verify: Verify
  readonly #threads: number
  readonly #good = new Map<string, VerifyTask>()
  readonly #workers: { readonly worker: Worker; readonly waiting: Waiting[] }[] = []
  #closed = false

  /** @param threads worker threads, started when first needed; 0 verifies nothing ahead */
  constructor(verify: Verify, threads = 1) {
    this.#verify = verify
    this.#threads = threads
  }

  /** The same verdict as the backend's, faster for what was checked ahead. Each is used once. */
  readonly verify: Verify = (publicKey, message, signature) => {
    if (this.#good.size > 0) {
      const name = nameOf(signature)
      const known = this.#good.get(name)
      if (
        known !== undefined &&
        equalBytes(known.publicKey, publicKey) &&
        equalBytes(known.message, message)
      ) {
        this.#good.delete(name)
        return true
      }
    }
    return this.#verify(publicKey, message, signature)
  }

  /** Resolves when the batch was looked at; a batch that cannot be is simply not known afterwards. */
  async ahead(batch: readonly VerifyTask[]): Promise<void> {
    // Packed at fixed widths: what has another one is left to the check in line, which refuses it.
    const tasks = batch.filter(
      ({ publicKey, signature }) => publicKey.length === 32 && signature.length === 64,
    )
    if (this.#closed || this.#threads === 0 || tasks.length < batchMin) return
    const { worker, waiting } = this.#idlest()
    await new Promise<void>((resolve) => {
      waiting.push({ tasks, resolve })
      const packed = packTasks(tasks)
      worker.postMessage(packed, [packed.buffer as ArrayBuffer])
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#good.clear()
    for (const { worker, waiting } of this.#workers.splice(0)) {
      for (const { resolve } of waiting.splice(0)) resolve()
      await worker.terminate()
    }
  }

  #idlest() {
    if (this.#workers.length < this.#threads) this.#workers.push(this.#start())
    return this.#workers.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a))
  }

  #start() {
    const file = import.meta.url.endsWith('.ts') ? './verify-worker.ts' : './verify-worker.js'
    const worker = new Worker(new URL(file, import.meta.url))
    worker.unref()
    const waiting: Waiting[] = []
    worker.on('message', (verdicts: Uint8Array) => this.#learn(waiting.shift(), verdicts))
    // Without the thread everything is verified in line: slower, with the same verdicts.
    worker.on('error', () => {
      for (const { resolve } of waiting.splice(0)) resolve()
    })
    return { worker, waiting }
  }

  #learn(batch: Waiting | undefined, verdicts: Uint8Array): void {
    if (batch === undefined) return
    if (this.#good.size > rememberedMax) this.#good.clear()
    batch.tasks.forEach((task, i) => {
      if (verdicts[i] === 1) this.#good.set(nameOf(task.signature), task)
    })
    batch.resolve()
  }
}
