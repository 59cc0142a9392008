// The list of a node as a sample of the rating graph around it: endpoints of short random walks
// over positive ratings. Bounded state against an unbounded flood: a region behind few attack edges
// is entered by few walks, however many identities it has (SybilLimit's short walks, Yu et al. 2008;
// Whānau's tables, Lesniewski-Laas and Kaashoek 2010). The order of the draws is part of the rule:
// per walk first the first edge, then the length, then the further steps.
import { type Draw, Draws, forList } from './draws.ts'
import type { Runs, TrustEdges } from './edges/graph.ts'
import type { Weights } from './edges/weights.ts'
import type { ListMaker, Lists } from './lists.ts'
import type { TrustnetOptions } from './options.ts'
import type { Places } from './places.ts'

/** What one step more takes from a walk's score. */
const decayPerStep = 0.7
/** Walks a list may take, in lists' sizes: who has few friends must not walk for ever. */
const walksPerEntry = 6

/** 0.7^k in millionths, rounded down step by step. */
export function decays(walkLength: number): Float64Array {
  const result = new Float64Array(walkLength + 1)
  result[0] = 1_000_000
  for (let i = 1; i <= walkLength; i++) result[i] = Math.floor(result[i - 1]! * decayPerStep)
  return result
}

/** A step over an edge of `at`, drawn by weight: the edge's index, or -1 at a dead end. */
export function stepFrom(runs: Runs, sums: Int32Array, at: number, draws: Draws): number {
  const start = runs.start[at]!
  const end = runs.start[at + 1]!
  if (start === end) return -1
  const rolled = draws.below(sums[end - 1]!)
  let low = start
  let high = end - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sums[middle]! > rolled) high = middle
    else low = middle + 1
  }
  return low
}

export class WalkedLists implements ListMaker {
  readonly #edges: TrustEdges
  readonly #weights: Weights
  readonly #places: Places
  readonly #options: TrustnetOptions
  readonly #draw: Draw
  readonly #draws = new Draws()
  readonly #decays: Float64Array
  // Scratch space of one list; an entry of `seenBy` is the place that saw it.
  readonly #seenBy: Int32Array
  readonly #isEntry: Uint8Array
  readonly #scores: Float64Array
  readonly #firsts: Int32Array
  /** Where the walk under way came from. */
  #from = -1

  constructor(
    edges: TrustEdges,
    weights: Weights,
    places: Places,
    options: TrustnetOptions,
    draw: Draw,
  ) {
    this.#edges = edges
    this.#weights = weights
    this.#places = places
    this.#options = options
    this.#draw = draw
    this.#decays = decays(options.walkLength)
    this.#seenBy = new Int32Array(places.count).fill(-1)
    this.#isEntry = new Uint8Array(places.count)
    this.#scores = new Float64Array(places.count)
    this.#firsts = new Int32Array(places.count)
  }

  make(place: number, lists: Lists): void {
    const { out, barred } = this.#edges
    const { walkLength, scoreBy } = this.#options
    const draws = this.#draws
    draws.seed(this.#places.ring.words, 4 * place, this.#draw, forList)
    // Neither the node itself nor whom it may not speak to becomes an entry.
    this.#see(place, 0)
    for (let i = barred.start[place]!; i < barred.start[place + 1]!; i++)
      this.#see(barred.to[i]!, 0, place)
    const found = new Int32Array(lists.size)
    let count = 0
    if (out.start[place] === out.start[place + 1]) return
    for (let walk = 0; walk < walksPerEntry * lists.size && count < lists.size; walk++) {
      const edge = stepFrom(out, this.#weights.out, place, draws)
      const length = 1 + draws.below(walkLength)
      const first = out.to[edge]!
      const steps = this.#walkOn(place, first, length)
      const end = this.#at
      const rating = scoreBy === 'rating' ? out.values[edge]! : 1_000_000
      const score = Math.floor((rating * this.#decays[steps - 1]!) / 1_000_000)
      if (this.#seenBy[end] !== place) {
        this.#see(end, 1, place)
        this.#scores[end] = 0
        this.#firsts[end] = first
        found[count++] = end
      }
      if (this.#isEntry[end] === 1) this.#scores[end]! += score
    }
    lists.put(place, found, count, this.#scores, this.#firsts)
  }

  /** Where the last walk ended. */
  #at = -1

  #see(node: number, isEntry: 0 | 1, by = node): void {
    this.#seenBy[node] = by
    this.#isEntry[node] = isEntry
  }

  /** Walks on from the first friend; the steps that were taken, the first included. */
  #walkOn(owner: number, first: number, length: number): number {
    const { backOut } = this.#options
    this.#from = owner
    this.#at = first
    let steps = 1
    for (; steps < length; steps++) {
      if (backOut > 0 && this.#draws.below(100) < backOut) {
        const back = this.#from
        this.#from = this.#at
        this.#at = back
        continue
      }
      const next = this.#onward()
      if (next < 0) break
      this.#from = this.#at
      this.#at = next
    }
    return steps
  }

  /** One step by weight; a step straight back is drawn once more. -1 at a dead end. */
  #onward(): number {
    const { out } = this.#edges
    const sums = this.#weights.out
    const edge = stepFrom(out, sums, this.#at, this.#draws)
    if (edge < 0) return -1
    if (out.to[edge] !== this.#from) return out.to[edge]!
    return out.to[stepFrom(out, sums, this.#at, this.#draws)]!
  }
}
