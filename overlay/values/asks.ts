// Requests under way to peers: each has one answer, or fails when its time is over or its peer is gone.
// An answer counts only from the peer that was asked.
import type { Contact } from '../../src/core/contact.ts'
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { RefusalCode, ValuesMessage } from './message.ts'
import type { Value } from './value.ts'

/** What became of a request. */
export type Outcome =
  | {
      readonly is: 'found'
      readonly value: Value | undefined
      readonly contacts: readonly Contact[]
    }
  | { readonly is: 'stored' }
  | { readonly is: 'refused'; readonly why: RefusalCode; readonly newer: Value | undefined }
  | { readonly is: 'failed'; readonly why: 'silent' | 'unreachable' }

export type Settle = (outcome: Outcome) => void

/** What is asked; the nonce is the registry's. */
export type Question =
  | { readonly say: 'find'; readonly key: RingKey; readonly wantsValue: boolean }
  | { readonly say: 'store'; readonly value: Value }

type Reply = Extract<ValuesMessage, { say: 'found' | 'stored' | 'refused' }>

interface Ask {
  readonly peer: NodeId
  readonly asks: Question['say']
  readonly since: Millis
  readonly settle: Settle
}

export class Asks {
  readonly #send: (to: NodeId, message: ValuesMessage) => void
  readonly #patience: Millis
  /** The one asked longest ago first. */
  readonly #open = new Map<number, Ask>()
  #nonce = 0

  constructor(send: (to: NodeId, message: ValuesMessage) => void, patience: Millis) {
    this.#send = send
    this.#patience = patience
  }

  get size(): number {
    return this.#open.size
  }

  ask(peer: NodeId, question: Question, now: Millis, settle: Settle): void {
    this.#nonce += 1
    this.#open.set(this.#nonce, { peer, asks: question.say, since: now, settle })
    this.#send(peer, { ...question, nonce: this.#nonce })
  }

  /** Nothing happens when nobody waits for it. */
  answered(from: NodeId, reply: Reply): void {
    const ask = this.#open.get(reply.nonce)
    if (ask?.peer !== from) return
    const isOfItsKind = reply.say === 'refused' || (reply.say === 'found') === (ask.asks === 'find')
    if (!isOfItsKind) return
    this.#open.delete(reply.nonce)
    if (reply.say === 'found')
      ask.settle({ is: 'found', value: reply.value, contacts: reply.contacts })
    else if (reply.say === 'stored') ask.settle({ is: 'stored' })
    else ask.settle({ is: 'refused', why: reply.why, newer: reply.newer })
  }

  /** The link is down: what was on its way may be lost. */
  dropped(peer: NodeId): void {
    this.#fail(([, ask]) => ask.peer === peer, 'unreachable')
  }

  overdue(now: Millis): void {
    this.#fail(([, { since }]) => now - since >= this.#patience, 'silent')
  }

  /** Milliseconds until the first is overdue; undefined when none is open. */
  due(now: Millis): Millis | undefined {
    for (const { since } of this.#open.values()) return Math.max(1, since + this.#patience - now)
    return undefined
  }

  #fail(picks: (open: readonly [number, Ask]) => boolean, why: 'silent' | 'unreachable'): void {
    for (const [nonce, ask] of [...this.#open].filter(picks)) {
      this.#open.delete(nonce)
      ask.settle({ is: 'failed', why })
    }
  }
}
