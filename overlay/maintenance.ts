// What a node does of its own accord, once an interval: probe the silent, tell neighbours its leaf
// set, let stale positions lapse, try the gone again, look for trusted nodes, save its contacts.
import type { RoutingState } from '../routing/routing-state.ts'
import type { Contact } from '../src/core/contact.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import type { Effect, StoreWrite } from '../src/core/machine.ts'
import type { Random } from '../src/core/random.ts'
import type { ContactBook } from './contact-book.ts'
import type { OverlayMessage, Sighting } from './message.ts'
import { encodeStoredContact } from './stored-contact.ts'

/** Leaves told a round: the two nearest on each side, and one at random. */
const toldPerSide = 2

/** Trusted nodes looked for in one round: the most trusted come first, so few at a time suffice. */
const findsPerRound = 4

/** Reported nodes probed a round to improve the tables, beyond those that reports bring by themselves. */
const probesPerRound = 16

/** With fewer neighbours a node is lonely. */
const lonely = 4

/** The first save comes soon: a node that just joined may crash, and whom it joined through be gone. */
export const firstSaveAfter: Millis = 2_000

/** Later ones come after twice the time each, up to this. */
const saveAfterMax: Millis = 60_000

export class Maintenance {
  readonly #random: Random
  readonly #book: ContactBook
  readonly #state: RoutingState
  readonly #barred: (peer: NodeId) => boolean
  readonly #wanted: () => readonly NodeId[]
  readonly #send: (to: NodeId, message: OverlayMessage) => void
  readonly #probeEvery: Millis
  readonly #positionLapse: Millis
  /** Peers that an invite names. */
  readonly #ways: readonly NodeId[]
  #findsFrom = 0
  #saveAfter = firstSaveAfter
  /** What lies in the store. */
  readonly #saved: Map<NodeId, Contact>

  constructor(
    ports: {
      readonly random: Random
      readonly book: ContactBook
      readonly state: RoutingState
      readonly barred: (peer: NodeId) => boolean
      readonly wanted: () => readonly NodeId[]
    },
    options: {
      readonly probeEvery: Millis
      readonly positionLapse: Millis
      readonly bootstraps: readonly NodeId[]
      readonly restored: readonly Contact[]
    },
    send: (to: NodeId, message: OverlayMessage) => void,
  ) {
    this.#random = ports.random
    this.#book = ports.book
    this.#state = ports.state
    this.#barred = ports.barred
    this.#wanted = ports.wanted
    this.#send = send
    this.#ways = options.bootstraps
    this.#saved = new Map(options.restored.map((contact) => [contact.nodeId, contact]))
    this.#probeEvery = options.probeEvery
    this.#positionLapse = options.positionLapse
  }

  /** Neighbours not heard for a whole interval, longest silent first: not all may fit into one round. */
  silent(now: Millis): NodeId[] {
    return this.#state
      .neighbours()
      .filter(
        (peer) =>
          now - this.#book.lastHeardAt(peer) >= this.#probeEvery * 0.7 ||
          // However much it talks: how far away it is only a probe tells.
          this.#book.rttMs(peer) === undefined,
      )
      .sort((a, b) => this.#book.lastHeardAt(a) - this.#book.lastHeardAt(b))
  }

  exchangeLeafSets(sightings: () => readonly Sighting[]): void {
    const { left, right } = this.#state.leafSet()
    const open = (side: readonly NodeId[]): NodeId[] => side.filter((peer) => !this.#barred(peer))
    const told = new Set([
      ...open(left).slice(0, toldPerSide),
      ...open(right).slice(0, toldPerSide),
    ])
    const other = this.#random.pick(open([...left, ...right]))
    if (other !== undefined) told.add(other)
    if (told.size === 0) return
    const message = { say: 'leaf-set', sightings: sightings() } as const
    for (const peer of told) this.#send(peer, message)
  }

  /** Barred leaves that nobody has reported for too long: dead, or moved away. */
  lapsed(now: Millis): NodeId[] {
    const { left, right } = this.#state.leafSet()
    return [...left, ...right].filter(
      (peer) => this.#barred(peer) && now - this.#book.lastHeardAt(peer) > this.#positionLapse,
    )
  }

  /** Reported nodes that would improve a slot, and one of the gone: a healed partition shows by it. */
  worthProbing(): NodeId[] {
    const better: NodeId[] = []
    const gone: NodeId[] = []
    for (const { contact, liveness } of this.#book.all()) {
      if (this.#barred(contact.nodeId)) continue
      if (liveness.is === 'gone') gone.push(contact.nodeId)
      else if (
        liveness.is === 'reported' &&
        better.length < probesPerRound &&
        this.#state.wants(contact)
      )
        better.push(contact.nodeId)
    }
    // A lonely node tries more of them: it has nothing better to do.
    const tries = this.#state.neighbours().length < lonely ? probesPerRound : 1
    const ways = this.#ways.filter((way) => !this.#book.isAlive(way) && !this.#barred(way))
    const back = [...this.#random.shuffle(gone).slice(0, tries), ...this.#random.shuffle(ways)]
    return [...better, ...back.slice(0, tries + 1)]
  }

  /** Trusted nodes of whom we have no contact, most trusted first. */
  worthFinding(): NodeId[] {
    const missing = this.#wanted().filter(
      (node) => this.#book.contact(node) === undefined && !this.#barred(node),
    )
    // Round by round others: some that cannot be found must not keep the rest from being looked for.
    const from = this.#findsFrom < missing.length ? this.#findsFrom : 0
    this.#findsFrom = from + findsPerRound
    return missing.slice(from, from + findsPerRound)
  }

  /** Writes the neighbours' contacts and asks for the next time, so that a restart finds the ring again. */
  save(): Effect<never>[] {
    this.#saveAfter = Math.min(2 * this.#saveAfter, saveAfterMax)
    const next = { do: 'schedule', timer: 'overlay/save', after: this.#saveAfter } as const
    const current = new Map<NodeId, Contact>()
    for (const peer of this.#state.neighbours()) {
      const contact = this.#book.contact(peer)
      if (contact !== undefined) current.set(peer, contact)
    }
    const writes: StoreWrite[] = []
    for (const [peer, contact] of current) {
      if (this.#saved.get(peer) === contact) continue
      this.#saved.set(peer, contact)
      writes.push({ key: `contact/${peer}`, value: encodeStoredContact(contact) })
    }
    // Old ones go once there are enough new ones to find the network by.
    if (current.size >= Math.min(lonely, this.#saved.size)) {
      for (const peer of this.#saved.keys()) {
        if (current.has(peer)) continue
        this.#saved.delete(peer)
        writes.push({ key: `contact/${peer}`, value: null })
      }
    }
    return writes.length === 0 ? [next] : [{ do: 'persist', writes }, next]
  }
}
