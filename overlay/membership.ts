// Membership: joining the ring through any peer, keeping the leaf set and the tables alive, and
// leaving. A node is put into a slot only after it was heard itself; what others report is probed
// first. A barred node (vetoed by us or by it) is never sent to: only its position is kept, from
// what our neighbours report of it.
import { unreachable } from '../src/core/assert.ts'
import type { Contact, VerifiedContact } from '../src/core/contact.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import { nearRequestsAtOnceMax, nearRequestsPerSecondMax } from '../src/core/limits.ts'
import type { DropReason, Machine } from '../src/core/machine.ts'
import { Acquaintances } from './acquaintances.ts'
import { Greetings } from './greetings.ts'
import { firstSaveAfter, Maintenance } from './maintenance.ts'
import type {
  MembershipEffect,
  MembershipInput,
  MembershipOptions,
  MembershipPorts,
  MembershipRequest,
} from './membership-ports.ts'
import type { OverlayMessage, Sighting } from './message.ts'
import { OwnContact } from './own-contact.ts'
import { Prober } from './prober.ts'
import { Quota } from './quota.ts'
import { Seeker } from './seeker.ts'

export class Membership implements Machine<MembershipInput, MembershipEffect> {
  readonly #ports: MembershipPorts
  readonly #options: MembershipOptions
  readonly #own: OwnContact
  readonly #seeker: Seeker
  readonly #acquaintances: Acquaintances
  readonly #greetings: Greetings
  readonly #prober: Prober
  readonly #nearQuota = new Quota(nearRequestsPerSecondMax, nearRequestsAtOnceMax)
  readonly #maintenance: Maintenance
  #leaving = false
  #out: MembershipEffect[] = []

