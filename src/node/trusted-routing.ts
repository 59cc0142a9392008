// When a node under the policy `trustnet` computes its trusted tables anew: at its start, soon after
// ratings changed, and with every routing epoch. Everybody's ratings are at hand, so no list is asked
// of a peer. In slices, so that the node answers meanwhile. Timer: node/trusted.
import { Ring } from '../../routing/ring.ts'
import { type TrustnetOptions, trustnetDefaults } from '../../routing/trustnet/options.ts'
import { type OwnTables, ownTablesInSlices, type Rated } from '../../routing/trustnet/own-tables.ts'
import type { TrustBook } from '../../trustchain/graph/trust-book.ts'
import { utf8 } from '../core/bytes.ts'
import type { Millis, NodeId } from '../core/id.ts'
import type { Effect } from '../core/machine.ts'
import { sha256 } from '../core/sha256.ts'

/** Ratings come in bursts. */
const gatheredFor: Millis = 500
/** Between two computations in a network where one takes milliseconds. */
const restFor: Millis = 3_000
/** In a larger network only a new epoch starts one. */
const manyNodes = 4_096
/** How often a node looks whether the epoch is a new one. */
const lookEvery: Millis = 600_000
/** Slices of the computation that one step does: 20 to 30 ms of work. */
const slicesPerStep = 16
/** A routing epoch: lists are drawn anew after it. */
export const routingEpochMs: Millis = 3_600_000

const timer = 'node/trusted'

export interface TrustedRoutingPorts {
  readonly self: NodeId
  readonly book: TrustBook
  /** The overlays in which trust decides. */
  readonly overlays: readonly string[]
  /** The number of the routing epoch, the same for all who have the same finalized chain. */
  readonly epoch: (now: Millis) => number
  /** Tables that somebody else computed: a simulated network shares the work. */
  readonly shared: ((overlay: string) => OwnTables) | undefined
  readonly found: (overlay: string, tables: OwnTables) => void
}

/** The first 32 bits of a hash of the name: what the draws of an overlay depend on. */
const hashOf = (overlay: string): number => {
  const hash = sha256(utf8(`trustnet/overlay/${overlay}`))
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0)
}

export class TrustedRouting {
  readonly #ports: TrustedRoutingPorts
  readonly #options: TrustnetOptions
  #isDirty = false
  #nodes = 0
  #epoch = -1
  #doneAt: Millis = Number.NEGATIVE_INFINITY
  #work: Generator<number, void> | undefined

  constructor(ports: TrustedRoutingPorts, options: TrustnetOptions = trustnetDefaults) {
    this.#ports = ports
    this.#options = options
  }

  start(now: Millis): Effect<never>[] {
    const { overlays, shared, found } = this.#ports
    if (shared === undefined) return this.#tick(now)
    for (const overlay of overlays) found(overlay, shared(overlay))
    return []
  }

  /** Ratings changed, or an author was frozen. */
  changed(now: Millis): Effect<never>[] {
    if (this.#ports.shared !== undefined || this.#isDirty) return []
    this.#isDirty = true
    if (this.#work !== undefined || this.#nodes > manyNodes) return []
    const rested = this.#doneAt + restFor - now
    return [{ do: 'schedule', timer, after: Math.max(gatheredFor, rested) }]
  }

  /** Are the tables made of all that is known now? In a large network: of all at the last routing epoch. */
  get isSettled(): boolean {
    return this.#work === undefined && !(this.#isDirty && this.#nodes <= manyNodes)
  }

  /** True of this object's timer alone. */
  owns(name: string): boolean {
    return name === timer
  }

  onTimer(now: Millis): Effect<never>[] {
    return this.#tick(now)
  }

  #tick(now: Millis): Effect<never>[] {
    const epoch = this.#ports.epoch(now)
    if (this.#work === undefined) {
      const isDue = epoch !== this.#epoch || (this.#isDirty && this.#nodes <= manyNodes)
      if (!isDue) return [{ do: 'schedule', timer, after: lookEvery }]
      this.#isDirty = false
      this.#epoch = epoch
      this.#work = this.#compute(epoch)
    }
    for (let slices = 0; slices < slicesPerStep; ) {
      const slice = this.#work.next()
      if (slice.done === true) return this.#done(now)
      slices += slice.value
    }
    return [{ do: 'schedule', timer, after: 1 }]
  }

  #done(now: Millis): Effect<never>[] {
    this.#work = undefined
    this.#doneAt = now
    const isDue = this.#isDirty && this.#nodes <= manyNodes
    return [{ do: 'schedule', timer, after: isDue ? restFor : lookEvery }]
  }

  *#compute(epoch: number): Generator<number, void> {
    const { self, book, overlays, found } = this.#ports
    this.#nodes = Math.max(0, ...overlays.map((name) => book.rated(name)?.graph.nodeCount ?? 0))
    for (const overlay of overlays) {
      const rated = ratedIn(book, overlay)
      if (rated === undefined) continue
      const draw = { overlay: hashOf(overlay), epoch }
      found(overlay, yield* ownTablesInSlices(rated, self, draw, this.#options))
    }
  }
}

/** The ratings of an overlay without those of authors that signed two histories. */
function ratedIn(book: TrustBook, overlay: string): Rated | undefined {
  const rated = book.rated(overlay)
  if (rated === undefined) return undefined
  const { graph, idOf, frozen } = rated
  const ring = new Ring(graph.nodeCount)
  for (let node = 0; node < graph.nodeCount; node++) ring.intern(idOf(node))
  if (frozen.size === 0) return { ring, graph }
  const length = graph.length.slice()
  for (const author of frozen) length[author] = 0
  // Ratings go on coming while the tables are computed: columns that belong together are copied together.
  const [start, subjects, values] = [graph.start, graph.subjects, graph.values].map((column) =>
    column.slice(),
  ) as [Int32Array, Int32Array, Int32Array]
  return { ring, graph: { nodeCount: graph.nodeCount, start, length, subjects, values } }
}
