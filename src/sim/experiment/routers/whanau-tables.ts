// SETUP of Whānau (Lesniewski-Laas, Kaashoek 2010; names in capitals are the paper's): every node draws records, then layer
// by layer chooses an id, fingers to nodes of known ids, and the records that follow its id. Each node
// publishes one record, under its position: a record is the rank of its node in the order of positions.
import { beforeLookups } from '../behaviour.ts'
import { Nearest } from '../nearest.ts'
import type { Contamination, RouterContext } from '../router.ts'
import { honest } from '../world.ts'
import { Draws, handsOn, keeps, silent, Walks } from './whanau-walks.ts'

export interface WhanauSizes {
  readonly walkLength: number
  readonly layers: number
  /** Records drawn a node, r_d. */
  readonly records: number
  /** Fingers a node and layer, r_f. */
  readonly fingers: number
  /** Successor samples a node and layer, r_s. */
  readonly successors: number
  /** Records that one sample brings, t. */
  readonly recordsPerSample: number
}

/** First place of from..to of a sorted run whose value is not below `rank`. */
export function lowerBound(sorted: Int32Array, from: number, to: number, rank: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < rank) low = middle + 1
    else high = middle
  }
  return low
}

/** One layer; node tables lie behind one another by slot. */
export interface WhanauLayer {
  /** The id by slot: the rank of a record. */
  readonly ids: Int32Array
  /** By slot `fingers` ids in rising order, and whose they are. */
  readonly fingerIds: Int32Array
  readonly fingerNodes: Int32Array
  /** Records after the id, sorted and distinct; slot s has `successors[i]`, i from start[s] to start[s+1]. */
  readonly successorStart: Int32Array
  successors: Int32Array
}

export class WhanauTables {
  readonly sizes: WhanauSizes
  /** Nodes by rank. */
  readonly nodes: Int32Array
  readonly rankOf: Int32Array
  /** Which table a node has; -1 for enemies that take no part. */
  readonly slotOf: Int32Array
  readonly layers: WhanauLayer[] = []
  readonly walks: Walks
  readonly #context: RouterContext
  readonly #owners: Int32Array
  readonly #liars: Int32Array
  readonly #draws: Draws
  readonly #records: Int32Array
  /** Which node's table a record was put into last. */
  readonly #stamps: Int32Array
  #stamp = 0
  #successorCount = 0

