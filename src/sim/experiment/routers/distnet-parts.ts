// Which parts of a place's distnet tables were made, and the trusted nodes for the next: those of one
// first digit, which hold a slot of row 0, or all rows below it and most likely the leaf set.

import { type LeafSets, left, right, type Side } from '../../../../routing/leaf-set.ts'
import { columns } from '../../../../routing/prefix-table.ts'
import type { Words } from '../../../../routing/ring.ts'
import type { DigitTrust, Reached } from './distnet-digit-trust.ts'
import type { RingWorld } from './pastry-ring-world.ts'

/** Bit of `#parts` above those of the sixteen slots of row 0. */
const nearBit = 1 << 16
/** No bound on how far a trusted leaf set reaches. */
const unbounded = 0xffffffff

export class PartsMade {
  readonly #world: RingWorld
  readonly #trust: DigitTrust
  readonly #parts: Int32Array
  /** First word of each place's id, rising. */
  readonly #heads: Uint32Array
  /** How far the sides of a trusted leaf set may reach, in first words. */
  readonly #boundLeft: Uint32Array
  readonly #boundRight: Uint32Array
  readonly #ways: Int32Array
  readonly #perSide: number
  /** Digits beyond the owner's own that were asked for, on each side. */
  readonly #digitsBeyond = [0, 0]

  constructor(world: RingWorld, trust: DigitTrust, perSide: number) {
    const { firsts, size } = world
    this.#world = world
    this.#trust = trust
    this.#perSide = perSide
    this.#parts = new Int32Array(size)
    this.#ways = new Int32Array(size)
    this.#heads = firsts
    this.#boundLeft = new Uint32Array(size).fill(unbounded)
    this.#boundRight = new Uint32Array(size).fill(unbounded)
  }

  isAsked(owner: number): boolean {
    return this.#parts[owner] !== 0
  }

  forget(owner: number): void {
    this.#parts[owner] = 0
    this.#boundLeft[owner] = unbounded
    this.#boundRight[owner] = unbounded
  }

  /** Of row 0. */
  hasSlot(owner: number, column: number): boolean {
    return (this.#parts[owner]! & (1 << column)) !== 0
  }

  keepSlot(owner: number, column: number): void {
    this.#parts[owner]! |= 1 << column
  }

  /** Every row but row 0, and the leaf set. */
  hasNear(owner: number): boolean {
    return (this.#parts[owner]! & nearBit) !== 0
  }

  keepNear(owner: number): void {
    this.#parts[owner]! |= nearBit
  }

  /** Is the key surely beyond the trusted leaves of the owner? */
  isBeyond(owner: number, key: Words): boolean {
    const own = this.#heads[owner]!
    // A borrow from lower words may hide one unit.
    const right = (key[0]! - own) >>> 0
    const left = (own - key[0]!) >>> 0
    return right - 2 > this.#boundRight[owner]! && left - 2 > this.#boundLeft[owner]!
  }

  /** The trusted nodes whose first digit is this; valid until the next. */
  ofFirstDigit(owner: number, digit: number): Reached {
    if (this.#boundLeft[owner] === unbounded) this.#bound(owner)
    return this.#trust.ofDigit(owner, digit)
  }

  /** Those that share the owner's first digit, and likely hold its leaves. */
  near(owner: number): Reached {
    this.#digitsBeyond.fill(0)
    return this.ofFirstDigit(owner, this.#digitOf(owner))
  }

  /**
   * Those of the next digit on a side on which leaves may lie farther than the digits asked for so far;
   * undefined where the leaf set is whole.
   */
  nextNear(owner: number, leaves: LeafSets): Reached | undefined {
    const beyond = this.#digitsBeyond
    if (beyond[left]! + 1 + beyond[right]! === columns) return undefined
    for (const side of [left, right] as const) {
      if (this.#isSeated(owner, leaves, side)) continue
      beyond[side]!++
      const step = side === right ? beyond[side]! : -beyond[side]!
      return this.#trust.ofDigit(owner, (this.#digitOf(owner) + step) & (columns - 1))
    }
    return undefined
  }

  #digitOf(owner: number): number {
    return this.#heads[owner]! >>> 28
  }

  /** Is a side of the leaf set full of nodes from the digits asked for? */
  #isSeated(owner: number, leaves: LeafSets, side: Side): boolean {
    if (leaves.count(owner, side) < leaves.perSide) return false
    const { size } = this.#world
    const { digitStarts } = this.#trust.ratings
    const farthest = leaves.at(owner, side, leaves.perSide - 1)
    const beyond = this.#digitsBeyond[side]!
    if (side === right) {
      const last = (this.#digitOf(owner) + beyond) & (columns - 1)
      const room = (digitStarts[last + 1]! - 1 - owner + size) % size
      return (farthest - owner + size) % size <= room
    }
    const first = (this.#digitOf(owner) - beyond) & (columns - 1)
    const room = (owner - digitStarts[first]! + size) % size
    return (owner - farthest + size) % size <= room
  }

  /**
   * So many trusted nodes on a side, all of them allowed: the leaf set reaches no farther. Told from
   * those that the rounds before the last reach, which are known without reading the others.
   */
  #bound(owner: number): void {
    const { size, vetoes } = this.#world
    const { count } = this.#trust.early(owner).open
    const needed = this.#perSide + (vetoes?.count(owner) ?? 0)
    if (count < 2 * needed) return
    const heads = this.#heads
    const own = heads[owner]!
    this.#boundRight[owner] = heads[(owner + this.#farthest(owner, right, needed)) % size]! - own
    this.#boundLeft[owner] =
      own - heads[(owner + size - this.#farthest(owner, left, needed)) % size]!
  }

  /** How many places away the last of so many early trusted nodes lies on a side. */
  #farthest(owner: number, side: Side, needed: number): number {
    const { size } = this.#world
    const { places, count } = this.#trust.early(owner).open
    const ways = this.#ways
    // Twice as many as needed are expected within the first width.
    for (let width = Math.ceil((2 * needed * size) / count); ; width *= 2) {
      let within = 0
      for (let i = 0; i < count; i++) {
        const way = side === right ? places[i]! - owner : owner - places[i]!
        const onSide = way < 0 ? way + size : way
        if (onSide <= width) ways[within++] = onSide
      }
      if (within >= needed) return ways.subarray(0, within).sort()[needed - 1]!
    }
  }
}
