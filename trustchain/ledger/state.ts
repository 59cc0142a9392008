// The state of the ledger: its tables, the authenticated map over all of their leaves, and what is
// derived from them (whose stars a subject has). Reads see the changes of the block that is being
// tried; `take` removes these again, `adopt` makes them final.
import { assert } from '../../src/core/assert.ts'
import { AuthenticatedMap, type FrozenMap } from '../../src/core/authenticated-map.ts'
import { copyBytes, hex, slashed } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import type { MapProof } from '../../src/core/map-proof.ts'
import type { Category } from '../entry.ts'
import { OpinionColumns } from '../standing/opinions.ts'
import {
  type ChainLeaf,
  chainLeaf,
  committeeLeaf,
  type EpochLeaf,
  epochLeaf,
  nodeLeaf,
  numberLeaf,
  type RootsLeaf,
  reportLeaf,
  rootsLeaf,
  serviceLeaf,
} from './leaves.ts'
import {
  headLeaf,
  overlayHeadLeaf,
  placeOf,
  reputationLeaf,
  slotLeaf,
  standingLeaf,
} from './leaves-of-ratings.ts'
import { SlotsByNode } from './slots-by-node.ts'
import { type Changes, Table } from './table.ts'

/** Leaves are stored under their key behind this. */
export const statePrefix = 'state/'

/** The latest stars of one rater for one subject. Derived from slots, so no leaf of its own. */
export interface StarRow {
  readonly subject: NodeId
  readonly rater: NodeId
  /** Half stars by category (entry.ts's order); 0: none. */
  readonly halves: readonly number[]
  /** Seqs that gave them. */
  readonly seqs: readonly number[]
}

/** All changes of one block. */
export type StateChanges = readonly Changes<unknown>[]

const derived = {
  prefix: '',
  write: () => assert(false, 'derived rows are not written'),
  read: (): StarRow => ({ subject: '' as NodeId, rater: '' as NodeId, halves: [], seqs: [] }),
}

export class State {
  readonly chains = new Table(chainLeaf)
  readonly epochs = new Table(epochLeaf)
  readonly rootSets = new Table(rootsLeaf)
  readonly committees = new Table(committeeLeaf)
  readonly nodes = new Table(nodeLeaf)
  readonly services = new Table(serviceLeaf)
  readonly heads = new Table(headLeaf)
  readonly overlays = new Table(overlayHeadLeaf)
  readonly slots = new Table(slotLeaf)
  readonly reputations = new Table(reputationLeaf)
  readonly standings = new Table(standingLeaf)
  readonly numbers = new Table(numberLeaf)
  readonly reports = new Table(reportLeaf)
  /** By "subject/rater". */
  readonly stars = new Table<StarRow>(derived)
  /** Final slots by pair, for the end of an epoch. */
  readonly opinions = new OpinionColumns()
  readonly slotsByNode = new SlotsByNode()
  readonly #leaves: readonly Table<unknown>[]
  #map = new AuthenticatedMap()
  #hash = ''

  constructor() {
    const { chains, epochs, rootSets, committees, nodes, services, heads, overlays } = this
    const { slots, reputations, standings, numbers, reports } = this
    this.#leaves = [
      ...[chains, epochs, rootSets, committees, nodes, services, heads, overlays],
      ...[slots, reputations, standings, numbers, reports],
    ] as unknown as readonly Table<unknown>[]
  }

  /** Of everything final. 64 hex digits. */
  get hash(): string {
    return this.#hash
  }

  get chain(): ChainLeaf {
    return this.chains.get('')!
  }

  get epoch(): EpochLeaf {
    return this.epochs.get('')!
  }

  get roots(): RootsLeaf {
    return this.rootSets.get('')!
  }

  /** Takes off what was tried since the last `take` or `commit`. */
  take(): StateChanges {
    return [...this.#leaves, this.stars as Table<unknown>].map((table) => table.take())
  }

  /** What changes do to one table. */
  changed<T>(changes: StateChanges, table: Table<T>): Changes<T> {
    const at = this.#leaves.indexOf(table as unknown as Table<unknown>)
    assert(at >= 0, 'a table of leaves')
    return changes[at] as Changes<T>
  }

  /** Makes changes final, in the tables and in the hash; returns how to make them durable. */
  adopt(changes: StateChanges): readonly StoreWrite[] {
    const writes: StoreWrite[] = []
    const slots = this.changed(changes, this.slots)
    this.opinions.adopt(this.slots.differences(slots))
    this.slotsByNode.adopt(slots)
    // An epoch that ends, and little else: a newcomer that says `ready`.
    if (this.changed(changes, this.epochs).size > 0) this.slotsByNode.forget()
    this.#leaves.forEach((table, i) => {
      for (const [rest, value] of changes[i]!) {
        const key = table.kind.prefix + rest
        const bytes = value === undefined ? null : table.encode(value)
        if (bytes === null) this.#map.delete(key)
        else this.#map.set(key, bytes)
        writes.push({ key: statePrefix + key, value: bytes })
      }
      table.adopt(changes[i]!)
    })
    this.stars.adopt(changes[this.#leaves.length] as Changes<(typeof changes)[0] & StarRow>)
    this.#hash = hex(this.#map.root())
    return writes
  }

  prove(key: string): { readonly value: Uint8Array | null; readonly proof: MapProof } {
    const value = this.#map.get(key)
    return { value: value === undefined ? null : copyBytes(value), proof: this.#map.prove(key) }
  }

  /** Keys of all leaves, in no order that means anything. */
  keys(): Iterable<string> {
    return this.#map.keys()
  }

  /** All leaves as they are now; later blocks do not touch them. */
  frozen(): FrozenMap {
    return this.#map.frozen()
  }

  /**
   * Fills an empty state with leaves, each once, in any order.
   *
   * @param expected the hash that they must give
   * @returns false unless they give that hash and are such a state; then this state is not to be used
   */
  load(leaves: readonly (readonly [key: string, value: Uint8Array])[], expected: string): boolean {
    const map = new AuthenticatedMap(leaves)
    const hash = hex(map.root())
    if (hash !== expected) return false
    for (const [key, value] of leaves) if (!this.#loadLeaf(key, value)) return false
    this.#map = map
    this.#hash = hash
    this.#derive()
    return this.chains.get('') !== undefined
  }

  #loadLeaf(key: string, value: Uint8Array): boolean {
    const end = key.indexOf('/') + 1
    const prefix = end === 0 ? key : key.slice(0, end)
    const table = this.#leaves.find(({ kind }) => kind.prefix === prefix)
    return table?.load(key.slice(prefix.length), value) ?? false
  }

  /** Stars of one author for one subject in one category count once: the latest by seq, whatever its overlay. */
  #derive(): void {
    this.opinions.adopt(added(this.slots.values()))
    const rows = new Map<string, { halves: number[]; seqs: number[] } & StarRow>()
    for (const { author, subject, kind, value, seq } of this.slots.values()) {
      if (kind === 'trust') continue
      const key = slashed(subject, author)
      const row = rows.get(key) ?? { subject, rater: author, halves: [0, 0, 0], seqs: [0, 0, 0] }
      rows.set(key, row)
      const place = placeOf(kind satisfies Category)
      if (seq < row.seqs[place]!) continue
      row.halves[place] = halvesOf(value)
      row.seqs[place] = seq
    }
    this.stars.adopt(rows)
  }
}

function* added<T>(values: Iterable<T>): Generator<readonly [undefined, T]> {
  for (const value of values) yield [undefined, value]
}

/** Half stars of their value in millionths: −1 is one star, 1 five. */
const halvesOf = (value: number): number => value / 250_000 + 6
