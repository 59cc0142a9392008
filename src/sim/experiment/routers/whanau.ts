// Whānau (Lesniewski-Laas, Kaashoek: Whānau, a Sybil-proof distributed hash table, NSDI 2010), from the
// paper: TRY and CHOOSE-FINGER over layered tables, again from the end of a random walk when they fail.
// It finds records by exact key and knows no roots: here every node publishes one record under its id,
// and a lookup wants that of the key's true root. Records are authentic, an asker knows the one it wants
// when it sees it: the comparison with `trueRoot` stands for that check, and nothing routes by it.
import type { Words } from '../../../../routing/ring.ts'
import { wholeFrom } from '../../../core/bounds.ts'
import { Nearest } from '../nearest.ts'
import type { BuiltRouter, Outcome, Router, RouterContext } from '../router.ts'
import { lowerBound, WhanauTables } from './whanau-tables.ts'
import { Draws } from './whanau-walks.ts'

export interface WhanauOptions {
  /** Steps of a random walk w: about the mixing time of the graph. @default 10 */
  readonly walkLength: number
  /** Layers of ids; one is best without a clustering attack, more withstand one. @default 3 */
  readonly layers: number
  /** Tables hold this times the square root of the people, where the next three are 0. @default 2 */
  readonly tableFactor: number
  /** Records a node draws, r_d. @default 0, by tableFactor */
  readonly records: number
  /** Fingers a node and layer, r_f. @default 0, by tableFactor */
  readonly fingers: number
  /** Successor samples a node and layer, r_s. @default 0, by tableFactor */
  readonly successors: number
  /** Records one successor sample brings, t. @default 4 */
  readonly recordsPerSample: number
  /** Fingers asked in one TRY. @default 6 */
  readonly queries: number
  /** TRYs: the first at home, each further one at the end of a walk. @default 10 */
  readonly tries: number
}

const sizesOf = (people: number, options: WhanauOptions) => {
  const table = Math.ceil(options.tableFactor * Math.sqrt(people))
  return {
    walkLength: options.walkLength,
    layers: options.layers,
    records: options.records || table,
    fingers: options.fingers || table,
    successors: options.successors || table,
    recordsPerSample: options.recordsPerSample,
  }
}

class BuiltWhanau implements BuiltRouter {
  readonly #context: RouterContext
  readonly #options: WhanauOptions
  readonly #tables: WhanauTables
  readonly #seed: number
  readonly setUpMessagesPerNode: number
  readonly #everybody: Nearest
  // The layers in which CHOOSE-FINGER found somebody, and which run of fingers.
  readonly #inLayer: Int32Array
  readonly #runStart: Int32Array
  readonly #runLength: Int32Array
  #met = false

  constructor(context: RouterContext, options: WhanauOptions) {
    this.#context = context
    this.#options = options
    this.#tables = new WhanauTables(context, sizesOf(context.world.people, options))
    // Every walk is relayed step by step and answered directly.
    const walks = this.#tables.walks.made / Math.max(1, this.#tables.tables)
    this.setUpMessagesPerNode = walks * (options.walkLength + 1)
    this.#seed = context.random.uint32()
    this.#everybody = new Nearest(context.world.ring, this.#tables.nodes)
    this.#inLayer = new Int32Array(options.layers)
    this.#runStart = new Int32Array(options.layers)
    this.#runLength = new Int32Array(options.layers)
  }

  get bytesPerNode(): number {
    return this.#tables.bytesPerNode
  }

  contamination() {
    return this.#tables.contamination()
  }

