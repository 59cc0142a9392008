// Keyed values as a machine: holds those of others (shelf.ts), hands them over, keeps their copies
// complete (repair.ts), and runs our own puts and gets (writing.ts, reading.ts).
//
// Timers: values/tick, values/overdue, values/hand-over, values/locate/<command>, values/errand/<command>.
import { unreachable } from '../../src/core/assert.ts'
import { EffectOutbox } from '../../src/core/effect-outbox.ts'
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { Answer, CommandId, Input, Machine } from '../../src/core/machine.ts'
import { Quota } from '../quota.ts'
import { Asks } from './asks.ts'
import type { Errand, ErrandPorts } from './errand.ts'
import { HandOver, type HandOverPorts } from './hand-over.ts'
import { holdersOf, takersOf } from './holders.ts'
import {
  admissionWindow,
  contactsNamedMax,
  errandMsDefault,
  errandsMax,
  holderWindow,
  locatingShare,
  requestsPerPeerAtOnceMax,
  requestsPerPeerPerSecondMax,
} from './limits.ts'
import type { Offered, ValuesCommand, ValuesEffect, ValuesMessage, ValuesNote } from './message.ts'
import { OwnValues } from './own-values.ts'
import { Reading } from './reading.ts'
import { refusalOf } from './refusal.ts'
import { type Came, Repair } from './repair.ts'
import { Shelf, type Taken } from './shelf.ts'
import { digestOf, type Value, type VerifiedValue, verifyValue } from './value.ts'
import type { RoutedNote, ValuesOptions, ValuesPorts } from './values-ports.ts'
import { Writing } from './writing.ts'

export type ValuesInput = Input<ValuesMessage, ValuesCommand, RoutedNote>

const tickTimer = 'values/tick'
const overdueTimer = 'values/overdue'
const locatePrefix = 'values/locate/'
const errandPrefix = 'values/errand/'
const handOverTimer = 'values/hand-over'

export class ValuesMachine implements Machine<ValuesInput, ValuesEffect> {
  readonly shelf: Shelf
  /** Whom this node takes for the holders of a key, best first. */
  readonly holders: (key: RingKey) => readonly NodeId[]
  readonly #ports: ValuesPorts
  readonly #options: Required<Omit<ValuesOptions, 'bounds' | 'stored'>>
  readonly #out = new EffectOutbox<ValuesMessage, ValuesNote>()
  readonly #asks: Asks
  readonly #repair: Repair
  readonly #errands = new Map<CommandId, Errand>()
  readonly #requests = new Quota(requestsPerPeerPerSecondMax, requestsPerPeerAtOnceMax)
  readonly #own: OwnValues
  /** From when on this node leaves. */
  #handOver: HandOver | undefined
  #now: Millis = 0
  #isOverdueSet = false
  #isTicking = false

