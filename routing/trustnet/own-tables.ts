// What a live node keeps of the policy: its own list, its own slots and its own leaves, as node ids,
// recomputed from the finalized ratings of everybody. Nobody is asked for a list. The work is done in
// slices, so that a node with a hundred thousand ratings to walk over goes on answering meanwhile.
import type { NodeId } from '../../src/core/id.ts'
import { ONE } from '../../src/core/trust.ts'
import { columns } from '../prefix-table.ts'
import type { Ring } from '../ring.ts'
import { Builder, type Lie } from './build.ts'
import type { Draw } from './draws.ts'
import { type RatedGraph, trustEdges } from './edges/graph.ts'
import { weightsOf } from './edges/weights.ts'
import type { TrustnetOptions } from './options.ts'
import { Places } from './places.ts'
import { atOnce } from './slices.ts'
import { type Leaves, placeOf } from './tables.ts'
import { type View, Views } from './views.ts'

/** The ratings of one overlay and whose they are: node numbers are those of the ring. */
export interface Rated {
  readonly ring: Ring
  readonly graph: RatedGraph
}

/** Somebody on the own list, and the friend over whom it came there. */
export interface ListEntry {
  readonly id: NodeId
  readonly score: number
  readonly first: NodeId
}

export interface OwnSlot {
  readonly row: number
  readonly column: number
  /** Best first. */
  readonly ids: readonly NodeId[]
}

/** `barred`: one of the two rated the other negative; only its position counts. */
export interface OwnLeaf {
  readonly id: NodeId
  readonly barred: boolean
}

/** Nearest first on each side. */
export interface OwnLeaves {
  readonly left: readonly OwnLeaf[]
  readonly right: readonly OwnLeaf[]
}

export interface OwnTables {
  readonly self: NodeId
  /** Nodes of the network as this one sees it by its walks. */
  readonly nodes: number
  /** By id. Empty where the node rated nobody: then it has no trusted part at all. */
  readonly entries: readonly ListEntry[]
  /** By row and column. */
  readonly slots: readonly OwnSlot[]
  /** Are the trusted leaves everybody whom it knows? Then every key lies among them. */
  readonly isWhole: boolean
  /** Leaves with several witnesses. */
  readonly trusted: OwnLeaves
  /** Leaves that one vote is enough for. */
  readonly any: OwnLeaves
}

/** What only the experiments know or do. */
export interface Beyond {
  /** How many nodes there are. @default their estimate by walks */
  readonly nodes?: number | undefined
  /**
   * Does every place see the network by its own walks, as live nodes do? It costs an estimate for each
   * place that tables are built of. @default all see it as the viewpoints do
   */
  readonly isOwnView?: boolean | undefined
  /** Lists that liars show instead of their own: lesson 6 left out. @default nobody can lie */
  readonly lie?: ((places: Places) => Lie) | undefined
}

/** Slices are counted in lists, of a millisecond or two; this one is as long as a step may be. */
const alone = 1_000

const noLeaves: OwnLeaves = { left: [], right: [] }

/** Tables of a node that trusts nobody. */
export const emptyTables = (self: NodeId): OwnTables => ({
  ...{ self, nodes: 0, entries: [], slots: [] },
  ...{ isWhole: false, trusted: noLeaves, any: noLeaves },
})

/**
 * A network's ratings made ready to build tables from, for any of its nodes. A live node makes one for
 * itself and throws it away; a simulated network of whole nodes shares one.
 */
export class TrustedGround {
  readonly places: Places
  readonly builder: Builder
  /** How the node at a place sees the network: the lists of everybody that its tables come from. */
  readonly viewOf: (place: number) => View
  /** All the lists that were made. */
  readonly views: Views
  /** One text for each node in all tables: a simulated network holds thousands of them. */
  readonly #ids: NodeId[] = []

  private constructor({
    places,
    builder,
    viewOf,
    views,
  }: Pick<TrustedGround, 'places' | 'builder' | 'viewOf' | 'views'>) {
    this.places = places
    this.builder = builder
    this.viewOf = viewOf
    this.views = views
  }

