// What a node of the policy distnet keeps, made when it is first asked: the overlay's prefix table
// and leaf set out of its trust list, and Pastry's table over all nodes, in which trusted nodes took
// the random ones' places (3-routing, row distnet). A million nodes are never all made at once.
import { LeafSets, left, right } from '../../../../routing/leaf-set.ts'
import type { RoutingView } from '../../../../routing/next-hop.ts'
import { columns, PrefixTable, vacant } from '../../../../routing/prefix-table.ts'
import { digitAt, type Words } from '../../../../routing/ring.ts'
import { leavesPerSide } from '../../../core/limits.ts'
import type { DigitTrust, Reached } from './distnet-digit-trust.ts'
import { PartsMade } from './distnet-parts.ts'
import type { TrustList } from './distnet-trust-list.ts'
import type { RingWorld } from './pastry-ring-world.ts'

/** Nodes of a list whose ids and trust are collected before they are compared. */
const block = 512

/** Decides between candidates of equal trust: no round-trip times here, so a draw fixed by the pair. */
function lot(owner: number, node: number): number {
  let h = Math.imul(owner ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(node + 1, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  return (h ^ (h >>> 13)) >>> 0
}

function outdoes(
  owner: number,
  trust: number,
  place: number,
  held: number,
  holder: number,
): boolean {
  if (trust !== held) return trust > held
  const [a, b] = [lot(owner, place), lot(owner, holder)]
  return a === b ? place < holder : a < b
}

export class DistnetTables {
  /** Pastry over those whom the owner trusts. */
  readonly trusted: RoutingView
  /** Pastry over everybody; the slots of a made owner hold trusted nodes where there are any. */
  readonly everybody: RoutingView
  readonly #world: RingWorld
  readonly #list: TrustList
  readonly #made: Uint8Array
  readonly #slotTrust: Float64Array
  /** First word of the id of each node of the world. */
  readonly #heads: Uint32Array
  readonly #blockHeads = new Uint32Array(block)
  readonly #blockTrust = new Float64Array(block)
  #reachLeft = 0
  #reachRight = 0
  readonly #parts: PartsMade | undefined

  /**
   * @param list over the world's nodes
   * @param trust over places; with it tables are made in the parts that lookups ask for
   */
  constructor(world: RingWorld, everybody: RoutingView, list: TrustList, trust?: DigitTrust) {
    const { ring, size } = world
    this.#world = world
    this.#list = list
    this.everybody = everybody
    this.trusted = {
      ring,
      overlay: undefined,
      global: new PrefixTable(size, everybody.global.rows),
      leaves: new LeafSets(ring, size, leavesPerSide),
    }
    this.#made = new Uint8Array(size)
    this.#heads = Uint32Array.from(world.placeOf, (place) => world.firsts[place]!)
    this.#slotTrust = new Float64Array(everybody.global.rows * columns)
    // Parts tell slots by the first words of ids alone.
    if (trust !== undefined && everybody.global.rows <= 8)
      this.#parts = new PartsMade(world, trust, leavesPerSide)
  }

  /** Were the tables of a place asked for, in whole or in part? */
  isAsked(owner: number): boolean {
    return this.#made[owner] === 1 || this.#parts?.isAsked(owner) === true
  }

  /** Makes the tables of a place if they are not there. */
  make(owner: number): void {
    if (this.#made[owner] === 1) return
    if (this.#parts?.isAsked(owner) === true) this.forget(owner)
    this.#made[owner] = 1
    const list = this.#list
    list.compute(this.#world.nodeAt[owner]!)
    this.#slotTrust.fill(-1)
    this.#sortIn(owner)
    this.#override(owner, 0, this.trusted.global.rows * columns)
  }

  /** Trusted nodes take the slots from `from` on in the table over everybody. */
  #override(owner: number, from: number, count: number): void {
    const { slots } = this.everybody.global
    const { global: table } = this.trusted
    const first = owner * table.rows * columns + from
    for (let i = first; i < first + count; i++)
      if (table.slots[i] !== vacant) slots[i] = table.slots[i]!
  }

  /**
   * Makes of the tables what the next hop for a key looks at, leaf set aside: its slot, or, where
   * nobody there may be spoken to, all of them.
   */
  makeForHop(owner: number, key: Words): void {
    if (this.#made[owner] === 1) return
    const parts = this.#parts
    const { ring, vetoes } = this.#world
    const row = ring.sharedWithKey(owner, key)
    const { global: table } = this.trusted
    if (parts === undefined) {
      this.make(owner)
      return
    }
    if (row >= table.rows) return
    const column = digitAt(key, 0, row)
    const at = row * columns + column
    if (row === 0 && !parts.hasSlot(owner, column)) {
      this.#takeSlot(owner, column, parts.ofFirstDigit(owner, column))
      this.#override(owner, at, 1)
      parts.keepSlot(owner, column)
    }
    if (row > 0) this.makeLeaves(owner)
    if (row > 0) return
    // Who does not hold this slot may have any other that is nearer.
    const holder = table.at(owner, row, column)
    if (holder === vacant || vetoes?.bars(owner, holder) === true) this.make(owner)
  }

  /** Makes the trusted leaf set, and every row of the tables but row 0: one digit mostly holds both. */
  makeLeaves(owner: number): void {
    const parts = this.#parts
    if (this.#made[owner] === 1 || parts?.hasNear(owner) === true) return
    if (parts === undefined) {
      this.make(owner)
      return
    }
    const { global: table, leaves } = this.trusted
    this.#reachLeft = 0xffffffff
    this.#reachRight = 0xffffffff
    const near = parts.near(owner)
    this.#takeRows(owner, near)
    this.#override(owner, columns, (table.rows - 1) * columns)
    for (let more: Reached | undefined = near; more !== undefined; ) {
      this.#seatNear(owner, more)
      more = parts.nextNear(owner, leaves)
    }
    parts.keepNear(owner)
  }

  /**
   * Seats those of a digit that are near enough. First those within a width that likely holds twice as
   * many as a side takes: the others then mostly lie too far, and nobody is seated to be displaced.
   */
  #seatNear(owner: number, reached: Reached): void {
    const { perSide } = this.trusted.leaves
    this.#seatWithin(owner, reached, (0x10000000 / reached.count) * 2 * perSide)
    this.#seatWithin(owner, reached, 0xffffffff)
  }

  #seatWithin(owner: number, { places, count }: Reached, width: number): void {
    const { firsts } = this.#world
    const own = firsts[owner]!
    for (let i = 0; i < count; i++) {
      const onRight = (firsts[places[i]!]! - own) >>> 0
      const onLeft = (own - firsts[places[i]!]!) >>> 0
      if (onRight > width && onLeft > width) continue
      if (onRight <= this.#reachRight || onLeft <= this.#reachLeft) this.#seat(owner, places[i]!)
    }
  }

  /** The candidates of the owner's digit for every row but row 0. */
  #takeRows(owner: number, { places, trust, count }: Reached): void {
    const { firsts } = this.#world
    const slotTrust = this.#slotTrust
    const own = firsts[owner]!
    slotTrust.fill(-1)
    for (let i = 0; i < count; i++) {
      const head = firsts[places[i]!]!
      const shared = Math.clz32(head ^ own) >>> 2
      if (shared === 0) continue
      const slot = shared * columns + ((head >>> (28 - 4 * (shared & 7))) & 15)
      // As in a whole list: the first word decides for nearly all that they do not win.
      if (shared > 7 || (slot < slotTrust.length && trust[i]! >= slotTrust[slot]!))
        this.#contest(owner, places[i]!, trust[i]!)
    }
  }

  /** Does the key lie among the trusted leaves of a place? Makes no more than the answer needs. */
  spans(owner: number, key: Words): boolean {
    if (this.#made[owner] === 0) {
      if (this.#parts?.isBeyond(owner, key) === true) return false
      this.makeLeaves(owner)
    }
    return this.trusted.leaves.spans(owner, key)
  }

  /** The candidates of another first digit for its slot of row 0. */
  #takeSlot(owner: number, digit: number, { places, trust, count }: Reached): void {
    const slotTrust = this.#slotTrust
    slotTrust[digit] = -1
    for (let i = 0; i < count; i++)
      if (trust[i]! >= slotTrust[digit]!) this.#contest(owner, places[i]!, trust[i]!)
  }

  /**
   * Every node of the list into its slot and, if it is near, into the leaf set. The first words of the
   * ids decide for nearly all that they win neither. They are collected without a decision between,
   * block by block, so that the processor waits for all of a block at once.
   */
  #sortIn(owner: number): void {
    const list = this.#list
    const [heads, blockHeads, blockTrust] = [this.#heads, this.#blockHeads, this.#blockTrust]
    this.#reachLeft = 0xffffffff
    this.#reachRight = 0xffffffff
    for (let from = 0; from < list.count; from += block) {
      const size = Math.min(block, list.count - from)
      for (let i = 0; i < size; i++) {
        const node = list.nodes[from + i]!
        blockHeads[i] = heads[node]!
        blockTrust[i] = list.raw(node)
      }
      this.#sortBlockIn(owner, from, size)
    }
  }

  #sortBlockIn(owner: number, from: number, size: number): void {
    const { nodeAt, placeOf } = this.#world
    const { nodes } = this.#list
    const [blockHeads, blockTrust, slotTrust] = [
      this.#blockHeads,
      this.#blockTrust,
      this.#slotTrust,
    ]
    const own = this.#heads[nodeAt[owner]!]!
    for (let i = 0; i < size; i++) {
      const head = blockHeads[i]!
      const shared = Math.clz32(head ^ own) >>> 2
      const slot = shared * columns + ((head >>> (28 - 4 * (shared & 7))) & 15)
      // Who shares all of the first word is compared in full.
      if (shared > 7 || (slot < slotTrust.length && blockTrust[i]! >= slotTrust[slot]!))
        this.#contest(owner, placeOf[nodes[from + i]!]!, blockTrust[i]!)
      if ((head - own) >>> 0 <= this.#reachRight || (own - head) >>> 0 <= this.#reachLeft)
        this.#seat(owner, placeOf[nodes[from + i]!]!)
    }
  }

  /** Into the leaf set, if the two may speak; keeps how far its sides reach, in first words. */
  #seat(owner: number, place: number): void {
    const { ring, vetoes } = this.#world
    const { leaves } = this.trusted
    if (vetoes?.bars(owner, place) === true || !leaves.insert(owner, place)) return
    const own = ring.words[4 * owner]!
    const most = leaves.perSide
    if (leaves.count(owner, left) === most)
      this.#reachLeft = (own - ring.words[4 * leaves.at(owner, left, most - 1)]! + 1) >>> 0
    if (leaves.count(owner, right) === most)
      this.#reachRight = (ring.words[4 * leaves.at(owner, right, most - 1)]! - own + 1) >>> 0
  }

  /** The slot is the node's if the two may speak and it outdoes who holds it. */
  #contest(owner: number, place: number, trust: number): void {
    const { ring, vetoes } = this.#world
    const { global: table } = this.trusted
    const row = ring.sharedDigits(owner, place)
    if (row >= table.rows || vetoes?.bars(owner, place) === true) return
    const slot = row * columns + ring.digit(place, row)
    const at = owner * table.rows * columns + slot
    const holder = table.slots[at]!
    if (holder !== vacant && !outdoes(owner, trust, place, this.#slotTrust[slot]!, holder)) return
    table.slots[at] = place
    this.#slotTrust[slot] = trust
  }

  /** The owner joined anew: its lists are made again when asked. */
  forget(owner: number): void {
    const { global: table, leaves } = this.trusted
    const width = table.rows * columns
    table.slots.fill(vacant, owner * width, (owner + 1) * width)
    leaves.counts[2 * owner] = 0
    leaves.counts[2 * owner + 1] = 0
    this.#made[owner] = 0
    this.#parts?.forget(owner)
  }
}
