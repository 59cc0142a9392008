// The host that drives a machine in the real world. Its contract with the machine:
//
//  1. Inputs are stepped one at a time, in the order in which they were posted.
//  2. The effects of a step are performed in their order, and steps in theirs.
//  3. What a step persists is durable (synced) before anything that it or a later step sends or
//     answers leaves. Steps that wait together share one sync.
//  4. When the store fails, nothing that was not yet performed is performed: the host stops and
//     says why. A node that cannot remember what it signed must not speak.
//  5. A timer is one pending firing per name; setting it again moves it; it fires through the
//     mailbox like any input, at or after its time, never early by the machine's own clock.
//  6. `now` never goes back within a run, whatever the system clock does.
//  7. The mailbox is bounded: past the mark, `post` answers with a promise, and whoever reads
//     from a peer waits for it before reading on.
//  8. From `stop` on nothing more is taken: what waits is performed, the farewell last, however
//     busy the peers are.
//  9. When the machine throws, the steps before that one are performed still; then the host stops.
import type { Millis, NodeId } from '../core/id.ts'
import type { Answer, CommandId, Effect, Input, Machine, StoreWrite } from '../core/machine.ts'

/** Steps that share one sync at the most: a bound on how long the first of them waits. */
const stepsPerTurnMax = 256

/** Inputs waiting before readers are asked to wait. */
const mailboxMark = 2_048

/** What the host needs of the world. */
export interface HostPorts<M, N> {
  /** Applies the writes; durable when it resolves. */
  readonly persist: (writes: readonly StoreWrite[]) => Promise<void>
  readonly send: (to: NodeId, message: M) => void
  readonly disconnect: (peer: NodeId, why: string) => void
  /** Events that the machine tells the outside. */
  readonly tell: (note: N) => void
  /** Milliseconds since the epoch. */
  readonly clock: () => Millis
  /** Called once when the store or the machine failed; the host has stopped. */
  readonly failed: (error: unknown) => void
}

export class Host<M, C, N> {
  readonly #machine: Machine<Input<M, C>, Effect<M, N>>
  readonly #ports: HostPorts<M, N>
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #answers = new Map<CommandId, (answer: Answer) => void>()
  #mailbox: Input<M, C>[] = []
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined
  #turning: Promise<void> | undefined
  /** Takes nothing more: it was asked to stop, or failed. */
  #stopping = false
  #lastNow: Millis = 0
  #lastCommand: CommandId = 0

  constructor(machine: Machine<Input<M, C>, Effect<M, N>>, ports: HostPorts<M, N>) {
    this.#machine = machine
    this.#ports = ports
  }

  /** The machine's clock: the system's, but never going back. */
  now(): Millis {
    this.#lastNow = Math.max(this.#lastNow, this.#ports.clock())
    return this.#lastNow
  }

  /** Hands an input to the machine. Wait for the returned promise, if there is one, before reading more. */
  post(input: Input<M, C>): Promise<void> | undefined {
    if (this.#stopping) return undefined
    this.#mailbox.push(input)
    this.#turning ??= this.#turn()
    if (this.#mailbox.length < mailboxMark) return undefined
    if (this.#room === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#room = { promise, resolve }
    }
    return this.#room.promise
  }

  /** Asks the machine something on behalf of the local user. */
  command(command: C): Promise<Answer> {
    if (this.#stopping) return Promise.resolve({ ok: false, code: 'node/stopping', facts: {} })
    this.#lastCommand += 1
    const id = this.#lastCommand
    return new Promise((resolve) => {
      this.#answers.set(id, resolve)
      void this.post({ on: 'command', id, command })
    })
  }

  /** Lets the machine say farewell, performs what it still has to say, and stops. Idempotent. */
  async stop(): Promise<void> {
    void this.post({ on: 'stop' })
    this.#stopping = true
    while (this.#turning !== undefined) await this.#turning
    this.#close()
  }

  #close(): void {
    this.#stopping = true
    this.#mailbox = []
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    for (const resolve of this.#answers.values())
      resolve({ ok: false, code: 'node/stopping', facts: {} })
    this.#answers.clear()
    this.#room?.resolve()
    this.#room = undefined
  }

  async #turn(): Promise<void> {
    // A turn begins in its own microtask, so that inputs posted together share it.
    await Promise.resolve()
    try {
      while (this.#mailbox.length > 0) {
        const inputs = this.#mailbox.splice(0, stepsPerTurnMax)
        await this.#performSteps(inputs)
        if (this.#mailbox.length < mailboxMark) {
          this.#room?.resolve()
          this.#room = undefined
        }
      }
    } catch (error) {
      this.#close()
      this.#ports.failed(error)
    } finally {
      this.#turning = undefined
    }
  }

  async #performSteps(inputs: readonly Input<M, C>[]): Promise<void> {
    const effects: Effect<M, N>[] = []
    let thrown: { readonly error: unknown } | undefined
    try {
      for (const input of inputs)
        for (const effect of this.#machine.step(input, this.now())) effects.push(effect)
    } catch (error) {
      thrown = { error }
    }
    await this.#perform(effects)
    if (thrown !== undefined) throw thrown.error
  }

  async #perform(effects: readonly Effect<M, N>[]): Promise<void> {
    const writes = effects.flatMap((effect) => (effect.do === 'persist' ? effect.writes : []))
    if (writes.length > 0) await this.#ports.persist(writes)
    for (const effect of effects) this.#act(effect)
  }

  #act(effect: Effect<M, N>): void {
    switch (effect.do) {
      case 'persist':
        return
      case 'send':
        return this.#ports.send(effect.to, effect.message)
      case 'schedule':
        return this.#schedule(effect.timer, effect.after)
      case 'cancel':
        clearTimeout(this.#timers.get(effect.timer))
        this.#timers.delete(effect.timer)
        return
      case 'notify':
        return this.#ports.tell(effect.note)
      case 'answer':
        this.#answers.get(effect.command)?.(effect.answer)
        this.#answers.delete(effect.command)
        return
      case 'disconnect':
        return this.#ports.disconnect(effect.peer, effect.why)
    }
  }

  #schedule(timer: string, after: Millis): void {
    clearTimeout(this.#timers.get(timer))
    // One millisecond more: the system's timers may fire a fraction early by the wall clock.
    const handle = setTimeout(() => {
      this.#timers.delete(timer)
      void this.post({ on: 'timer', timer })
    }, after + 1)
    this.#timers.set(timer, handle)
  }
}