  /**
   * Yields between slices of work, how long the slice was: `alone` for those that read all ratings.
   *
   * @param viewpoints numbers of the nodes whose walks estimate how many there are: the node itself
   */
  static *inSlices(
    { ring, graph }: Rated,
    draw: Draw,
    asked: TrustnetOptions,
    viewpoints: readonly number[],
    beyond: Beyond = {},
  ): Generator<number, TrustedGround> {
    yield alone
    const places = new Places(ring)
    yield alone
    const above = Math.floor(asked.onlyAbove * ONE)
    const edges = trustEdges(graph, places, above, asked.skipHostile)
    yield alone
    const weights = weightsOf(edges, asked)
    yield alone
    const from = viewpoints.map((node) => places.of[node]!)
    const views = new Views(edges, weights, places, draw, asked)
    const common = beyond.isOwnView === true ? undefined : yield* views.inSlices(from, beyond.nodes)
    const owned: (View | undefined)[] = []
    const viewOf = (place: number): View => {
      if (common !== undefined) return common
      owned[place] ??= atOnce(views.inSlices([place]))
      return owned[place]
    }
    const lie = beyond.lie?.(places)
    const builder = new Builder({ ...{ places, edges, viewOf, options: asked, lie } })
    return new TrustedGround({ places, builder, viewOf, views })
  }

  /** Makes the lists that a node's tables are built from, one a slice, and then the tables. */
  *tablesInSlices(node: number): Generator<number, OwnTables> {
    const place = this.places.of[node]!
    const { lists } = this.viewOf(place)
    const start = lists.of(place)
    for (let i = start; i < start + lists.counts[place]!; i++) {
      lists.of(lists.entries[i]!)
      yield 1
    }
    return this.tablesOf(node)
  }

  /** @param node its number in the ring that the ground was made of */
  tablesOf(node: number): OwnTables {
    const { builder } = this
    const place = this.places.of[node]!
    const { lists, nodes } = this.viewOf(place)
    builder.build(place)
    const start = lists.of(place)
    const entries = Array.from({ length: lists.counts[place]! }, (_, i) => ({
      id: this.#idOf(lists.entries[start + i]!),
      score: lists.scores[start + i]!,
      first: this.#idOf(lists.firsts[start + i]!),
    }))
    const { trusted, any, isWhole } = builder.tables
    return {
      ...{ self: this.#idOf(place), nodes, entries, isWhole: isWhole[place] === 1 },
      slots: this.#slotsOf(place),
      trusted: this.#leavesOf(trusted, place),
      any: this.#leavesOf(any, place),
    }
  }

  #idOf(place: number): NodeId {
    this.#ids[place] ??= this.places.ring.id(place)
    return this.#ids[place]
  }

  #slotsOf(place: number): OwnSlot[] {
    const { tables } = this.builder
    const slots: OwnSlot[] = []
    for (let row = 0; row < tables.rows; row++)
      for (let column = 0; column < columns; column++) {
        const at = tables.slotAt(place, row, column)
        const held = tables.slots.subarray(at, at + tables.perSlot).filter((entry) => entry !== 0)
        const ids = Array.from(held, (entry) => this.#idOf(entry - 1))
        if (ids.length > 0) slots.push({ row, column, ids })
      }
    return slots
  }

  #leavesOf(leaves: Leaves, place: number): OwnLeaves {
    const side = (which: 0 | 1): OwnLeaf[] => {
      const start = (2 * place + which) * leaves.room
      const seated = leaves.entries.subarray(start, start + leaves.counts[2 * place + which]!)
      return Array.from(seated, (leaf) => ({
        ...{ id: this.#idOf(placeOf(leaf)), barred: leaf < 0 },
      }))
    }
    return { left: side(0), right: side(1) }
  }
}

/** The tables of one node from everybody's ratings, in slices; see `TrustedGround.inSlices`. */
export function* ownTablesInSlices(
  rated: Rated,
  self: NodeId,
  draw: Draw,
  options: TrustnetOptions,
): Generator<number, OwnTables> {
  const node = rated.ring.numberOf(self)
  const { start, length, nodeCount } = rated.graph
  const isRater = node >= 0 && node < nodeCount && length[node]! > 0 && start.length > node
  if (!isRater) return emptyTables(self)
  const ground = yield* TrustedGround.inSlices(rated, draw, options, [node])
  return yield* ground.tablesInSlices(node)
}
