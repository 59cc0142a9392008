// Collects the effects of one step and hands them out in the order the host's contract wants: what
// must be durable, what siblings learn, answers, then what leaves for peers, and timers.

import type { Millis, NodeId } from '../src/core/id.ts'
import type { Answer, CommandId, Effect, StoreWrite } from '../src/core/machine.ts'
import type { Misbehaviour, TrustchainMessage, TrustchainNote } from './message.ts'

export type TrustchainEffect = Effect<TrustchainMessage, TrustchainNote>

export class Outbox {
  #writes: StoreWrite[] = []
  #notes: TrustchainEffect[] = []
  #answers: TrustchainEffect[] = []
  #rest: TrustchainEffect[] = []

  persist(write: StoreWrite): void {
    this.#writes.push(write)
  }

  notify(note: TrustchainNote): void {
    this.#notes.push({ do: 'notify', note })
  }

  /** Says once a step what a peer did wrong, however often it did. */
  blame(peer: NodeId, why: Misbehaviour): void {
    const said = this.#notes.some(
      (effect) =>
        effect.do === 'notify' &&
        effect.note.note === 'misbehaved' &&
        effect.note.peer === peer &&
        effect.note.why === why,
    )
    if (!said) this.notify({ note: 'misbehaved', peer, why })
  }

  answer(command: CommandId, answer: Answer): void {
    this.#answers.push({ do: 'answer', command, answer })
  }

  send(to: NodeId, message: TrustchainMessage): void {
    this.#rest.push({ do: 'send', to, message })
  }

  schedule(timer: string, after: Millis): void {
    this.#rest.push({ do: 'schedule', timer, after })
  }

  cancel(timer: string): void {
    this.#rest.push({ do: 'cancel', timer })
  }

  /** All effects collected, in order; the outbox is empty afterwards. */
  drain(): readonly TrustchainEffect[] {
    const persist: TrustchainEffect[] =
      this.#writes.length > 0 ? [{ do: 'persist', writes: this.#writes }] : []
    const effects = [...persist, ...this.#notes, ...this.#answers, ...this.#rest]
    this.#writes = []
    this.#notes = []
    this.#answers = []
    this.#rest = []
    return effects
  }
}
