// The trusted part of a live node under the policy `trustnet`: for each overlay the tables recomputed
// from the finalized ratings (trustnet/own-tables.ts), and the choices by them. Whom it may speak to
// and whose contact it has is asked anew for every message; where this part has nobody to name, the
// tables of routing-state.ts decide as under `distnet`.
import type { NodeId, RingKey } from '../src/core/id.ts'
import type { HopRecord, RouteMessage } from './message.ts'
import type { Phase, Standing } from './next-hop.ts'
import type { Hop, PeerPorts } from './peer-ports.ts'
import { sharedDigits, wordsOf } from './ring.ts'
import { type TrustnetOptions, trustnetDefaults } from './trustnet/options.ts'
import { type FirstHop, OwnHops } from './trustnet/own-hops.ts'
import type { OwnSlot, OwnTables } from './trustnet/own-tables.ts'

export class TrustedPart {
  readonly #ports: PeerPorts
  readonly #options: TrustnetOptions
  readonly #hops = new Map<string, OwnHops>()

  constructor(ports: PeerPorts, options: TrustnetOptions = trustnetDefaults) {
    this.#ports = ports
    this.#options = options
  }

  set(overlay: string, tables: OwnTables): void {
    this.#hops.set(overlay, new OwnHops(tables))
  }

  /** Everybody with a slot or a trusted leaf's place in any overlay. */
  *seated(): Iterable<NodeId> {
    for (const { seated } of this.#hops.values()) yield* seated
  }

  isSeated(node: NodeId): boolean {
    for (const { seated } of this.#hops.values()) if (seated.has(node)) return true
    return false
  }

  /** Should its contact be at hand? */
  keeps(node: NodeId): boolean {
    for (const { kept } of this.#hops.values()) if (kept.has(node)) return true
    return false
  }

  /** Whose contacts should be at hand, those with a place first. */
  wanted(): NodeId[] {
    return [...this.#hops.values()].flatMap(({ kept }) => [...kept])
  }

  /** Where a message in the overlay phase goes; undefined: nothing here, the other tables decide. */
  choose(
    { key, overlay, origin, trace }: RouteMessage,
    standing: (node: NodeId) => Standing,
    isFirst: boolean,
  ): Hop | undefined {
    const hops = this.#of(overlay)
    if (hops === undefined) return undefined
    const words = wordsOf(key)
    const had = new Set([origin, ...trace.map(({ to }) => to)])
    const usable = (node: NodeId): boolean =>
      !had.has(node) && standing(node) === 'open' && this.#isReachable(node)
    const to = hops.next(words, usable)
    if (to !== undefined) {
      const { prefix, trust } = this.record(to, 'overlay', key, overlay)
      return { go: 'forward', to, by: 'overlay', phase: 'overlay', prefix, trust }
    }
    // Whoever had it on the way here may be the root all the same.
    const open = (node: NodeId): boolean => standing(node) !== 'gone' && this.#isOpen(node)
    const fan = hops.fanOut(words, open, this.#options.deliverTo)
    const isAlone = fan.to.length + fan.further.length < 2
    return isFirst && isAlone ? undefined : { go: 'fan-out', ...fan }
  }

  /**
   * To whom a message goes on that was delivered here as to one of several: those nearer to the key
   * whom nobody told yet, nearest first.
   */
  onward({ key, overlay, visited }: RouteMessage): NodeId[] {
    const open = (node: NodeId): boolean => this.#isOpen(node)
    const nearer = this.#of(overlay)?.nearer(wordsOf(key), open, this.#options.deliverTo) ?? []
    return nearer.filter((node) => !visited.includes(node))
  }

  /** Where the routes of a lookup begin; none: this node trusts nobody whom it can reach. */
  firstHops(key: RingKey, overlay: string, routes: number): FirstHop[] {
    const usable = (node: NodeId): boolean => this.#isOpen(node)
    return this.#of(overlay)?.firstHops(wordsOf(key), usable, routes) ?? []
  }

  /** Would a message for the key end at this very node by its trusted leaves? */
  spans(key: RingKey, overlay: string): boolean {
    return this.#of(overlay)?.spans(wordsOf(key)) ?? false
  }

  /** Is this node the root, as far as its trusted leaves know? Undefined where it trusts nobody. */
  isRoot(key: RingKey, overlay: string): boolean | undefined {
    return this.#of(overlay)?.isRoot(wordsOf(key), (node) => this.#isReachable(node))
  }

  /** Who holds which slot, best first: what a user is shown. */
  slotsOf(overlay: string): readonly OwnSlot[] {
    return this.#hops.get(overlay)?.tables.slots ?? []
  }

  /** A hop as traces tell of it. */
  record(to: NodeId, by: Phase, key: RingKey, overlay: string): HopRecord {
    return { to, by, prefix: sharedDigits(to, key), trust: this.#ports.trust(overlay, to) }
  }

  #of(overlay: string): OwnHops | undefined {
    const hops = this.#hops.get(overlay)
    return hops === undefined || hops.isEmpty ? undefined : hops
  }

  #isReachable(node: NodeId): boolean {
    return this.#ports.reachable?.(node) ?? true
  }

  #isOpen(node: NodeId): boolean {
    return !this.#ports.barred(node) && this.#isReachable(node)
  }
}
