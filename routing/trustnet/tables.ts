// What `build` leaves behind for each place: the prefix table with m entries a slot, the trusted
// leaves and the leaves with one vote. Flat arrays over all places; 0 is vacant in the table, so
// that memory nobody wrote is never committed.
import { leavesPerSide } from '../../src/core/limits.ts'
import { columns } from '../prefix-table.ts'
import type { Places } from './places.ts'

/** One side's leaves start at (2·place + side)·room: 0 counter-clockwise, 1 clockwise; nearest first. */
export interface Leaves {
  readonly room: number
  /** A place; ~place where owner and leaf may not speak: it keeps its position. */
  readonly entries: Int32Array
  readonly counts: Uint8Array
}

const leavesOf = (places: number, room: number): Leaves => ({
  room,
  entries: new Int32Array(2 * places * room),
  counts: new Uint8Array(2 * places),
})

/** The place of a leaf, whether or not it may be spoken to. */
export const placeOf = (leaf: number): number => (leaf < 0 ? ~leaf : leaf)

export class Tables {
  readonly rows: number
  readonly perSlot: number
  /** Entry i of (place, row, column) at ((place·rows + row)·16 + column)·perSlot + i; place + 1, 0 is vacant. */
  readonly slots: Int32Array
  readonly trusted: Leaves
  readonly any: Leaves
  readonly isBuilt: Uint8Array
  /** Is everybody whom a place knows among its trusted leaves, as in a network that one leaf set holds? */
  readonly isWhole: Uint8Array
  built = 0

  constructor(places: Places, perSlot: number, mix: number) {
    const digits = Math.ceil(Math.log(Math.max(places.count, 2)) / Math.log(columns))
    this.rows = digits + 1
    this.perSlot = perSlot
    this.slots = new Int32Array(places.count * this.rows * columns * perSlot)
    this.trusted = leavesOf(places.count, leavesPerSide)
    this.any = leavesOf(places.count, mix)
    this.isBuilt = new Uint8Array(places.count)
    this.isWhole = new Uint8Array(places.count)
  }

  slotAt(place: number, row: number, column: number): number {
    return ((place * this.rows + row) * columns + column) * this.perSlot
  }

  /** Bytes of a place's part. */
  get bytesEach(): number {
    return 4 * (this.rows * columns * this.perSlot + 2 * this.trusted.room + 2 * this.any.room) + 6
  }
}
