// Seeks places on the ring: our own (the join, repeated each round to notice whom we missed) and
// those of trusted nodes whose contact we lack. Runs the searches: whom to ask, what to do with an
// answer, when to give up.
import type { RoutingState } from '../routing/routing-state.ts'
import type { Contact } from '../src/core/contact.ts'
import type { Millis, NodeId, RingKey } from '../src/core/id.ts'
import type { Random } from '../src/core/random.ts'
import type { Acquaintances } from './acquaintances.ts'
import type { ContactBook } from './contact-book.ts'
import type { OverlayMessage, Sighting } from './message.ts'
import { type Search, Searches } from './searches.ts'

/** Nobody let us in: try again after this, then after twice the time each, up to half a minute. */
const firstRejoinAfter: Millis = 1_000
const rejoinAfterMax: Millis = 30_000

/** What the seeker does through its owner. */
export interface SeekerActs {
  readonly send: (to: NodeId, message: OverlayMessage) => void
  readonly schedule: (timer: string, after: Millis) => void
  /** Called once, when the join has come to its end. */
  readonly joined: () => void
}

export class Seeker {
  readonly #ports: {
    readonly self: NodeId
    readonly book: ContactBook
    readonly state: RoutingState
    readonly barred: (peer: NodeId) => boolean
    readonly random: Random
  }
  /** Ways in: of invites, the one at hand first, and neighbours of an earlier run. */
  readonly #bootstraps: readonly NodeId[]
  readonly #restored: readonly NodeId[]
  readonly #patience: Millis
  readonly #acquaintances: Acquaintances
  readonly #acts: SeekerActs
  readonly #searches: Searches
  #joined = false
  #rejoinAfter = firstRejoinAfter

  constructor(
    ports: {
      readonly self: NodeId
      readonly book: ContactBook
      readonly state: RoutingState
      readonly barred: (peer: NodeId) => boolean
      readonly random: Random
    },
    options: {
      readonly bootstraps: readonly NodeId[]
      readonly restored: readonly Contact[]
      readonly patience: Millis
    },
    acquaintances: Acquaintances,
    acts: SeekerActs,
  ) {
    this.#ports = ports
    this.#bootstraps = options.bootstraps
    this.#restored = options.restored.map(({ nodeId }) => nodeId)
    this.#patience = options.patience
    this.#acquaintances = acquaintances
    this.#acts = acts
    this.#searches = new Searches((target) => this.#askable(target))
  }

  /** Has the join come to its end (or is there nobody to join)? */
  get joined(): boolean {
    return this.#joined
  }

  start(now: Millis): void {
    if (this.#bootstraps.length + this.#restored.length === 0) this.#settle()
    else this.join(now)
  }

  /** Seeks our own place, unless that is under way. */
  join(now: Millis): void {
    const { self, barred } = this.#ports
    const isOpen = (peer: NodeId): boolean => peer !== self && !barred(peer)
    const ways = this.#joined
      ? []
      : [...this.#bootstraps, ...this.#ports.random.shuffle(this.#restored)]
    const search = this.#searches.begin(self, 'join', ways.filter(isOpen))
    if (search !== undefined) this.#continue(search, now)
  }

  /** Seeks the contact of a node known by its id. */
  find(target: NodeId, now: Millis): void {
    const search = this.#searches.begin(target, 'find')
    if (search !== undefined) this.#continue(search, now)
  }

  /** Is this the answer that a search waits for? */
  awaits(from: NodeId, nonce: number): Search | undefined {
    return this.#searches.answered(from, nonce)
  }

  /** Goes on with a search after its answer was taken in. */
  proceed(search: Search, sightings: readonly Sighting[], now: Millis): void {
    search.hasAnswer = true
    this.#searches.widen(search, this.#acquaintances.worthAsking(search, sightings))
    const isFound =
      search.purpose === 'find' && this.#ports.book.contact(search.target as NodeId) !== undefined
    if (isFound) this.#searches.close(search)
    else this.#continue(search, now)
  }

  /** A peer cannot be asked any more. */
  dropped(peer: NodeId, now: Millis): void {
    for (const search of this.#searches.waitingFor(peer)) this.#continue(search, now)
  }

  /** The timers of searches: `overlay/search` and `overlay/rejoin`. */
  timer(timer: string, now: Millis): void {
    if (timer === 'overlay/rejoin' && !this.#joined) this.join(now)
    if (timer !== 'overlay/search') return
    for (const search of this.#searches.overdue(now, this.#patience)) this.#continue(search, now)
    this.#watch(now)
  }

  /** The last neighbour is gone: we are outside again, if there is a way back in. */
  alone(): void {
    if (this.#bootstraps.length + this.#restored.length > 0) this.#joined = false
  }

  /** Whom a search begins with: the nearest we know. */
  #askable(target: RingKey): readonly NodeId[] {
    const { state, barred, self } = this.#ports
    return state.nearest(target, 5).filter((peer) => peer !== self && !barred(peer))
  }

  #continue(search: Search, now: Millis): void {
    const ask = this.#searches.next(search, now)
    if (ask !== undefined) {
      const { peer, nonce } = ask
      this.#acts.send(peer, { say: 'near-request', nonce, position: search.target })
      return this.#watch(now)
    }
    if (search.purpose !== 'join' || this.#joined) return
    // Leaves that may not be spoken to let nobody in.
    if (this.#ports.state.neighbours().length > 0) return this.#settle()
    this.#acts.schedule('overlay/rejoin', this.#rejoinAfter)
    this.#rejoinAfter = Math.min(2 * this.#rejoinAfter, rejoinAfterMax)
  }

  #watch(now: Millis): void {
    const after = this.#searches.due(now, this.#patience)
    if (after !== undefined) this.#acts.schedule('overlay/search', after)
  }

  #settle(): void {
    if (this.#joined) return
    this.#joined = true
    this.#rejoinAfter = firstRejoinAfter
    this.#acts.joined()
  }
}
