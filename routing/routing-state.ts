// What one live node knows of the ring: candidates, the tables filled from them under a policy,
// and the leaf set. The same structures and the same next hop as the simulator's, with one owner:
// this node is number 0. Owns no timers and speaks to nobody: overlay membership tells it whom
// there is (`learn`), who is gone (`forget`) and about whom to think again (`reconsider`).
import type { NodeId, RingKey } from '../src/core/id.ts'
import { contactsKnownMax, ringDigits } from '../src/core/limits.ts'
import { type Inspection, inspectSide, inspectTable, inspectTrusted } from './inspect.ts'
import { left, right, type Side } from './leaf-set.ts'
import {
  leafRoot,
  leavesAround,
  newDecision,
  type Phase,
  type RoutingView,
  type Standing,
} from './next-hop.ts'
import type { Candidate, Hop, PeerPorts, TableEntry } from './peer-ports.ts'
import { Placement, self } from './placement.ts'
import type { RoutingPolicy } from './policy.ts'
import { type Ring, wordsOf } from './ring.ts'
import type { TableName } from './slot-table.ts'
import { TrustedPart } from './trusted-part.ts'
import type { OwnTables } from './trustnet/own-tables.ts'

export class RoutingState {
  readonly self: NodeId
  readonly policy: RoutingPolicy
  readonly overlays: readonly string[]
  /** Empty but under the policy `trustnet`. */
  readonly trusted: TrustedPart
  readonly #ports: PeerPorts
  readonly #places: Placement
  #neighbours: ReadonlySet<NodeId> | undefined
  #leaves: readonly NodeId[] | undefined

