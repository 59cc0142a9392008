// One prefix table of a live node together with the reasons of its slots: why is data, kept when
// the choice is made, so that `route inspect` explains what happened and not what might have.
import type { NodeId } from '../src/core/id.ts'
import { ringDigits } from '../src/core/limits.ts'
import type { Merit, RoutingPolicy, TableKind, Why } from './policy.ts'
import { columns, PrefixTable, vacant } from './prefix-table.ts'

/** `overlay:<name>` or `global`, as traces name it. */
export type TableName = `overlay:${string}` | 'global'

/** Why a node holds its slot, and whom it unseated, if anybody (an id: numbers are used again). */
export interface SlotReason {
  readonly why: Why
  readonly displaced: NodeId | undefined
}

export class SlotTable {
  readonly name: TableName
  readonly slots = new PrefixTable(1, ringDigits)
  readonly #policy: RoutingPolicy
  /** What speaks for a node in this table's terms, now. */
  readonly meritOf: (node: number) => Merit
  /** How often a slot has changed hands: tells whether anything changed without looking at all slots. */
  seatings = 0
  readonly #idOf: (node: number) => NodeId
  readonly #kind: TableKind
  readonly #reasons = new Map<number, SlotReason>()

  constructor(
    name: TableName,
    policy: RoutingPolicy,
    meritOf: (node: number) => Merit,
    idOf: (node: number) => NodeId,
  ) {
    this.name = name
    this.#policy = policy
    this.meritOf = meritOf
    this.#idOf = idOf
    this.#kind = name === 'global' ? 'global' : 'overlay'
  }

  /** The overlay's name; 'global' for the global table. */
  get overlay(): string {
    return this.name === 'global' ? this.name : this.name.slice('overlay:'.length)
  }

  /** Would (or does) an eligible node hold this slot? */
  wouldSeat(row: number, column: number, node: number): boolean {
    const incumbent = this.slots.at(0, row, column)
    return incumbent === node || this.#claim(incumbent, node) !== undefined
  }

  /** An eligible node asks for its slot; true when it got it. */
  contest(row: number, column: number, challenger: number): boolean {
    const incumbent = this.slots.at(0, row, column)
    if (incumbent === challenger) return false
    const why = this.#claim(incumbent, challenger)
    if (why === undefined) return false
    const displaced = incumbent === vacant ? undefined : this.#idOf(incumbent)
    this.#seat(row, column, challenger, { why, displaced })
    return true
  }

  /** Chooses anew among all eligible nodes of a slot; the holder stays unless it is outdone or no longer eligible. */
  settle(row: number, column: number, eligible: readonly number[]): void {
    const holder = this.slots.at(0, row, column)
    if (holder !== vacant && !eligible.includes(holder)) this.#seat(row, column, vacant)
    for (const node of eligible) this.contest(row, column, node)
    if (holder !== vacant && this.slots.at(0, row, column) === holder) this.#explain(row, column)
  }

  holds(node: number): boolean {
    return this.slots.slots.includes(node)
  }

  reasonOf(row: number, column: number): SlotReason | undefined {
    return this.#reasons.get(row * columns + column)
  }

  /** Filled slots of rows 0..deepest. */
  entriesUpTo(deepest: number): { readonly row: number; readonly node: number }[] {
    const found: { row: number; node: number }[] = []
    this.slots.eachOf(0, 0, (node, row) => {
      if (row <= deepest) found.push({ row, node })
    })
    return found
  }

  /** Why the challenger may take the slot; undefined when it may not. */
  #claim(incumbent: number, challenger: number): Why | undefined {
    const merit = this.meritOf(challenger)
    return incumbent === vacant
      ? this.#policy.uncontested(this.#kind, merit)
      : this.#policy.challenge(this.#kind, merit, this.meritOf(incumbent))
  }

  /** The holder stays: what speaks for it may be another thing by now. */
  #explain(row: number, column: number): void {
    const slot = row * columns + column
    const reason = this.#reasons.get(slot)
    if (reason === undefined || reason.why === 'nearer') return
    const why = this.#policy.uncontested(this.#kind, this.meritOf(this.slots.at(0, row, column)))
    if (why !== reason.why) this.#reasons.set(slot, { ...reason, why })
  }

  #seat(row: number, column: number, node: number, reason?: SlotReason): void {
    this.slots.set(0, row, column, node)
    this.seatings++
    const slot = row * columns + column
    if (reason === undefined) this.#reasons.delete(slot)
    else this.#reasons.set(slot, reason)
  }
}
