// Who holds which place at a live node: the prefix tables with their reasons, the leaf set, and
// the candidates that both are refilled from. All changes of places happen here; routing-state.ts
// is what others see of it.
import { assert } from '../src/core/assert.ts'
import type { NodeId } from '../src/core/id.ts'
import { leavesPerSide } from '../src/core/limits.ts'
import { Candidates } from './candidates.ts'
import { LeafSets } from './leaf-set.ts'
import type { Candidate, PeerPorts } from './peer-ports.ts'
import type { Merit, RoutingPolicy } from './policy.ts'
import { Ring } from './ring.ts'
import { SlotTable, type TableName } from './slot-table.ts'

/** This node's number in its own ring. */
export const self = 0

export class Placement {
  readonly ring = new Ring()
  readonly leaves: LeafSets
  readonly candidates: Candidates
  readonly global: SlotTable
  /** The overlays' tables, then the global one. */
  readonly tables: readonly SlotTable[]
  readonly #policy: RoutingPolicy
  readonly #ports: PeerPorts
  /** By trust, in tables that are not these: such a candidate makes room for nobody either. */
  readonly #isSeated: (node: NodeId) => boolean

  constructor(
    ownId: NodeId,
    policy: RoutingPolicy,
    overlays: readonly string[],
    ports: PeerPorts,
    candidatesMax: number,
    isSeated: (node: NodeId) => boolean,
  ) {
    this.#isSeated = isSeated
    this.#policy = policy
    this.#ports = ports
    assert(this.ring.intern(ownId) === self, 'a node is number 0 of its own ring')
    this.leaves = new LeafSets(this.ring, 1, leavesPerSide)
    this.candidates = new Candidates(this.ring, candidatesMax)
    const idOf = (node: number): NodeId => this.ring.id(node)
    const table = (name: TableName): SlotTable =>
      new SlotTable(name, policy, (node) => this.merit(name, node), idOf)
    this.global = table('global')
    const ofOverlays = policy.overlayTables ? overlays : []
    this.tables = [...ofOverlays.map((overlay) => table(`overlay:${overlay}`)), this.global]
  }

  tableOf(overlay: string): SlotTable | undefined {
    return this.tables.find((table) => table.name === `overlay:${overlay}`)
  }

  /** What speaks for a node in a table's own terms. */
  merit(table: TableName, node: number): Merit {
    const id = this.ring.id(node)
    const trust =
      table === 'global'
        ? this.#ports.aggregate(id)
        : this.#ports.trust(table.slice('overlay:'.length), id)
    return { trust, rttMs: this.#ports.rttMs(id) }
  }

  /** Changes with every slot that changes hands. */
  get seatings(): number {
    return this.tables.reduce((sum, table) => sum + table.seatings, 0)
  }

  isBarred(node: number): boolean {
    return this.#ports.barred(this.ring.id(node))
  }

  /** Adds a candidate, making room for it; its number, or undefined where there is no room for it. */
  admit({ nodeId, overlays }: Candidate): number | undefined {
    if (this.ring.numberOf(nodeId) === -1 && !this.#makeRoom(nodeId)) return undefined
    return this.candidates.put(nodeId, overlays)
  }

  /** Lets a candidate contest or lose its slots and take its leaf position; true when the leaf set changed. */
  place(node: number): boolean {
    const row = this.ring.sharedDigits(self, node)
    const column = this.ring.digit(node, row)
    for (const table of this.tables)
      if (table.slots.at(0, row, column) === node) this.#settle(table, row, column)
      else if (this.#eligible(table, node)) table.contest(row, column, node)
    if (this.#maySit(node)) return this.leaves.insert(self, node)
    const removed = this.leaves.remove(self, node)
    if (removed) this.#refillLeaves()
    return removed
  }

  /** Takes a candidate out of everything and refills its places; true when the leaf set changed. */
  remove(node: number): boolean {
    const row = this.ring.sharedDigits(self, node)
    const column = this.ring.digit(node, row)
    const wasLeaf = this.leaves.remove(self, node)
    this.candidates.drop(node)
    for (const table of this.tables)
      if (table.slots.at(0, row, column) === node) this.#settle(table, row, column)
    if (wasLeaf) this.#refillLeaves()
    return wasLeaf
  }

  /** Calls back with a node's number, interned for the time of the call if it is not known. */
  withNumber<T>(id: NodeId, use: (node: number) => T): T {
    const known = this.ring.numberOf(id)
    const result = use(known === -1 ? this.ring.intern(id) : known)
    if (known === -1) this.ring.release(id)
    return result
  }

  /** Would the candidate get a slot (or does it hold one), if it were a candidate now? */
  wouldHoldSlot({ nodeId, overlays }: Candidate): boolean {
    return this.withNumber(nodeId, (node) => {
      if (node === self || this.isBarred(node)) return false
      const row = this.ring.sharedDigits(self, node)
      const column = this.ring.digit(node, row)
      return this.tables.some(
        (table) =>
          (table === this.global || overlays.includes(table.overlay)) &&
          table.wouldSeat(row, column, node),
      )
    })
  }

  #eligible(table: SlotTable, node: number): boolean {
    if (this.isBarred(node)) return false
    return table === this.global || this.candidates.isMember(node, table.overlay)
  }

  /** Barred nodes keep their position, whatever the policy thinks of them. */
  #maySit(node: number): boolean {
    return this.isBarred(node) || this.#policy.mayLeaf(this.merit('global', node))
  }

  /** Chooses a slot's holder among all candidates; the present holder stays unless outdone. */
  #settle(table: SlotTable, row: number, column: number): void {
    const rivals = this.candidates.inCell(self, row, column)
    const eligible = rivals.filter((node) => this.#eligible(table, node))
    table.settle(row, column, eligible)
  }

  #refillLeaves(): void {
    for (const node of this.candidates.numbers())
      if (this.#maySit(node)) this.leaves.insert(self, node)
  }

  /** Makes room in a full pool by dropping the longest-known candidate that holds no place. */
  #makeRoom(newcomer: NodeId): boolean {
    if (!this.candidates.isFull) return true
    const idle = this.candidates.numbers().find((node) => !this.#holdsPlace(node))
    if (idle === undefined)
      return this.withNumber(newcomer, (node) => this.leaves.admits(self, node))
    const id = this.ring.id(idle)
    this.candidates.drop(idle)
    this.ring.release(id)
    return true
  }

  #holdsPlace(node: number): boolean {
    return (
      this.leaves.holds(self, node) ||
      this.tables.some((table) => table.holds(node)) ||
      this.#isSeated(this.ring.id(node))
    )
  }
}
