// What everybody's lists look like to a node that takes the network for so and so large. The lists
// are the same draws whoever makes them; how long they are, how far walks go and how often everybody
// registers follows from an estimate of n, and each node has its own.
import { Ballots } from './ballots.ts'
import { CappedSumLists } from './capped-sum.ts'
import type { Draw } from './draws.ts'
import type { TrustEdges } from './edges/graph.ts'
import type { Weights } from './edges/weights.ts'
import { Lists } from './lists.ts'
import { estimateNodes, walkLengthFor } from './network-size.ts'
import { type Sizes, sizesFor, type TrustnetOptions } from './options.ts'
import type { Places } from './places.ts'
import { type Registrations, registeringInSlices } from './registered.ts'
import { WalkedLists } from './walks.ts'

/** Everybody's lists and whom they can vote for: one sample of the rating graph. */
interface Sample {
  readonly lists: Lists
  readonly ballots: Ballots
}

export interface View extends Sample {
  /** Estimated nodes: the leaf span of the audit follows from it. */
  readonly nodes: number
  readonly sizes: Sizes
}

/** Makes views of one network's ratings; those that differ in nothing but n share their lists. */
export class Views {
  readonly #edges: TrustEdges
  readonly #weights: Weights
  readonly #places: Places
  readonly #draw: Draw
  readonly #asked: TrustnetOptions
  readonly #samples = new Map<string, Sample>()
  readonly #registrations = new Map<string, Registrations>()

  constructor(
    edges: TrustEdges,
    weights: Weights,
    places: Places,
    draw: Draw,
    asked: TrustnetOptions,
  ) {
    this.#edges = edges
    this.#weights = weights
    this.#places = places
    this.#draw = draw
    this.#asked = asked
  }

  /**
   * Yields between slices of work, as `registeringInSlices` does.
   *
   * @param from places whose walks estimate how many nodes there are, in the median
   * @param known how many there are, where that is known
   */
  *inSlices(from: readonly number[], known?: number): Generator<number, View> {
    const ground = [this.#edges, this.#weights, this.#places] as const
    const walkLength = this.#asked.walkLength || walkLengthFor(...ground, this.#draw, from)
    const nodes = known ?? estimateNodes(...ground, this.#draw, walkLength, from)
    const options = { ...this.#asked, walkLength }
    const sizes = sizesFor(nodes, options)
    const key = `${walkLength} ${sizes.listSize} ${sizes.registered}`
    const sample = this.#samples.get(key) ?? (yield* this.#sampleInSlices(options, sizes))
    this.#samples.set(key, sample)
    return { ...sample, nodes, sizes }
  }

  *#sampleInSlices(options: TrustnetOptions, sizes: Sizes): Generator<number, Sample> {
    const ground = [this.#edges, this.#weights, this.#places] as const
    const maker =
      options.lists === 'walks'
        ? new WalkedLists(...ground, options, this.#draw)
        : new CappedSumLists(this.#edges, this.#places)
    const lists = new Lists(this.#places, sizes.listSize, maker)
    const { registered } = sizes
    const key = `${options.walkLength} ${registered}`
    const found =
      this.#registrations.get(key) ??
      (yield* registeringInSlices(...ground, options, this.#draw, registered))
    this.#registrations.set(key, found)
    return { lists, ballots: new Ballots(lists, found) }
  }

  /** Lists that were made, and on average: places that a list has room for, its entries, bytes of its votes. */
  get made(): {
    readonly lists: number
    readonly room: number
    readonly entries: number
    readonly ballotBytes: number
  } {
    let [made, room, entries, ballotBytes] = [0, 0, 0, 0]
    for (const { lists, ballots } of this.#samples.values()) {
      made += lists.made
      room += lists.size * lists.made
      entries += lists.counts.reduce((sum, count) => sum + count, 0)
      ballotBytes += ballots.bytes
    }
    const each = Math.max(made, 1)
    return {
      ...{ lists: made, room: room / each, entries: entries / each },
      ballotBytes: ballotBytes / each,
    }
  }
}