  constructor(context: RouterContext, sizes: WhanauSizes) {
    const { world, behaviour } = context
    this.#context = context
    this.sizes = sizes
    this.#draws = Draws.of(context.random)
    const everybody = Array.from({ length: world.size }, (_, node) => node)
    this.nodes = new Nearest(world.ring, everybody).nodes
    this.rankOf = new Int32Array(world.size)
    this.nodes.forEach((node, rank) => {
      this.rankOf[node] = rank
    })
    // In the set-up an enemy does what it would do with a lookup of its own id.
    const { words } = world.ring
    const deeds = Uint8Array.from(everybody, (node) => {
      if (world.kinds[node] === honest) return handsOn
      const deed = behaviour.deed(node, beforeLookups, words.subarray(4 * node, 4 * node + 4))
      return deed === 'serve' ? handsOn : deed === 'drop' ? silent : keeps
    })
    this.#owners = Int32Array.from(everybody.filter((node) => deeds[node] === handsOn))
    this.#liars = Int32Array.from(everybody.filter((node) => deeds[node] === keeps))
    this.slotOf = new Int32Array(world.size).fill(-1)
    this.#owners.forEach((node, slot) => {
      this.slotOf[node] = slot
    })
    this.walks = new Walks(world, sizes.walkLength, deeds)
    this.#stamps = new Int32Array(world.size)
    this.#records = this.#sampleRecords()
    for (let layer = 0; layer < sizes.layers; layer++) this.#addLayer()
  }

  /** How many nodes have tables: all but enemies that take no part. */
  get tables(): number {
    return this.#owners.length
  }

  /** Of a node that has tables: its id and place, the friends that it walks to, and the tables. */
  get bytesPerNode(): number {
    const arrays = [this.#owners, this.#records]
    for (const layer of this.layers)
      arrays.push(
        layer.ids,
        layer.fingerIds,
        layer.fingerNodes,
        layer.successorStart,
        layer.successors,
      )
    const own = arrays.reduce((sum, array) => sum + array.byteLength, 0)
    return 12 + this.walks.bytes / this.slotOf.length + own / Math.max(1, this.tables)
  }

  /** Does the successor table of a node hold this record? */
  holds(layer: number, node: number, rank: number): boolean {
    const { successorStart, successors } = this.layers[layer]!
    const slot = this.slotOf[node]!
    const end = successorStart[slot + 1]!
    const at = lowerBound(successors, successorStart[slot]!, end, rank)
    return at < end && successors[at] === rank
  }

  contamination(): Contamination {
    const { kinds } = this.#context.world
    const fingers: [number, number] = [0, 0]
    const records: [number, number] = [0, 0]
    this.#owners.forEach((node, slot) => {
      if (kinds[node] !== honest) return
      for (const layer of this.layers) {
        const from = slot * this.sizes.fingers
        for (let i = from; i < from + this.sizes.fingers; i++)
          fingers[kinds[layer.fingerNodes[i]!] === honest ? 0 : 1]++
        for (let i = layer.successorStart[slot]!; i < layer.successorStart[slot + 1]!; i++)
          records[kinds[this.nodes[layer.successors[i]!]!] === honest ? 0 : 1]++
      }
    })
    const share = ([friends, enemies]: [number, number]): number | undefined =>
      friends + enemies === 0 ? undefined : enemies / (friends + enemies)
    return { table: share(fingers), leafSet: share(records) }
  }

  /** Whatever a liar says, it speaks of a liar. */
  #anyLiar(): number {
    return this.#liars[this.#draws.below(this.#liars.length)]!
  }

  /** SAMPLE-RECORDS: r_d walks, each brings the record of where it ended, or a liar's. */
  #sampleRecords(): Int32Array {
    const { records } = this.sizes
    const sampled = new Int32Array(this.#owners.length * records)
    this.#owners.forEach((node, slot) => {
      for (let i = slot * records; i < (slot + 1) * records; i++) {
        const end = this.walks.from(node, this.#draws)
        sampled[i] = this.rankOf[this.slotOf[end]! < 0 ? this.#anyLiar() : end]!
      }
      sampled.subarray(slot * records, (slot + 1) * records).sort()
    })
    return sampled
  }

  #addLayer(): void {
    const ids = this.#chooseIds()
    const { fingers } = this.sizes
    const owners = this.#owners.length
    const layer: WhanauLayer = {
      ids,
      fingerIds: new Int32Array(owners * fingers),
      fingerNodes: new Int32Array(owners * fingers),
      successorStart: new Int32Array(owners + 1),
      successors: new Int32Array(owners * this.sizes.recordsPerSample * 16),
    }
    this.#sampleFingers(layer)
    this.#successorCount = 0
    const { successors, recordsPerSample } = this.sizes
    const scratch = new Int32Array(successors * recordsPerSample)
    for (let slot = 0; slot < owners; slot++) this.#sampleSuccessors(layer, slot, scratch)
    layer.successors = layer.successors.slice(0, this.#successorCount)
    this.layers.push(layer)
  }

  /**
   * CHOOSE-ID: a record of one's own sample in layer 0, above it the id of a finger below. So where
   * enemies crowd their ids in one layer, honest ids follow them in the next.
   */
  #chooseIds(): Int32Array {
    const below = this.layers.at(-1)
    const source = below === undefined ? this.#records : below.fingerIds
    const count = below === undefined ? this.sizes.records : this.sizes.fingers
    return this.#owners.map((_, slot) => source[slot * count + this.#draws.below(count)]!)
  }

  /** FINGERS: r_f walks, each brings the node at its end with its id; a liar names any id. */
  #sampleFingers(layer: WhanauLayer): void {
    const { fingers } = this.sizes
    const { size } = this.#context.world
    const pairs = new Float64Array(fingers)
    this.#owners.forEach((node, slot) => {
      for (let i = 0; i < fingers; i++) {
        const end = this.walks.from(node, this.#draws)
        const endSlot = this.slotOf[end]!
        const id = endSlot < 0 ? this.#draws.below(size) : layer.ids[endSlot]!
        pairs[i] = id * size + end
      }
      pairs.sort()
      for (let i = 0; i < fingers; i++) {
        const id = Math.floor(pairs[i]! / size)
        layer.fingerIds[slot * fingers + i] = id
        layer.fingerNodes[slot * fingers + i] = pairs[i]! - id * size
      }
    })
  }

  /** SUCCESSORS: r_s walks, each brings the t records of the node at its end that follow one's id. */
  #sampleSuccessors(layer: WhanauLayer, slot: number, scratch: Int32Array): void {
    const { records, recordsPerSample, successors } = this.sizes
    const id = layer.ids[slot]!
    this.#stamp++
    let found = 0
    const put = (record: number): void => {
      if (this.#stamps[record] === this.#stamp) return
      this.#stamps[record] = this.#stamp
      scratch[found++] = record
    }
    for (let sample = 0; sample < successors; sample++) {
      const endSlot = this.slotOf[this.walks.from(this.#owners[slot]!, this.#draws)]!
      if (endSlot < 0) {
        put(this.rankOf[this.#anyLiar()]!)
        continue
      }
      const from = endSlot * records
      const first = lowerBound(this.#records, from, from + records, id) - from
      for (let i = 0; i < recordsPerSample; i++) put(this.#records[from + ((first + i) % records)]!)
    }
    if (this.#successorCount + found > layer.successors.length) {
      const larger = new Int32Array(2 * layer.successors.length + found)
      larger.set(layer.successors)
      layer.successors = larger
    }
    layer.successors.set(scratch.subarray(0, found).sort(), this.#successorCount)
    this.#successorCount += found
    layer.successorStart[slot + 1] = this.#successorCount
  }
}