  lookup(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): Outcome {
    outcome.messages = 0
    outcome.hops = 0
    outcome.ending = 'delivered'
    outcome.root = trueRoot
    this.#met = false
    if (origin === trueRoot) return outcome
    const draws = new Draws(this.#seed ^ Math.imul(number + 1, 0x9e3779b1))
    const keyRank = this.#rankOfKey(key)
    const root = trueRoot < 0 ? -1 : this.#tables.rankOf[trueRoot]!
    for (let attempt = 0; attempt < this.#options.tries; attempt++) {
      const home = attempt === 0
      const from = home ? origin : this.#tables.walks.from(origin, draws, this.#context.requests)
      // The walk's steps, and the request to the node at its end.
      if (!home) outcome.messages += this.#options.walkLength + 1
      if (!home) this.#asked(from)
      if (!home && !this.#serves(from, number, key)) continue
      if (!this.#attempt(from, keyRank, root, key, number, draws, outcome)) continue
      // To the finger, to the root whose record it has; before them to the delegate.
      outcome.hops = home ? 2 : 3
      outcome.messages++
      this.#asked(trueRoot)
      return outcome
    }
    outcome.ending = this.#met ? 'dropped' : 'lost'
    outcome.root = -1
    return outcome
  }

  /** TRY: fingers before the key are asked, from ever farther before it. */
  #attempt(
    from: number,
    keyRank: number,
    root: number,
    key: Words,
    number: number,
    draws: Draws,
    outcome: Outcome,
  ): boolean {
    const tables = this.#tables
    const { fingers } = tables.sizes
    const slot = tables.slotOf[from]!
    if (slot < 0) return false
    const { fingerIds } = tables.layers[0]!
    const start = slot * fingers
    const after = lowerBound(fingerIds, start, start + fingers, keyRank + 1) - start
    const queries = Math.min(this.#options.queries, fingers)
    for (let back = 1; back <= queries; back++) {
      const anchor = fingerIds[start + ((after - back + 2 * fingers) % fingers)]!
      const layer = this.#chooseLayer(slot, anchor, keyRank, draws)
      if (layer < 0) continue
      const place = draws.below(this.#runLength[layer]!) + this.#runStart[layer]!
      const finger = tables.layers[layer]!.fingerNodes[start + (place % fingers)]!
      outcome.messages++
      this.#asked(finger)
      if (!this.#serves(finger, number, key) || tables.slotOf[finger]! < 0) continue
      if (tables.holds(layer, finger, root)) return true
    }
    return false
  }

  /** CHOOSE-FINGER: a random one of the layers with fingers between anchor and key; -1 for none. */
  #chooseLayer(slot: number, anchor: number, keyRank: number, draws: Draws): number {
    const { layers, sizes } = this.#tables
    const { fingers } = sizes
    const start = slot * fingers
    let found = 0
    for (let layer = 0; layer < layers.length; layer++) {
      const { fingerIds } = layers[layer]!
      const from = lowerBound(fingerIds, start, start + fingers, anchor) - start
      const to = lowerBound(fingerIds, start, start + fingers, keyRank + 1) - start
      // The run may go round the end of the ring.
      const length = anchor <= keyRank ? to - from : fingers - from + to
      if (length <= 0) continue
      this.#runStart[layer] = from
      this.#runLength[layer] = length
      this.#inLayer[found++] = layer
    }
    return found === 0 ? -1 : this.#inLayer[draws.below(found)]!
  }

  #asked(node: number): void {
    const { requests } = this.#context
    if (requests !== undefined) requests[node]!++
  }

  #serves(node: number, number: number, key: Words): boolean {
    const serves = this.#context.behaviour.deed(node, number, key) === 'serve'
    if (!serves) this.#met = true
    return serves
  }

  /** Rank of the node nearest to the key, whoever it is: where the key lies among the ranks. */
  #rankOfKey(key: Words): number {
    return this.#tables.rankOf[this.#everybody.to(key)]!
  }
}

/** 0: by `tableFactor`. */
const size = wholeFrom(0, 100_000)
const count = wholeFrom(1, 1000)

export const whanau: Router<WhanauOptions> = {
  name: 'whanau',
  about:
    'Whānau: layered tables by random walks over the social graph (Lesniewski-Laas, Kaashoek 2010)',
  defaults: {
    walkLength: 10,
    layers: 3,
    tableFactor: 2,
    records: 0,
    fingers: 0,
    successors: 0,
    recordsPerSample: 4,
    queries: 6,
    tries: 10,
  },
  bounds: {
    ...{ walkLength: wholeFrom(1, 200), layers: wholeFrom(1, 20) },
    tableFactor: { type: 'number', exclusiveMinimum: 0, maximum: 100 },
    ...{ records: size, fingers: size, successors: size },
    ...{ recordsPerSample: count, queries: count, tries: count },
  },
  build: (context, options) => new BuiltWhanau(context, options),
  /** As if everybody were honest: enemies that take no part have no tables. */
  estimateBytes(nodes, options) {
    const sizes = sizesOf(nodes, options)
    // A successor table spans t of the gaps between records of one sample, and its draws at most.
    const span = Math.min(
      sizes.successors * sizes.recordsPerSample,
      (2 * sizes.recordsPerSample * nodes) / sizes.records,
    )
    return nodes * (4 * sizes.records + sizes.layers * (8 * sizes.fingers + 8 * span + 8) + 120)
  },
}
