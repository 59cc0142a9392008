// A put. First the neighbourhood of the key is found: whoever is near is asked for those nearer, and
// redundant routes say who stands at their end. Then the value goes to the chosen holders; each that
// refuses or is silent is made up for by the next. It succeeds when more than half have it on disk.
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { CommandId } from '../../src/core/machine.ts'
import type { Outcome } from './asks.ts'
import { byNearness, Candidates } from './candidates.ts'
import type { Errand, ErrandPorts, RoutedRoot } from './errand.ts'
import { quorumOf } from './holders.ts'
import { holdersWanted, holderWindow } from './limits.ts'
import type { PutAnswer } from './message.ts'
import type { OwnValue } from './own-values.ts'
import { compareValues, type VerifiedValue } from './value.ts'

export class Writing implements Errand {
  readonly id: CommandId
  readonly key: RingKey
  readonly #ports: ErrandPorts
  readonly #raise: OwnValue['raise']
  readonly #since: Millis
  readonly #candidates: Candidates
  #value: VerifiedValue
  #phase: 'locate' | 'store' | 'over' = 'locate'
  #hasRoutes = false
  #vouched: ReadonlySet<NodeId> = new Set()
  #underWay = 0
  /** Best first; filled when the storing begins. */
  #waiting: NodeId[] = []
  #wanted = 0
  #raised = false
  readonly #stored = new Set<NodeId>()
  readonly #refused = new Map<string, number>()

  constructor(id: CommandId, { value, raise }: OwnValue, ports: ErrandPorts) {
    this.id = id
    this.key = value.key
    this.#value = value
    this.#raise = raise
    this.#ports = ports
    this.#since = ports.now()
    const near = ports.near(this.key).filter((node) => node !== ports.self)
    this.#candidates = new Candidates(this.key, near, ports.mayAsk)
  }

  start(): void {
    this.#ports.route(this)
    this.#locate()
  }

