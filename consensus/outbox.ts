// Collects the effects of one step and hands them out in the order the host's contract wants: what
// must be durable, what siblings learn, answers, then what leaves for peers, and timers.
import type { Millis, NodeId } from '../src/core/id.ts'
import type { Answer, CommandId, StoreWrite } from '../src/core/machine.ts'
import type {
  ConsensusEffect,
  ConsensusMessage,
  ConsensusMisbehaviour,
  ConsensusNote,
} from './message.ts'

export class Outbox {
  #writes: StoreWrite[] = []
  #notes: ConsensusEffect[] = []
  #answers: ConsensusEffect[] = []
  #rest: ConsensusEffect[] = []
  readonly #blamed = new Set<string>()

  persist(writes: readonly StoreWrite[]): void {
    for (const write of writes) this.#writes.push(write)
  }

  notify(note: ConsensusNote): void {
    this.#notes.push({ do: 'notify', note })
  }

  /** Says once a step what a peer did wrong, however often it did. */
  blame(peer: NodeId, why: ConsensusMisbehaviour): void {
    const said = `${peer}/${why}`
    if (this.#blamed.has(said)) return
    this.#blamed.add(said)
    this.notify({ note: 'misbehaved', peer, why })
  }

  answer(command: CommandId, answer: Answer): void {
    this.#answers.push({ do: 'answer', command, answer })
  }

  send(to: NodeId, message: ConsensusMessage): void {
    this.#rest.push({ do: 'send', to, message })
  }

  schedule(timer: string, after: Millis): void {
    this.#rest.push({ do: 'schedule', timer, after })
  }

  cancel(timer: string): void {
    this.#rest.push({ do: 'cancel', timer })
  }

  /** All effects collected, in order; the outbox is empty afterwards. */
  drain(): readonly ConsensusEffect[] {
    const persist: ConsensusEffect[] =
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
