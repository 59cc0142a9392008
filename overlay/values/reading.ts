// A get. Holders are asked a few at a time, known ones, ends of routes and named ones by turns. A
// content-addressed value proves itself, so the first one ends it; of a signed one an old copy proves
// itself just as well, so it takes answers of as many as make more than half of the holders, of those that
// this node knows without being told by an answer, and the newest counts.

import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { CommandId } from '../../src/core/machine.ts'
import type { Outcome } from './asks.ts'
import { Candidates } from './candidates.ts'
import type { Errand, ErrandPorts, RoutedRoot } from './errand.ts'
import { byTrust, quorumOf } from './holders.ts'
import { askedAtOnceMax, holdersWanted } from './limits.ts'
import type { GetAnswer } from './message.ts'
import { compareValues, type VerifiedValue } from './value.ts'

export class Reading implements Errand {
  readonly id: CommandId
  readonly key: RingKey
  readonly #ports: ErrandPorts
  readonly #since: Millis
  readonly #candidates: Candidates
  readonly #found: VerifiedValue[] = []
  #underWay = 0
  #routes: 'none' | 'under way' | 'ended' = 'none'
  #isOver = false

  constructor(id: CommandId, key: RingKey, ports: ErrandPorts) {
    this.id = id
    this.key = key
    this.#ports = ports
    this.#since = ports.now()
    const near = ports.near(key).filter((node) => node !== ports.self)
    this.#candidates = new Candidates(key, byTrust(near, ports.isTrusted), ports.mayAsk)
  }

  start(): void {
    const held = this.#ports.shelf.get(this.key, this.#since)
    if (held !== undefined) this.#found.push(held)
    this.#proceed()
  }

  routed(roots: readonly RoutedRoot[]): void {
    if (this.#routes !== 'under way') return
    this.#routes = 'ended'
    const { self } = this.#ports
    this.#candidates.route(roots.map(({ nodeId }) => nodeId).filter((node) => node !== self))
    this.#proceed()
  }

  located(): void {
    this.routed([])
  }

  expire(): void {
    if (this.#isOver) return
    if (this.#found.length > 0) return this.#succeed()
    const facts = { key: this.key, ms: this.#ports.now() - this.#since }
    this.#end({ ok: false, code: 'value/timeout', facts })
  }

  #proceed(): void {
    if (this.#isOver) return
    if (this.#isEnough()) return this.#succeed()
    while (this.#underWay < askedAtOnceMax) {
      const peer = this.#candidates.next()
      if (peer === undefined) break
      this.#ask(peer)
    }
    if (this.#found.length === 0 && this.#looksMissing()) this.#route()
    if (this.#underWay > 0 || this.#routes === 'under way') return
    if (this.#found.length > 0) return this.#succeed()
    const { asked, answered } = this.#candidates
    this.#end({ ok: false, code: 'value/not-found', facts: { key: this.key, asked, answered } })
  }

  #isEnough(): boolean {
    const best = this.#best()
    if (best === undefined) return false
    // This node's own answer counts, where it holds the value.
    const own = this.#ports.shelf.get(this.key, this.#since) === undefined ? 0 : 1
    const answers = this.#candidates.answeredByWindow + own
    return best.is === 'content' || answers >= quorumOf(holdersWanted)
  }

  /** Those who should have it have not, or there is nobody left to ask. */
  #looksMissing(): boolean {
    return this.#candidates.asked >= holdersWanted || this.#underWay === 0
  }

  #route(): void {
    if (this.#routes !== 'none') return
    this.#routes = 'under way'
    this.#ports.route(this)
  }

  #ask(peer: NodeId): void {
    this.#underWay++
    const question = { say: 'find', key: this.key, wantsValue: true } as const
    this.#ports.ask(peer, question, (outcome) => {
      this.#underWay--
      if (!this.#isOver) this.#heard(peer, outcome)
      this.#proceed()
    })
  }

  #heard(peer: NodeId, outcome: Outcome): void {
    if (outcome.is !== 'found') return this.#candidates.settled(peer, 'failed')
    const { value, contacts } = outcome
    this.#candidates.settled(peer, 'answered')
    this.#candidates.tell(this.#ports.meet(contacts))
    const verified = value && this.#ports.verified(peer, this.key, value)
    if (verified !== undefined && verified.expiresAt > this.#ports.now()) this.#found.push(verified)
  }

  #best(): VerifiedValue | undefined {
    const [first, ...others] = this.#found
    return others.reduce((best, one) => (compareValues(one, best!) > 0 ? one : best), first)
  }

  #succeed(): void {
    const best = this.#best()!
    const value: GetAnswer = {
      ...{ key: this.key, kind: best.is, bytes: best.bytes, expiresAt: best.expiresAt },
      ...(best.is === 'signed'
        ? { author: best.author, name: best.name, sequence: best.sequence }
        : { author: null, name: null, sequence: null }),
      asked: this.#candidates.asked,
      answered: this.#candidates.answered,
      agreeing: this.#found.filter((one) => compareValues(one, best) === 0).length,
      ms: this.#ports.now() - this.#since,
    }
    this.#end({ ok: true, value })
  }

  #end(answer: Parameters<ErrandPorts['done']>[1]): void {
    this.#isOver = true
    this.#ports.done(this, answer)
  }
}
