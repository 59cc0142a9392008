// What reports of others are worth: who enters the routing state, who has to be probed first,
// whose bare position is kept, and what we in turn tell of whom we know.
import { compareNearness, wordsOf } from '../routing/ring.ts'
import type { RoutingState } from '../routing/routing-state.ts'
import type { Contact } from '../src/core/contact.ts'
import type { Millis, NodeId, RingKey } from '../src/core/id.ts'
import {
  contactsPerMessageMax,
  leavesPerSide,
  positionReportersMin,
  sightingAgeMsMax,
  toldPositionsMax,
} from '../src/core/limits.ts'
import type { ContactBook } from './contact-book.ts'
import type { Sighting } from './message.ts'
import type { Search } from './searches.ts'

/** A search goes on while somebody nearer than the third-nearest of those asked is named. */
const askedNearest = 3

/** Nodes named to a peer that looks for a third one: the one itself and others to ask. */
const namedToSeekers = 8

export class Acquaintances {
  readonly #self: NodeId
  readonly #book: ContactBook
  readonly #state: RoutingState
  readonly #barred: (peer: NodeId) => boolean
  readonly #positionLapse: Millis
  /** Barred nodes that we never heard, by the peers that named them: each one's newest few. */
  readonly #named = new Map<NodeId, readonly NodeId[]>()

  constructor(
    ports: {
      readonly self: NodeId
      readonly book: ContactBook
      readonly state: RoutingState
      readonly barred: (peer: NodeId) => boolean
    },
    positionLapse: Millis,
  ) {
    this.#self = ports.self
    this.#book = ports.book
    this.#state = ports.state
    this.#barred = ports.barred
    this.#positionLapse = positionLapse
  }

  /** A peer speaks for itself: it may take its place at once. */
  met(contact: Contact, now: Millis): void {
    if (this.#barred(contact.nodeId)) return
    const accepted = this.#book.accept(contact)
    if (accepted === undefined) return
    this.#book.heard(contact.nodeId, now)
    this.#state.learn(accepted)
  }

  /** Any message came from this peer: back from the dead, or heard for the first time after reports. */
  heard(peer: NodeId, now: Millis): void {
    if (this.#barred(peer) || !this.#book.heard(peer, now)) return
    const contact = this.#book.contact(peer)
    if (contact !== undefined) this.#state.learn(contact)
  }

  /**
   * Others report whom they know.
   *
   * @returns those that would take a place, to be probed before they get it
   */
  told(from: NodeId, sightings: readonly Sighting[], now: Millis): NodeId[] {
    const probe: NodeId[] = []
    for (const { contact, age } of sightings) {
      const node = contact.nodeId
      const isBarred = this.#barred(node)
      // Most reports are of peers that we hear ourselves: they tell nothing.
      if (node === this.#self || age > sightingAgeMsMax) continue
      if (this.#book.hears(contact) && !isBarred) continue
      const accepted = this.#book.accept(contact)
      if (accepted === undefined) continue
      const heardAt = now - age
      if (isBarred) {
        // A second peer that names it counts, though it may have heard it earlier than the first.
        const isNews = this.#book.hearsay(node, heardAt) || !this.#state.knows(node)
        const isFresh = Math.max(age, now - this.#book.lastHeardAt(node)) < this.#positionLapse
        if (isNews && isFresh && this.#mayHoldPosition(node, from)) this.#state.learn(accepted)
      } else if (
        this.#book.reported(node, heardAt) &&
        !this.#book.isAlive(node) &&
        this.#state.wants(accepted)
      ) {
        probe.push(node)
      }
    }
    return probe
  }

  /**
   * A node that we do not speak to is never heard again, so a made-up one could take a position
   * on anybody's word. It counts if we heard it before the veto, or if several peers name it that we
   * hear ourselves; and of the latter only a few are kept.
   */
  #mayHoldPosition(node: NodeId, from: NodeId): boolean {
    if (this.#book.wasHeard(node) || this.#state.knows(node)) return true
    if (!this.#book.isAlive(from) || !this.#state.isLeafCandidate(node)) return false
    if (this.#reporters(node, from) < positionReportersMin) return false
    const onTrust = this.#state
      .leaves()
      .filter((leaf) => this.#barred(leaf) && !this.#book.wasHeard(leaf))
    return onTrust.length < toldPositionsMax
  }

  /** Peers that name this node, of those that we hear. Who names a crowd displaces its own words only. */
  #reporters(node: NodeId, from: NodeId): number {
    const others = (this.#named.get(from) ?? []).filter((named) => named !== node)
    this.#named.set(from, [node, ...others].slice(0, toldPositionsMax))
    let reporters = 0
    for (const [reporter, named] of this.#named) {
      if (!this.#book.isAlive(reporter)) this.#named.delete(reporter)
      else if (named.includes(node)) reporters++
    }
    return reporters
  }

  /** Whom an answer names that is worth asking: nodes nearer to the target than those that were asked. */
  worthAsking(search: Search, sightings: readonly Sighting[]): NodeId[] {
    const target = wordsOf(search.target)
    const asked = [...search.asked].map((peer) => wordsOf(peer))
    asked.sort((a, b) => compareNearness(a, 0, b, 0, target, 0))
    const bound = asked[askedNearest - 1]
    return sightings
      .map(({ contact }) => contact.nodeId)
      .filter(
        (node) =>
          node !== this.#self &&
          !this.#barred(node) &&
          this.#book.liveness(node)?.is !== 'gone' &&
          (bound === undefined || compareNearness(wordsOf(node), 0, bound, 0, target, 0) < 0),
      )
  }

  /** What we tell a peer that asks about a position: those near it, and our rows that are of use to the asker. */
  near(position: RingKey, asker: NodeId, now: Millis, own: Contact | undefined): Sighting[] {
    if (position !== asker) return this.#sightingsOf(this.#nearestTo(position, asker), now, own)
    const near = this.#state.nearest(position, 2 * leavesPerSide + 1)
    const { left, right } = this.#state.leafSet()
    const nodes = new Set<NodeId>([...near, ...left, ...right, ...this.#state.rowsFor(asker)])
    nodes.delete(asker)
    return this.#sightingsOf(nodes, now, own)
  }

  /** Who looks for somebody else needs those near that one, and nothing of ours. */
  #nearestTo(position: RingKey, asker: NodeId): NodeId[] {
    return this.#state.nearest(position, namedToSeekers).filter((node) => node !== asker)
  }

  /** What we tell our neighbours: our leaf set, positions of barred nodes included. */
  leaves(now: Millis, own: Contact | undefined): Sighting[] {
    return this.#sightingsOf(this.#state.leaves(), now, own)
  }

  #sightingsOf(nodes: Iterable<NodeId>, now: Millis, own: Contact | undefined): Sighting[] {
    const sightings: Sighting[] = own === undefined ? [] : [{ contact: own, age: 0 }]
    for (const node of nodes) {
      if (sightings.length >= contactsPerMessageMax) break
      const sighting = this.#book.sighting(node, now)
      if (sighting !== undefined) sightings.push(sighting)
    }
    return sightings
  }
}