  /**
   * @param overlays the overlays that this node takes part in
   * @param candidatesMax how many known nodes are kept; slots and leaf set are never given up for it. @default 4096
   */
  constructor(
    ownId: NodeId,
    policy: RoutingPolicy,
    overlays: readonly string[],
    ports: PeerPorts,
    candidatesMax: number = contactsKnownMax,
  ) {
    this.self = ownId
    this.policy = policy
    this.overlays = overlays
    this.#ports = ports
    this.trusted = new TrustedPart(ports)
    this.#places = new Placement(ownId, policy, overlays, ports, candidatesMax, (node) =>
      this.trusted.isSeated(node),
    )
  }

  /** Takes note of a node: it enters the slots and the leaf set where the policy prefers it. Idempotent. */
  learn(candidate: Candidate): void {
    const { nodeId, overlays } = candidate
    if (nodeId === this.self) return
    const known = this.#ring.numberOf(nodeId)
    if (known !== -1 && this.#places.candidates.sameOverlays(known, overlays)) return
    const node = this.#places.admit(candidate)
    if (node === undefined) return
    this.#tracked(() => this.#places.place(node), this.trusted.isSeated(nodeId))
  }

  /** A node that is dead or has left: out of everything; its places are refilled from other candidates. */
  forget(nodeId: NodeId): void {
    const node = this.#ring.numberOf(nodeId)
    if (node === -1 || node === self) return
    this.#tracked(() => {
      const leafSet = this.#places.remove(node)
      this.#ring.release(nodeId)
      return leafSet
    }, this.trusted.isSeated(nodeId))
  }

  /** Trust, veto or round trip of a known node changed: it may win or lose slots. */
  reconsider(nodeId: NodeId): void {
    const node = this.#ring.numberOf(nodeId)
    if (node === -1 || node === self) return
    const mayChange = this.#places.leaves.holds(self, node) || this.trusted.isSeated(nodeId)
    this.#tracked(() => this.#places.place(node), mayChange)
  }

  /** The trusted part of an overlay was computed anew. */
  trust(overlay: string, tables: OwnTables): void {
    this.trusted.set(overlay, tables)
    this.#neighbours = undefined
  }

  knows(nodeId: NodeId): boolean {
    return this.#ring.numberOf(nodeId) > self
  }

  /** Would this node get a slot or a place in the leaf set, or does it hold one? Nothing is changed. */
  wants(candidate: Candidate): boolean {
    const { nodeId } = candidate
    if (this.trusted.isSeated(nodeId)) return !this.#ports.barred(nodeId)
    return this.isLeafCandidate(nodeId) || this.#places.wouldHoldSlot(candidate)
  }

  /** Would this node (or does it) sit in the leaf set? */
  isLeafCandidate(nodeId: NodeId): boolean {
    return this.#places.withNumber(nodeId, (node) => this.#places.leaves.admits(self, node))
  }

  /** Both sides, nearest first, positions of barred nodes included; a small network stands on both. */
  leafSet(): { readonly left: readonly NodeId[]; readonly right: readonly NodeId[] } {
    return { left: this.#side(left), right: this.#side(right) }
  }

  /**
   * The distinct nodes of the leaf set, barred positions included, in ring order of sides. The same list
   * as long as the leaf set is the same: who asks again and again sees at once that nothing changed.
   */
  leaves(): readonly NodeId[] {
    this.#leaves ??= [...new Set([...this.#side(left), ...this.#side(right)])]
    return this.#leaves
  }

  /** Filled slots of a table by row and column; an overlay without a table has none. */
  tableEntries(table: string): readonly TableEntry[] {
    const entries: TableEntry[] = []
    const found = table === 'global' ? this.#places.global : this.#places.tableOf(table)
    found?.slots.eachOf(0, 0, (node, row, column) =>
      entries.push({ row, column, nodeId: this.#ring.id(node) }),
    )
    return entries
  }

  /** Distinct nodes of slots and leaf set that may be spoken to, sorted. */
  neighbours(): readonly NodeId[] {
    return [...this.#neighbourSet()].sort()
  }

  /** Does it stand in the leaf set, barred or not? */
  isLeaf(nodeId: NodeId): boolean {
    const node = this.#places.ring.numberOf(nodeId)
    return node > self && this.#places.leaves.holds(self, node)
  }

  isNeighbour(nodeId: NodeId): boolean {
    return this.#neighbourSet().has(nodeId)
  }

  /** The known nodes nearest to a key, nearest first: this node included, barred ones not. */
  nearest(key: RingKey, count: number): readonly NodeId[] {
    const ring = this.#ring
    const words = wordsOf(key)
    const found: number[] = [self]
    for (const node of this.#places.candidates.each()) {
      let place = found.length
      while (place > 0 && ring.nearer(node, found[place - 1]!, words)) place--
      if (place >= count || this.#places.isBarred(node)) continue
      found.splice(place, 0, node)
      if (found.length > count) found.pop()
    }
    return found.map((node) => ring.id(node))
  }

  /** Table entries of use to a joiner: every row up to the digits it shares with us, deepest row first, distinct. */
  rowsFor(joiner: NodeId): readonly NodeId[] {
    const words = wordsOf(joiner)
    const deepest = Math.min(this.#ring.sharedWithKey(self, words), ringDigits - 1)
    const found = this.#places.tables.flatMap((table) => table.entriesUpTo(deepest))
    found.sort((a, b) => b.row - a.row)
    return [...new Set(found.map(({ node }) => this.#ring.id(node)))].filter((id) => id !== joiner)
  }

  /** How many nodes are known, barred ones included. */
  get knownCount(): number {
    return this.#places.candidates.size
  }

  /** Filled slots of all tables and places of both sides of the leaf set. */
  get placeCount(): number {
    let places = this.#places.leaves.count(self, left) + this.#places.leaves.count(self, right)
    for (const { slots } of this.#places.tables)
      slots.eachOf(0, 0, () => {
        places++
      })
    return places
  }

  /** All known nodes, sorted, barred ones included. */
  known(): readonly NodeId[] {
    return this.#places.candidates
      .numbers()
      .map((node) => this.#ring.id(node))
      .sort()
  }

  /** The overlays that a known node names; none for an unknown one. */
  overlaysOf(nodeId: NodeId): readonly string[] {
    const node = this.#ring.numberOf(nodeId)
    return node === -1 ? [] : this.#places.candidates.overlaysOf(node)
  }

  /** The next hop for a key; `phase` is the message's, `standing` what may be done with a node for it. */
  next(key: RingKey, overlay: string, phase: Phase, standing: (node: NodeId) => Standing): Hop {
    const ring = this.#ring
    const words = wordsOf(key)
    const decision = newDecision(phase)
    this.policy.next(this.#view(overlay), self, words, decision, (node) => standing(ring.id(node)))
    if (decision.outcome === 'deliver') return { go: 'deliver' }
    const to = ring.id(decision.to)
    if (decision.outcome === 'stuck') return { go: 'stuck', root: to }
    const table: TableName = decision.by === 'overlay' ? `overlay:${overlay}` : 'global'
    return {
      go: 'forward',
      to,
      by: decision.by,
      phase: decision.phase,
      prefix: ring.sharedWithKey(decision.to, words),
      trust: this.#places.merit(table, decision.to).trust,
    }
  }

  /** Whom this node takes for the root of a key among its leaves and itself; those gone do not count. */
  leafRoot(key: RingKey, standing: (node: NodeId) => Standing): NodeId {
    const ring = this.#ring
    const is = (node: number): Standing => standing(ring.id(node))
    return ring.id(leafRoot(this.#view(''), self, wordsOf(key), is))
  }

  /** This node and its open leaves nearest to a key, nearest first; none where the key lies beyond them. */
  leavesAround(key: RingKey, most: number, standing: (node: NodeId) => Standing): NodeId[] {
    const idOf = (node: number): NodeId => this.#ring.id(node)
    const is = (node: number): Standing => standing(idOf(node))
    return leavesAround(this.#view(''), self, wordsOf(key), most, is).map(idOf)
  }

  /** Every choice with its reason: one overlay's table, the global one and the leaf set. */
  inspect(overlay: string): Inspection {
    const idOf = (node: number): NodeId => this.#ring.id(node)
    const ofOverlay = this.#places.tableOf(overlay)
    const overlayRows =
      ofOverlay === undefined
        ? inspectTrusted(this.trusted.slotsOf(overlay), overlay, this.#ports)
        : inspectTable(ofOverlay, idOf)
    const globalRows = inspectTable(this.#places.global, idOf)
    return {
      overlay,
      policy: this.policy.name,
      rows: [...overlayRows, ...globalRows],
      leafSet: [
        ...inspectSide('left', this.#side(left), overlay, this.#ports),
        ...inspectSide('right', this.#side(right), overlay, this.#ports),
      ],
      fill: { overlay: overlayRows.length, global: globalRows.length, known: this.knownCount },
    }
  }

  #view(overlay: string): RoutingView {
    const slots = this.#places.tableOf(overlay)?.slots
    return {
      ring: this.#ring,
      leaves: this.#places.leaves,
      global: this.#places.global.slots,
      overlay: slots,
    }
  }

  get #ring(): Ring {
    return this.#places.ring
  }

  #side(side: Side): NodeId[] {
    const ids: NodeId[] = []
    for (let i = 0; i < this.#places.leaves.count(self, side); i++)
      ids.push(this.#ring.id(this.#places.leaves.at(self, side, i)))
    return ids
  }

  #neighbourSet(): ReadonlySet<NodeId> {
    if (this.#neighbours !== undefined) return this.#neighbours
    const found = new Set<NodeId>()
    for (const table of this.#places.tables)
      table.slots.eachOf(0, 0, (node) => found.add(this.#ring.id(node)))
    for (const id of this.leaves()) if (!this.#ports.barred(id)) found.add(id)
    // Of the trusted those that were heard: the others are not known to be there.
    for (const id of this.trusted.seated())
      if (this.knows(id) && !this.#ports.barred(id)) found.add(id)
    this.#neighbours = found
    return found
  }

  /** Runs a change of places; what was worked out from them is worked out anew when it is asked for. */
  #tracked(change: () => boolean, mayHaveChanged: boolean): void {
    const seatings = this.#places.seatings
    const leafSet = change()
    if (leafSet) this.#leaves = undefined
    if (leafSet || mayHaveChanged || this.#places.seatings !== seatings)
      this.#neighbours = undefined
  }
}
