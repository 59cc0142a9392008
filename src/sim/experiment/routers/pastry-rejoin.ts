// Poisoned joins: a node forgets its tables and joins again as Pastry joins (Rowstron, Druschel 2001,
// section 2.4): a route from a bootstrap node to its own id, rows of the table from the nodes on the
// way, the leaf set from the last one. A liar on the way ends it and fills everything with
// accomplices: the attack on routing table maintenance of Castro et al. 2002, section 4.
import { left, right } from '../../../../routing/leaf-set.ts'
import type { RoutingView } from '../../../../routing/next-hop.ts'
import { columns, vacant } from '../../../../routing/prefix-table.ts'
import { digitAt, type Words } from '../../../../routing/ring.ts'
import type { Random } from '../../../core/random.ts'
import { type Behaviour, beforeLookups, whileJoining } from '../behaviour.ts'
import { honest } from '../world.ts'
import type { RingWorld } from './pastry-ring-world.ts'
import type { RingWalk } from './pastry-walk.ts'

/** A join over a silent node is tried again over another bootstrap node, so often. */
const attemptsMax = 8

export class Rejoining {
  readonly #world: RingWorld
  readonly #behaviour: Behaviour
  readonly #view: RoutingView
  readonly #walk: RingWalk
  readonly #key = new Uint32Array(4)

  constructor(world: RingWorld, view: RoutingView, walk: RingWalk) {
    this.#world = world
    this.#behaviour = whileJoining(world.behaviour, world.kinds)
    this.#view = view
    this.#walk = walk
  }

  rejoin(node: number, random: Random): void {
    const { ring } = this.#view
    this.#forget(node)
    this.#key.set(ring.words.subarray(4 * node, 4 * node + 4))
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const bootstrap = random.below(this.#world.size)
      if (bootstrap === node || this.#barred(node, bootstrap)) continue
      if (this.#joinOver(bootstrap, node)) break
    }
    this.#announce(node)
  }

  #forget(node: number): void {
    const { global, leaves } = this.#view
    const width = global.rows * columns
    global.slots.fill(vacant, node * width, (node + 1) * width)
    leaves.counts[2 * node] = 0
    leaves.counts[2 * node + 1] = 0
  }

  /** One join message; false where it was swallowed. */
  #joinOver(bootstrap: number, node: number): boolean {
    if (this.#lies(bootstrap)) {
      this.#poison(node)
      return true
    }
    if (!this.#serves(bootstrap)) return false
    const walk = this.#walk
    walk.absent = node
    const end = walk.walk(bootstrap, this.#key, beforeLookups)
    walk.absent = -1
    // The path as walked: its last node may be an accomplice that a liar named.
    let last = -1
    for (let i = 0; i <= walk.hops; i++) {
      const by = walk.path[i]!
      if (this.#lies(by)) {
        this.#poison(node)
        return true
      }
      if (!this.#serves(by)) return false
      this.#takeRows(node, by)
      last = by
    }
    if (end !== 'arrived') return false
    this.#takeLeaves(node, last)
    // The leaf-set exchange that follows a join: the neighbour on the other side knows who is missing.
    for (const side of [left, right] as const) {
      if (this.#view.leaves.count(node, side) === 0) continue
      const neighbour = this.#view.leaves.at(node, side, 0)
      if (this.#lies(neighbour)) this.#poisonLeaves(node)
      else if (this.#serves(neighbour)) this.#takeLeaves(node, neighbour)
    }
    return true
  }

  /** Vacant slots of the rows that a node on the way shares with the newcomer, from its own rows. */
  #takeRows(node: number, by: number): void {
    const { ring, global } = this.#view
    const shared = ring.sharedDigits(node, by)
    this.#fill(node, by)
    for (let row = 0; row <= Math.min(shared, global.rows - 1); row++)
      for (let column = 0; column < columns; column++) {
        const entry = global.at(by, row, column)
        if (entry !== vacant) this.#fill(node, entry)
      }
  }

  #takeLeaves(node: number, by: number): void {
    const { leaves } = this.#view
    leaves.insert(node, by)
    for (const side of [left, right] as const)
      for (let i = 0; i < leaves.count(by, side); i++) leaves.insert(node, leaves.at(by, side, i))
  }

  /** Puts an entry where it belongs, if nobody is there and the two may speak. */
  #fill(node: number, entry: number): void {
    const { ring, global } = this.#view
    if (entry === node || this.#barred(node, entry)) return
    const row = ring.sharedDigits(node, entry)
    if (row >= global.rows) return
    const column = ring.digit(entry, row)
    if (global.at(node, row, column) === vacant) global.set(node, row, column, entry)
  }

  /** What a liar shows: for every slot still vacant the accomplice nearest to it, and a leaf set of them. */
  #poison(node: number): void {
    const { ring, global } = this.#view
    const aim = new Uint32Array(4)
    for (let row = 0; row < global.rows; row++)
      for (let column = 0; column < columns; column++) {
        if (global.at(node, row, column) !== vacant || column === digitAt(this.#key, 0, row))
          continue
        aimAt(this.#key, row, column, aim)
        const [entry] = this.#behaviour.accomplices(aim, 1)
        if (entry !== undefined && ring.sharedDigits(node, entry) === row) this.#fill(node, entry)
      }
    this.#poisonLeaves(node)
  }

  #poisonLeaves(node: number): void {
    const { leaves } = this.#view
    for (const entry of this.#behaviour.accomplices(this.#key, 2 * leaves.perSide))
      leaves.insert(node, entry)
  }

  /** Section 2.4: the newcomer sends its state to everybody in it; they take it in where it belongs. */
  #announce(node: number): void {
    const { leaves } = this.#view
    for (const side of [left, right] as const)
      for (let i = 0; i < leaves.count(node, side); i++) {
        const other = leaves.at(node, side, i)
        if (this.#world.kinds[other] === honest) leaves.insert(other, node)
      }
  }

  /** Does it show accomplices to whom joins over it? */
  #lies(node: number): boolean {
    return this.#behaviour.deed(node, beforeLookups, this.#key) === 'misroute'
  }

  #serves(node: number): boolean {
    return this.#behaviour.deed(node, beforeLookups, this.#key) === 'serve'
  }

  #barred(a: number, b: number): boolean {
    return this.#world.vetoes?.bars(a, b) === true
  }
}

/** The middle of the slot's range: the key's digits up to `row`, then `column`, then 8. */
function aimAt(key: Words, row: number, column: number, out: Words): void {
  for (let i = 0; i < 4; i++) out[i] = 0
  for (let i = 0; i <= row + 1 && i < 32; i++) {
    const digit = i < row ? digitAt(key, 0, i) : i === row ? column : 8
    out[i >>> 3] = (out[i >>> 3]! | (digit << (28 - ((i & 7) << 2)))) >>> 0
  }
}
