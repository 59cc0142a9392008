// Collects the effects of one step and hands them out in the order the host's contract wants: what
// must be durable, what siblings learn, answers, then what leaves for peers, and timers.
import type { Millis, NodeId } from './id.ts'
import type { Answer, CommandId, Effect, StoreWrite } from './machine.ts'

/** What a machine's notes can blame a peer for. */
type WhyOf<N> = N extends { readonly note: 'misbehaved'; readonly why: infer W } ? W : never

/** M: the messages that the machine sends; N: its notes, `misbehaved` among them. */
export class EffectOutbox<M, N> {
  #writes: StoreWrite[] = []
  #notes: Effect<M, N>[] = []
  #answers: Effect<M, N>[] = []
  #rest: Effect<M, N>[] = []
  readonly #blamed = new Set<string>()

  persist(writes: readonly StoreWrite[]): void {
    for (const write of writes) this.#writes.push(write)
  }

  notify(note: N): void {
    this.#notes.push({ do: 'notify', note })
  }

  /** Says once a step what a peer did wrong, however often it did. */
  blame(peer: NodeId, why: WhyOf<N>): void {
    const said = `${peer}/${why}`
    if (this.#blamed.has(said)) return
    this.#blamed.add(said)
    this.notify({ note: 'misbehaved', peer, why } as N)
  }

  answer(command: CommandId, answer: Answer): void {
    this.#answers.push({ do: 'answer', command, answer })
  }

  send(to: NodeId, message: M): void {
    this.#rest.push({ do: 'send', to, message })
  }

  schedule(timer: string, after: Millis): void {
    this.#rest.push({ do: 'schedule', timer, after })
  }

  cancel(timer: string): void {
    this.#rest.push({ do: 'cancel', timer })
  }

  /** All effects collected, in order; the outbox is empty afterwards. */
  drain(): readonly Effect<M, N>[] {
    const persist: Effect<M, N>[] =
      this.#writes.length > 0 ? [{ do: 'persist', writes: this.#writes }] : []
    const effects = [...persist, ...this.#notes, ...this.#answers, ...this.#rest]
    this.#writes = []
    this.#notes = []
    this.#answers = []
    this.#rest = []
    this.#blamed.clear()
    return effects
  }
}
