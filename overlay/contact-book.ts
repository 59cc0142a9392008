// Who this node knows: the newest verified contact of each peer, and when it was last heard,
// by ourselves or by somebody who said so. Bounded: whom others report makes room first, then the
// gone, then passers-by; whoever holds a place with us is never pushed out.
import type { Contact, VerifiedContact } from '../src/core/contact.ts'
import type { ChainId, Millis, NodeId } from '../src/core/id.ts'
import { contactsKnownMax } from '../src/core/limits.ts'
import type { Verify } from '../src/core/signature.ts'
import type { Sighting } from './message.ts'
import { verifyContact } from './signed-contact.ts'

/** What we know of a peer's life. */
export type Liveness =
  /** We heard it ourselves. */
  | { readonly is: 'alive'; readonly heardAt: Millis }
  /** Somebody says that somebody heard it then. */
  | { readonly is: 'reported'; readonly heardAt: Millis }
  /** It stopped answering; older reports of it are ignored. */
  | { readonly is: 'gone'; readonly since: Millis }

interface Acquaintance {
  contact: VerifiedContact
  /** Of a peer that stays alive the time moves on in place: it is heard with every message. */
  liveness: Exclude<Liveness, { is: 'alive' }> | { readonly is: 'alive'; heardAt: Millis }
  rttMs: number | undefined
  wasHeard: boolean
}

export class ContactBook {
  readonly #self: NodeId
  readonly #verify: Verify
  readonly #chainId: ChainId
  readonly #known = new Map<NodeId, Acquaintance>()
  #isKept: (node: NodeId) => boolean = () => false

  constructor(self: NodeId, verify: Verify, chainId: ChainId) {
    this.#self = self
    this.#verify = verify
    this.#chainId = chainId
  }

  /**
   * Takes a contact if it is new or newer and its signature holds.
   *
   * @returns the contact now on file; undefined for ourselves, for a bad signature, and when the book is full of better ones
   */
  accept(contact: Contact): VerifiedContact | undefined {
    if (contact.nodeId === this.#self) return undefined
    const known = this.#known.get(contact.nodeId)
    if (known !== undefined && known.contact.seq >= contact.seq) return known.contact
    const verified = verifyContact(this.#verify, this.#chainId, contact)
    if (verified === undefined) return undefined
    if (known !== undefined) {
      known.contact = verified
    } else {
      if (this.#known.size >= contactsKnownMax && !this.#makeRoom()) return undefined
      this.#known.set(contact.nodeId, {
        contact: verified,
        liveness: { is: 'reported', heardAt: Number.NEGATIVE_INFINITY },
        rttMs: undefined,
        wasHeard: false,
      })
    }
    return verified
  }

  /** Names those that are never pushed out: neighbours, leaves, ways back into the network. */
  keep(isKept: (node: NodeId) => boolean): void {
    this.#isKept = isKept
  }

  /** Is this contact signed by the node it names? */
  verifies(contact: Contact): boolean {
    return verifyContact(this.#verify, this.#chainId, contact) !== undefined
  }

  /** Did this node itself ever hear the peer? */
  wasHeard(node: NodeId): boolean {
    return this.#known.get(node)?.wasHeard === true
  }

  /** Do we hear this peer ourselves and have a contact of it that is no older? */
  hears({ nodeId, seq }: Contact): boolean {
    const known = this.#known.get(nodeId)
    return known !== undefined && known.liveness.is === 'alive' && known.contact.seq >= seq
  }

  contact(node: NodeId): VerifiedContact | undefined {
    return this.#known.get(node)?.contact
  }

  /** As it is now: of a peer that is heard again the time moves on. */
  liveness(node: NodeId): Liveness | undefined {
    return this.#known.get(node)?.liveness
  }

  isAlive(node: NodeId): boolean {
    return this.#known.get(node)?.liveness.is === 'alive'
  }

  rttMs(node: NodeId): number | undefined {
    return this.#known.get(node)?.rttMs
  }

  /** The peer itself was heard now. Returns true when it was not alive before. */
  heard(node: NodeId, now: Millis): boolean {
    const known = this.#known.get(node)
    if (known === undefined) return false
    if (known.liveness.is === 'alive') {
      known.liveness.heardAt = now
      return false
    }
    known.liveness = { is: 'alive', heardAt: now }
    known.wasHeard = true
    return true
  }

  /** A smoothed round-trip time: seven parts old, one part new, as TCP does. */
  measured(node: NodeId, rttMs: number): void {
    const known = this.#known.get(node)
    if (known === undefined) return
    known.rttMs = known.rttMs === undefined ? rttMs : (known.rttMs * 7 + rttMs) / 8
  }

  /**
   * Somebody reports that the peer was heard at `heardAt`.
   *
   * @returns false when the report is older than what we know (it may be of a dead peer)
   */
  reported(node: NodeId, heardAt: Millis): boolean {
    const known = this.#known.get(node)
    if (known === undefined) return false
    const { liveness } = known
    if (liveness.is === 'gone' && heardAt <= liveness.since) return false
    if (liveness.is !== 'gone' && heardAt <= liveness.heardAt) return false
    if (liveness.is !== 'alive') known.liveness = { is: 'reported', heardAt }
    return true
  }

  /** As `reported`, of a peer that we do not speak to: all we know of it now is what others say. */
  hearsay(node: NodeId, heardAt: Millis): boolean {
    const known = this.#known.get(node)
    if (known === undefined || !this.reported(node, heardAt)) return false
    known.liveness = { is: 'reported', heardAt }
    return true
  }

  /** A passer-by hung up: what we know of it is as good as a report from then. */
  passed(node: NodeId): void {
    const known = this.#known.get(node)
    if (known?.liveness.is === 'alive')
      known.liveness = { is: 'reported', heardAt: known.liveness.heardAt }
  }

  gone(node: NodeId, now: Millis): void {
    const known = this.#known.get(node)
    if (known !== undefined) known.liveness = { is: 'gone', since: now }
  }

  /** When somebody, we or another, last heard it; -Infinity when nobody did. */
  lastHeardAt(node: NodeId): Millis {
    const liveness = this.liveness(node)
    return liveness === undefined || liveness.is === 'gone'
      ? Number.NEGATIVE_INFINITY
      : liveness.heardAt
  }

  /** What we can tell others of a peer; undefined when nobody heard it or it is gone. */
  sighting(node: NodeId, now: Millis): Sighting | undefined {
    const known = this.#known.get(node)
    if (known === undefined || known.liveness.is === 'gone') return undefined
    const { heardAt } = known.liveness
    return heardAt === Number.NEGATIVE_INFINITY
      ? undefined
      : { contact: known.contact, age: now - heardAt }
  }

  /** Every peer on file, in the order in which they were met. */
  *all(): IterableIterator<{ contact: VerifiedContact; liveness: Liveness }> {
    yield* this.#known.values()
  }

  /** Node ids whose liveness is `is`. */
  those(is: Liveness['is']): NodeId[] {
    const nodes: NodeId[] = []
    for (const [node, { liveness }] of this.#known) if (liveness.is === is) nodes.push(node)
    return nodes
  }

  #makeRoom(): boolean {
    // Maps keep insertion order: the first that fits is the one met longest ago.
    for (const is of ['reported', 'gone', 'alive'] as const) {
      for (const [node, { liveness }] of this.#known) {
        if (liveness.is !== is || this.#isKept(node)) continue
        this.#known.delete(node)
        return true
      }
    }
    return false
  }
}