  constructor(ports: ValuesPorts, options: ValuesOptions) {
    const { patience = 3_000, errandTimeout = errandMsDefault } = options
    const { tickEvery = 5_000, repairEvery = 60_000, chainId } = options
    this.#ports = ports
    this.#options = { chainId, patience, errandTimeout, tickEvery, repairEvery }
    const send = (to: NodeId, message: ValuesMessage): void => this.#out.send(to, message)
    const isNear = (key: RingKey): boolean =>
      ports.nearest(key, admissionWindow).includes(ports.self) || ports.spans(key)
    const isTrusted = (node: NodeId): boolean => node === ports.self || ports.isTrusted(node)
    this.shelf = new Shelf({ isNear, isTrusted }, options.bounds)
    this.#out.persist(this.shelf.restore(options.stored))
    this.#own = new OwnValues(ports.signer, chainId, () => this.#now)
    this.holders = (key) => holdersOf(ports.nearest(key, holderWindow), ports.isTrusted)
    this.#asks = new Asks(send, patience)
    this.#repair = new Repair(
      {
        ...{ self: ports.self, leaves: ports.leaves, send },
        wants: (key) => this.shelf.hasRoom(key) && isNear(key),
        keys: () => this.shelf.keys(),
        digest: (key) => this.shelf.digest(key),
        holders: this.holders,
        pull: (from, offered, settled) => this.#pull(from, offered, settled),
      },
      repairEvery,
    )
  }

  /** What is held and under way, for metrics. */
  counts(): Readonly<Record<'values' | 'bytes' | 'errands' | 'asks' | 'repairs', number>> {
    const { size, bytes } = this.shelf
    const repairs = this.#repair.pending
    return { values: size, bytes, errands: this.#errands.size, asks: this.#asks.size, repairs }
  }

  step(input: ValuesInput, now: Millis): readonly ValuesEffect[] {
    this.#now = now
    switch (input.on) {
      case 'message':
        this.#message(input.from, input.message)
        break
      case 'timer':
        this.#timer(input.timer)
        break
      case 'dropped':
        this.#asks.dropped(input.peer)
        this.#repair.dropped(input.peer)
        this.#handOver?.dropped(input.peer)
        break
      case 'command':
        this.#command(input.id, input.command)
        break
      case 'note':
        this.#errands.get(input.note.ask)?.routed(input.note.roots)
        break
      case 'start':
      case 'connected':
      case 'stop':
        break
      default:
        unreachable(input)
    }
    this.#watch()
    return this.#out.drain()
  }

  #message(from: NodeId, message: ValuesMessage): void {
    switch (message.say) {
      case 'find':
        return this.#find(from, message)
      case 'store':
        return this.#store(from, message.nonce, message.value)
      case 'found':
      case 'stored':
      case 'refused':
        return this.#asks.answered(from, message)
      case 'offer':
        // Who leaves takes nothing on.
        if (this.#handOver === undefined && this.#requests.take(from, this.#now))
          this.#repair.offered(from, message.values, this.#now)
        return
      default:
        return unreachable(message)
    }
  }

  #find(from: NodeId, { nonce, key, wantsValue }: Extract<ValuesMessage, { say: 'find' }>): void {
    if (!this.#requests.take(from, this.#now)) return this.#refuse(from, nonce, 'quota')
    const value = wantsValue ? this.shelf.get(key, this.#now) : undefined
    // Who has the value has no use for others.
    const others = value?.is === 'content' ? [] : this.#ports.nearest(key, contactsNamedMax + 1)
    const contacts = others
      .filter((node) => node !== from)
      .flatMap((node) => this.#ports.contact(node) ?? [])
      .slice(0, contactsNamedMax)
    this.#out.send(from, { say: 'found', nonce, value, contacts })
    if (value !== undefined) this.#handOver?.asked(from, key, this.#now)
  }

  #store(from: NodeId, nonce: number, value: Value): void {
    // Before the signature is looked at: checking one costs more than sending one.
    if (!this.#requests.take(from, this.#now)) return this.#refuse(from, nonce, 'quota')
    const verified = this.#verified(from, value.key, value)
    if (verified === undefined) return
    const taken = this.#kept(this.shelf.take(verified, from, this.#now))
    if (taken.verdict === 'refused') return this.#refuse(from, nonce, taken.why, taken.newer)
    this.#out.send(from, { say: 'stored', nonce })
  }

  #refuse(
    to: NodeId,
    nonce: number,
    why: Extract<ValuesMessage, { say: 'refused' }>['why'],
    newer?: VerifiedValue,
  ): void {
    this.#out.send(to, { say: 'refused', nonce, why, newer })
  }

  /** Nobody passes on unknowingly what proves itself wrong. */
  #verified(from: NodeId, key: RingKey, value: Value): VerifiedValue | undefined {
    const { verify } = this.#ports
    const verified =
      value.key === key ? verifyValue(verify, this.#options.chainId, value) : undefined
    if (verified === undefined) this.#out.blame(from, 'invalid-value')
    return verified
  }

  #pull(from: NodeId, { key, digest }: Offered, settled: (came: Came) => void): void {
    this.#asks.ask(from, { say: 'find', key, wantsValue: true }, this.#now, (outcome) => {
      const isSilent = outcome.is === 'failed' && outcome.why === 'silent'
      if (outcome.is !== 'found') return settled(isSilent ? 'missing' : 'unanswered')
      const verified = outcome.value && this.#verified(from, key, outcome.value)
      if (verified === undefined) return settled('missing')
      settled(this.#keepCopy(from, digest, verified))
    })
  }

  #keepCopy(from: NodeId, digest: string, copy: VerifiedValue): Came {
    const taken = this.#kept(this.shelf.takeCopy(copy, from, this.#now))
    if (taken.verdict === 'stored') return 'kept'
    // What it offered is something else than what it has.
    if (digestOf(copy) !== digest) return 'missing'
    if (taken.verdict === 'held') return 'kept'
    return taken.why === 'quota' ? 'too-much' : 'refused'
  }

  #kept(taken: Taken): Taken {
    if (taken.verdict === 'stored') this.#out.persist(taken.writes)
    return taken
  }

  #timer(timer: string): void {
    const { tickEvery } = this.#options
    if (timer === tickTimer) {
      this.#requests.sweep(this.#now)
      this.#out.persist(this.shelf.sweep(this.#now))
      this.#repair.tick(this.#now)
      this.#isTicking = !this.#isIdle
      const early = this.#ports.random.below(Math.ceil(tickEvery / 5))
      if (this.#isTicking) this.#out.schedule(tickTimer, tickEvery - early)
    } else if (timer === overdueTimer) {
      this.#isOverdueSet = false
      this.#asks.overdue(this.#now)
    } else if (timer === handOverTimer) this.#handOver?.look(this.#now)
    else if (timer.startsWith(locatePrefix))
      this.#errands.get(Number(timer.slice(locatePrefix.length)))?.located()
    else if (timer.startsWith(errandPrefix))
      this.#errands.get(Number(timer.slice(errandPrefix.length)))?.expire()
  }

  /** Is there nothing to look after, now and at any later tick? */
  get #isIdle(): boolean {
    return this.shelf.isIdle && this.#requests.size === 0 && this.#repair.pending === 0
  }

  /** Sets what timers there is need of: none in an idle node. Ticks of different nodes are spread. */
  #watch(): void {
    if (!this.#isTicking && !this.#isIdle) {
      this.#isTicking = true
      this.#out.schedule(tickTimer, 1 + this.#ports.random.below(this.#options.tickEvery))
    }
    const look = this.#handOver?.watch(this.#now)
    if (look !== undefined) this.#out.schedule(handOverTimer, look)
    const due = this.#asks.due(this.#now)
    if (this.#isOverdueSet || due === undefined) return
    this.#isOverdueSet = true
    this.#out.schedule(overdueTimer, due)
  }

  #command(id: CommandId, command: ValuesCommand): void {
    if (command.command === 'hand-over') return this.#leave(id)
    const refusal =
      this.#errands.size >= errandsMax
        ? ({ ok: false, code: 'value/busy', facts: { max: errandsMax } } as const)
        : refusalOf(command)
    if (refusal !== undefined) return this.#out.answer(id, refusal)
    const ports = this.#errandPorts()
    const errand =
      command.command === 'get-value'
        ? new Reading(id, command.key, ports)
        : new Writing(id, this.#own.make(command), ports)
    this.#errands.set(id, errand)
    this.#out.schedule(errandPrefix + id, this.#options.errandTimeout)
    errand.start()
  }

  #leave(id: CommandId): void {
    const { self, nearest, isTrusted } = this.#ports
    const ports: HandOverPorts = {
      takers: (key) => takersOf(nearest(key, holderWindow + 1), self, isTrusted),
      digest: (key) => this.shelf.digest(key),
      offer: (to, values) => this.#out.send(to, { say: 'offer', values }),
      done: (value) => this.#out.answer(id, { ok: true, value }),
    }
    this.#handOver = new HandOver(this.shelf.keys(), ports, this.#now)
  }

  #errandPorts(): ErrandPorts {
    const { self, nearest, isTrusted, mayAsk, accept } = this.#ports
    return {
      ...{ self, isTrusted, mayAsk, shelf: this.shelf },
      now: () => this.#now,
      near: (key) => nearest(key, holderWindow),
      meet: (contacts) => contacts.flatMap((contact) => accept(contact)?.nodeId ?? []),
      verified: (from, key, value) => this.#verified(from, key, value),
      ask: (peer, question, settle) => this.#asks.ask(peer, question, this.#now, settle),
      keep: (value) => this.#kept(this.shelf.take(value, undefined, this.#now)),
      route: ({ id, key }) => {
        this.#out.notify({ note: 'route', ask: id, key })
        this.#out.schedule(locatePrefix + id, this.#options.errandTimeout * locatingShare)
      },
      done: (errand, answer) => this.#done(errand, answer),
    }
  }

  #done({ id }: Errand, answer: Answer): void {
    this.#errands.delete(id)
    this.#out.cancel(locatePrefix + id)
    this.#out.cancel(errandPrefix + id)
    this.#out.answer(id, answer)
  }
}
