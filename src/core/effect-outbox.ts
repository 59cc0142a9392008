// Collects the effects of one step and hands them out in the order the host's contract wants: what
// must be durable, what siblings learn, answers, then what leaves for peers, and timers.
import type { Millis, NodeId } from './id.ts'
import type { Answer, CommandId, Effect, StoreWrite } from './machine.ts'

/** What a machine's notes can blame a peer for. */
type WhyOf<N> = N extends { readonly note: 'misbehaved'; readonly why: infer W } ? W : never

/** Most steps ask for nothing: of them no list is made anew. */
function moveAll<T>(from: T[], to: T[]): void {
  if (from.length === 0) return
  for (const one of from) to.push(one)
  from.length = 0
}

/** M: the messages that the machine sends; N: its notes, `misbehaved` among them. */
export class EffectOutbox<M, N> {
  #writes: StoreWrite[] = []
  readonly #notes: Effect<M, N>[] = []
  readonly #answers: Effect<M, N>[] = []
  readonly #rest: Effect<M, N>[] = []
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
    const effects: Effect<M, N>[] = []
    if (this.#writes.length > 0) {
      effects.push({ do: 'persist', writes: this.#writes })
      this.#writes = []
    }
    moveAll(this.#notes, effects)
    moveAll(this.#answers, effects)
    moveAll(this.#rest, effects)
    if (this.#blamed.size > 0) this.#blamed.clear()
    return effects
  }
}
