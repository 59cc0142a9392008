// Pastry's prefix routing table for many owners at once: row = digits shared with the owner,
// column = the next digit, one node number a slot. A live node is one owner with 32 rows; the
// simulator has 100,000 owners with the few rows that its network can fill.

/** Digits in base 16: columns of a row. */
export const columns = 16

/** No node holds this slot. */
export const vacant = -1

export class PrefixTable {
  readonly rows: number
  /** Slot of (owner, row, column) at (owner·rows + row)·16 + column. */
  readonly slots: Int32Array

  /** @param rows rows kept for each owner; deeper prefixes are left to the leaf set */
  constructor(owners: number, rows: number) {
    this.rows = rows
    this.slots = new Int32Array(owners * rows * columns).fill(vacant)
  }

  /** The node in a slot, or `vacant`; rows that are not kept are vacant. */
  at(owner: number, row: number, column: number): number {
    return row < this.rows ? this.slots[(owner * this.rows + row) * columns + column]! : vacant
  }

  set(owner: number, row: number, column: number, node: number): void {
    if (row < this.rows) this.slots[(owner * this.rows + row) * columns + column] = node
  }

  /** Calls back for every filled slot of an owner from row `from` on, in order. */
  eachOf(
    owner: number,
    from: number,
    visit: (node: number, row: number, column: number) => void,
  ): void {
    for (let row = from; row < this.rows; row++)
      for (let column = 0; column < columns; column++) {
        const node = this.at(owner, row, column)
        if (node !== vacant) visit(node, row, column)
      }
  }

  get bytes(): number {
    return this.slots.byteLength
  }
}