  constructor(ports: MembershipPorts, options: MembershipOptions) {
    this.#ports = ports
    this.#options = options
    this.#own = new OwnContact(ports.signer, options)
    const send = (to: NodeId, message: OverlayMessage): void => this.#send(to, message)
    this.#acquaintances = new Acquaintances(ports, options.positionLapse)
    this.#seeker = new Seeker(ports, options, this.#acquaintances, {
      send,
      schedule: (timer, after) => this.#schedule(timer, after),
      joined: () => this.#out.push({ do: 'notify', note: { note: 'joined' } }),
    })
    const ways = new Set(options.bootstraps)
    ports.book.keep(
      (node) =>
        ports.state.isNeighbour(node) ||
        ways.has(node) ||
        ports.state.isLeaf(node) ||
        ports.state.trusted.keeps(node),
    )
    this.#greetings = new Greetings(() => this.contact, send)
    this.#prober = new Prober(ports, options.patience, send)
    this.#maintenance = new Maintenance(ports, options, send)
  }

  /** Has the join come to its end (or is there nobody to join)? */
  get joined(): boolean {
    return this.#seeker.joined
  }

  /** What this node says of itself; undefined before the start. */
  get contact(): VerifiedContact | undefined {
    return this.#own.contact
  }

  step(input: MembershipInput, now: Millis): readonly MembershipEffect[] {
    this.#out = []
    switch (input.on) {
      case 'start':
        this.#start(now)
        break
      case 'message':
        this.#alive(input.from, now, input.message.say !== 'hello')
        this.#message(input.from, input.message, now)
        break
      case 'timer':
        this.#timer(input.timer, now)
        break
      case 'connected':
        this.#greetings.greet(input.peer)
        break
      case 'dropped':
        this.#dropped(input.peer, input.why, now)
        break
      case 'note':
        this.#note(input.note, now)
        break
      case 'command':
        break
      case 'stop':
        this.#leave(now)
        break
      default:
        unreachable(input)
    }
    return this.#out
  }

  #start(now: Millis): void {
    this.#own.sign(now)
    for (const contact of this.#options.restored) this.#ports.book.accept(contact)
    this.#seeker.start(now)
    // Ticks of different nodes are spread over the interval, or a network started at once would pulse.
    this.#schedule('overlay/tick', 1 + this.#ports.random.below(this.#options.probeEvery))
    this.#schedule('overlay/save', firstSaveAfter)
  }

  #message(from: NodeId, message: OverlayMessage, now: Millis): void {
    switch (message.say) {
      case 'hello':
        if (message.contact.nodeId === from) this.#greeted(message.contact, message.asks, now)
        return
      case 'near-request':
        if (!this.#nearQuota.take(from, now)) return
        return this.#send(from, {
          say: 'near',
          nonce: message.nonce,
          sightings: this.#acquaintances.near(message.position, from, now, this.contact),
        })
      case 'near': {
        const search = this.#seeker.awaits(from, message.nonce)
        if (search === undefined) return
        this.#told(from, message.sightings, now)
        return this.#seeker.proceed(search, message.sightings, now)
      }
      case 'leaf-set':
        return this.#told(from, message.sightings, now)
      case 'probe':
        return this.#send(from, { say: 'probe-reply', nonce: message.nonce })
      case 'probe-reply': {
        const rttMs = this.#prober.replied(from, message.nonce, now)
        if (rttMs === undefined) return
        this.#ports.book.measured(from, rttMs)
        this.#ports.state.reconsider(from)
        this.#out.push({ do: 'notify', note: { note: 'heard', peer: from, rttMs } })
        return
      }
      case 'goodbye':
        this.#forget(from, now)
        return this.#told(from, message.sightings, now)
      default:
        return unreachable(message)
    }
  }

  /** A peer speaks for itself. */
  #greeted(contact: Contact, asks: boolean, now: Millis): void {
    this.#acquaintances.met(contact, now)
    if (asks) this.#greetings.greet(contact.nodeId)
    if (!this.joined) this.#seeker.join(now)
  }

  /** Any message came from a peer; of a stranger we ask the name. */
  #alive(peer: NodeId, now: Millis, mayAsk: boolean): void {
    this.#acquaintances.heard(peer, now)
    if (mayAsk && this.#ports.book.contact(peer) === undefined) this.#greetings.ask(peer)
  }

  #told(from: NodeId, sightings: readonly Sighting[], now: Millis): void {
    for (const node of this.#acquaintances.told(from, sightings, now)) this.#probe(node, now, from)
    for (const { contact } of sightings)
      if (contact.nodeId === this.#ports.self && this.#own.isOutdone(contact, this.#ports.book)) {
        // An earlier run of ours had a clock that was ahead: what it said must not outlive us.
        this.#announce(now, contact.seq + 1)
      }
  }

  /** Says anew who and where we are; what was said before is outdone. */
  #announce(now: Millis, atLeast = 0): void {
    this.#own.sign(now, atLeast)
    for (const peer of this.#ports.state.neighbours()) this.#greetings.greet(peer)
  }

  #probe(peer: NodeId, now: Millis, reporter?: NodeId): void {
    if (this.#ports.barred(peer) || !this.#prober.probe(peer, now, reporter)) return
    this.#schedule('overlay/overdue', this.#prober.due(now))
  }

  #timer(timer: string, now: Millis): void {
    if (timer === 'overlay/tick') this.#tick(now)
    if (timer === 'overlay/save') this.#out.push(...this.#maintenance.save())
    this.#seeker.timer(timer, now)
    if (timer === 'overlay/overdue') {
      const { lost, again } = this.#prober.overdue(now)
      for (const { peer, reporter } of again) this.#probe(peer, now, reporter)
      for (const peer of lost) this.#lost(peer, now)
      if (this.#prober.size > 0) this.#schedule('overlay/overdue', this.#prober.due(now))
    }
  }

  #tick(now: Millis): void {
    const every = this.#options.probeEvery
    this.#nearQuota.sweep(now)
    if (this.joined && this.#ports.state.neighbours().length === 0) this.#seeker.alone()
    for (const peer of this.#maintenance.silent(now)) this.#probe(peer, now)
    this.#maintenance.exchangeLeafSets(() => this.#acquaintances.leaves(now, this.contact))
    for (const peer of this.#maintenance.lapsed(now)) this.#ports.state.forget(peer)
    for (const peer of this.#maintenance.worthProbing()) this.#probe(peer, now)
    for (const target of this.#maintenance.worthFinding()) this.#seeker.find(target, now)
    // Our own place again: it fills the table from others' rows and notices whom we missed.
    this.#seeker.join(now)
    this.#schedule('overlay/tick', every - this.#ports.random.below(Math.ceil(every / 5)))
  }

  #dropped(peer: NodeId, why: DropReason, now: Millis): void {
    this.#greetings.forget(peer)
    const probing = this.#prober.cancel(peer)
    this.#seeker.dropped(peer, now)
    if (why === 'closed' || why === 'congested') {
      // It may only have closed an idle link: the probe dials it again.
      if (this.#ports.book.isAlive(peer) && this.#ports.state.isNeighbour(peer))
        this.#probe(peer, now)
      else if (!this.#ports.state.isNeighbour(peer)) this.#ports.book.passed(peer)
      return
    }
    const { barred, state } = this.#ports
    // Who refuses us lives and keeps its position (3-routing): the news of its veto may be under way.
    if (why === 'refused' && (barred(peer) || state.leaves().includes(peer))) return
    if (probing || state.isNeighbour(peer)) this.#lost(peer, now)
  }

  /** It does not answer: it leaves every slot, and the outermost leaves are asked who is next. */
  #lost(peer: NodeId, now: Millis): void {
    // A veto came while we waited: we hung up ourselves, and the position stays until it lapses.
    if (this.#ports.barred(peer)) return
    const wasNeighbour = this.#ports.state.isNeighbour(peer)
    this.#forget(peer, now)
    if (!wasNeighbour) return
    this.#out.push({ do: 'notify', note: { note: 'lost', peer } })
    // Who takes its place may have been silent for as long: not found out tick by tick.
    for (const silent of this.#maintenance.silent(now)) this.#probe(silent, now)
    if (this.joined) this.#seeker.join(now)
  }

  #forget(peer: NodeId, now: Millis): void {
    this.#ports.book.gone(peer, now)
    this.#ports.state.forget(peer)
  }

  #note(request: MembershipRequest, now: Millis): void {
    switch (request.note) {
      case 'alive':
        return this.#alive(request.peer, now, true)
      case 'suspect':
        return this.#probe(request.peer, now)
      case 'reranked':
        for (const node of request.nodes) this.#ports.state.reconsider(node)
        return
      case 'moved':
        this.#own.move(request.addresses)
        // Before the start nothing was said yet.
        if (this.contact !== undefined) this.#announce(now)
        return
      default:
        return unreachable(request)
    }
  }

  #leave(now: Millis): void {
    this.#out.push(...this.#maintenance.save())
    const sightings = this.#acquaintances.leaves(now, undefined)
    for (const peer of this.#ports.state.neighbours())
      this.#send(peer, { say: 'goodbye', sightings })
    this.#leaving = true
  }

  #schedule(timer: string, after: Millis): void {
    this.#out.push({ do: 'schedule', timer, after })
  }

  #send(to: NodeId, message: OverlayMessage): void {
    if (this.#leaving || this.#ports.barred(to) || to === this.#ports.self) return
    this.#out.push({ do: 'send', to, message })
  }
}
