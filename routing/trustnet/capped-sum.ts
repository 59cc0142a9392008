// The founding note's adding of trust as a way to make lists, bounded: ratings of each rater are
// normalised to a sum of one, a node's sum is capped at one, three rounds. Lesson 2: close to walks
// on well-mixed graphs, worse where one fooled friend has few others. For ablations.
import type { TrustEdges } from './edges/graph.ts'
import type { ListMaker, Lists } from './lists.ts'
import type { Places } from './places.ts'

const rounds = 3
const million = 1_000_000

export class CappedSumLists implements ListMaker {
  readonly #edges: TrustEdges
  /** Sum of each rater's positive ratings. */
  readonly #given: Float64Array
  readonly #sum: Float64Array
  /** What arrived in the last round, and what arrives in this one. */
  #fresh: Float64Array
  #arriving: Float64Array
  readonly #firsts: Int32Array
  readonly #reachedBy: Int32Array

  constructor(edges: TrustEdges, places: Places) {
    this.#edges = edges
    const { out } = edges
    this.#given = new Float64Array(places.count)
    for (let place = 0; place < places.count; place++)
      for (let i = out.start[place]!; i < out.start[place + 1]!; i++)
        this.#given[place]! += out.values[i]!
    this.#sum = new Float64Array(places.count)
    this.#fresh = new Float64Array(places.count)
    this.#arriving = new Float64Array(places.count)
    this.#firsts = new Int32Array(places.count)
    this.#reachedBy = new Int32Array(places.count).fill(-1)
  }

  make(place: number, lists: Lists): void {
    const { barred } = this.#edges
    const reached = [place]
    this.#reach(place, place)
    this.#fresh[place] = million
    let frontier = [place]
    for (let round = 0; round < rounds; round++) frontier = this.#spread(place, frontier, reached)
    const shut = new Set(barred.to.subarray(barred.start[place]!, barred.start[place + 1]!))
    const sum = this.#sum
    const found = Int32Array.from(reached.filter((node) => node !== place && !shut.has(node)))
    // Ties go to the smaller id.
    found.sort((a, b) => sum[b]! - sum[a]! || a - b)
    const kept = found.slice(0, lists.size)
    lists.put(place, kept, kept.length, sum, this.#firsts)
    for (const node of reached) this.#fresh[node] = 0
  }

  #reach(node: number, by: number): void {
    this.#reachedBy[node] = by
    this.#sum[node] = 0
    this.#fresh[node] = 0
    this.#arriving[node] = 0
  }

  #spread(owner: number, frontier: readonly number[], reached: number[]): number[] {
    const { out } = this.#edges
    const next: number[] = []
    for (const rater of frontier)
      for (let i = out.start[rater]!; i < out.start[rater + 1]!; i++) {
        const ratee = out.to[i]!
        if (this.#reachedBy[ratee] !== owner) {
          this.#reach(ratee, owner)
          this.#firsts[ratee] = rater === owner ? ratee : this.#firsts[rater]!
          reached.push(ratee)
        }
        if (this.#arriving[ratee] === 0) next.push(ratee)
        this.#arriving[ratee]! += (this.#fresh[rater]! * out.values[i]!) / this.#given[rater]!
      }
    for (const rater of frontier) this.#fresh[rater] = 0
    for (const node of next) {
      this.#fresh[node] = Math.min(million, this.#arriving[node]!)
      this.#sum[node] = Math.min(million, this.#sum[node]! + this.#fresh[node]!)
      this.#arriving[node] = 0
    }
    return next
  }
}