  routed(roots: readonly RoutedRoot[]): void {
    if (this.#hasRoutes || this.#phase !== 'locate') return
    this.#hasRoutes = true
    const { self } = this.#ports
    const others = roots.filter(({ nodeId }) => nodeId !== self)
    this.#candidates.route(others.map(({ nodeId }) => nodeId))
    this.#vouched = new Set(others.filter(({ vouched }) => vouched).map(({ nodeId }) => nodeId))
    this.#locate()
  }

  located(): void {
    if (this.#phase === 'locate') this.#choose()
  }

  expire(): void {
    if (this.#phase !== 'over') this.#end()
  }

  /** Asks the nearest that are known for nearer ones until they have all answered. */
  #locate(): void {
    if (this.#phase !== 'locate') return
    for (;;) {
      const peer = this.#candidates.nextOfNearest(holdersWanted)
      if (peer === undefined) break
      this.#underWay++
      const question = { say: 'find', key: this.key, wantsValue: false } as const
      this.#ports.ask(peer, question, (outcome) => {
        if (this.#phase !== 'locate') return
        this.#underWay--
        if (outcome.is === 'found') this.#candidates.tell(this.#ports.meet(outcome.contacts))
        this.#candidates.settled(peer, outcome.is === 'found' ? 'answered' : 'failed')
        this.#locate()
      })
    }
    if (this.#underWay === 0 && this.#hasRoutes) this.#choose()
  }

  #choose(): void {
    this.#phase = 'store'
    // Those that have not answered yet are not waited for.
    this.#underWay = 0
    const order = this.#inOrder()
    this.#wanted = Math.min(holdersWanted, order.length)
    this.#waiting = order
    this.#store()
  }

  /**
   * All that may hold it, best first: the trusted of the nearest, then those for whom routes over several
   * friends vouch, wherever they lie, then the others. Friends can be fooled: so never before whom this
   * node trusts itself.
   */
  #inOrder(): NodeId[] {
    const { self, near, isTrusted } = this.#ports
    const known = new Set(near(this.key))
    // Whom routes vouch for has just signed for the key.
    const isThere = (node: NodeId): boolean =>
      known.has(node) || this.#vouched.has(node) || this.#candidates.hasAnswered(node)
    const usable = this.#candidates.usable().filter(isThere)
    const nearest = byNearness(this.key, known.has(self) ? [self, ...usable] : usable)
    const window = nearest.slice(0, holderWindow)
    const vouched = nearest.filter((node) => this.#vouched.has(node)).slice(0, holdersWanted)
    const inOrder = new Set([...window.filter(isTrusted), ...vouched, ...window])
    return [...inOrder].slice(0, holderWindow)
  }

  #store(): void {
    while (this.#phase === 'store' && this.#stored.size + this.#underWay < this.#wanted) {
      const holder = this.#waiting.shift()
      if (holder === undefined) break
      if (holder === this.#ports.self) this.#keep()
      else this.#hand(holder)
    }
    if (this.#phase === 'store' && this.#underWay === 0) this.#end()
  }

  #keep(): void {
    const taken = this.#ports.keep(this.#value)
    const { self } = this.#ports
    if (taken.verdict !== 'refused') this.#stored.add(self)
    else if (taken.why === 'outdated' && this.#outdone(taken.newer)) this.#waiting.unshift(self)
    else this.#count(taken.why)
  }

  #hand(holder: NodeId): void {
    this.#underWay++
    const value = this.#value
    this.#ports.ask(holder, { say: 'store', value }, (outcome) => {
      this.#underWay--
      if (this.#phase !== 'store') return
      this.#heard(holder, value, outcome)
      this.#store()
    })
  }

  #heard(holder: NodeId, value: VerifiedValue, outcome: Outcome): void {
    switch (outcome.is) {
      case 'stored':
        if (value === this.#value) this.#stored.add(holder)
        // It took what has been outdone meanwhile: it gets the new one.
        else this.#waiting.unshift(holder)
        return
      case 'refused': {
        const { newer } = outcome
        const proven = newer && this.#ports.verified(holder, this.key, newer)
        if (outcome.why === 'outdated' && this.#outdone(proven)) this.#waiting.unshift(holder)
        else if (outcome.why === 'outdated' && value !== this.#value) this.#waiting.unshift(holder)
        else this.#count(outcome.why)
        return
      }
      case 'failed':
        return this.#count(outcome.why)
      case 'found':
        return
    }
  }

  /** An earlier run of ours, whose clock was ahead, wrote a higher sequence: once more, above that. */
  #outdone(newer: VerifiedValue | undefined): boolean {
    if (this.#raised || newer?.is !== 'signed') return false
    // Something older proves nothing.
    if (compareValues(newer, this.#value) <= 0) return false
    const raised = this.#raise(newer.sequence)
    if (raised === undefined) return false
    this.#raised = true
    this.#value = raised
    this.#waiting.unshift(...this.#stored)
    this.#stored.clear()
    return true
  }

  #count(why: string): void {
    this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1)
  }

  #end(): void {
    this.#phase = 'over'
    const quorum = quorumOf(this.#wanted)
    const refused = Object.fromEntries([...this.#refused].sort())
    const value = this.#value
    if (this.#stored.size < quorum) {
      const facts = { key: this.key, stored: this.#stored.size, quorum, refused }
      return this.#ports.done(this, { ok: false, code: 'value/too-few-copies', facts })
    }
    const answer: PutAnswer = {
      ...{ key: this.key, kind: value.is, bytes: value.bytes.length, expiresAt: value.expiresAt },
      name: value.is === 'signed' ? value.name : null,
      sequence: value.is === 'signed' ? value.sequence : null,
      holders: byNearness(this.key, this.#stored),
      ...{ quorum, refused, ms: this.#ports.now() - this.#since },
    }
    this.#ports.done(this, { ok: true, value: answer })
  }
}
