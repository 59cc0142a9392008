// Growing graphs. Barabási and Albert (1999): newcomers tie themselves to nodes in proportion to
// their degree, which gives hubs. Holme and Kim (2002) add triads, which give clusters: after a tie
// by preference, the next goes with a given probability to a neighbour of the node just tied.
import type { Random } from '../../../core/random.ts'
import { completeEdges, type Edges, tiesOf } from './edges.ts'

/**
 * Starts from a clique of m + 1 nodes, then every newcomer makes m = degree / 2 ties, so the mean
 * degree is close to `degree` and the graph is connected.
 *
 * @param triads probability of a triad step after the first tie of a newcomer; 0 is Barabási–Albert
 */
export function holmeKim(nodes: number, degree: number, triads: number, random: Random): Edges {
  const each = tiesOf(degree)
  if (nodes <= each + 1) return completeEdges(nodes)
  const seed = completeEdges(each + 1)
  const count = seed.count + (nodes - each - 1) * each
  const a = new Int32Array(count)
  const b = new Int32Array(count)
  a.set(seed.a)
  b.set(seed.b)
  const neighbours = triads > 0 ? new NeighbourLists(nodes, each) : undefined
  for (let i = 0; i < seed.count; i++) neighbours?.tie(a[i]!, b[i]!)
  for (let node = each + 1, first = seed.count; node < nodes; node++, first += each) {
    let preferred = -1
    for (let edge = first; edge < first + each; edge++) {
      let other = -1
      if (preferred >= 0 && neighbours !== undefined && random.fraction() < triads)
        other = neighbours.pick(preferred, b, first, edge, random)
      if (other < 0) {
        // Every end of an edge is one lot; the newcomer's own edges are not among them yet.
        do {
          const lot = random.below(2 * first)
          other = (lot & 1) === 0 ? a[lot >>> 1]! : b[lot >>> 1]!
        } while (isAmong(b, first, edge, other))
        preferred = other
      }
      a[edge] = node
      b[edge] = other
    }
    if (neighbours !== undefined)
      for (let edge = first; edge < first + each; edge++) neighbours.tie(node, b[edge]!)
  }
  return { nodes, count, a, b }
}

export const barabasiAlbert = (nodes: number, degree: number, random: Random): Edges =>
  holmeKim(nodes, degree, 0, random)

function isAmong(list: Int32Array, from: number, to: number, wanted: number): boolean {
  for (let i = from; i < to; i++) if (list[i] === wanted) return true
  return false
}

/** Growing lists in one pool: a list that outgrows its room moves to the end with half as much again. */
class NeighbourLists {
  #pool: Int32Array
  #end = 0
  readonly #start: Int32Array
  readonly #length: Int32Array
  readonly #room: Int32Array
  /** A newcomer's own ties and the few that half of all nodes ever get. */
  readonly #least: number

  constructor(nodes: number, each: number) {
    this.#least = Math.max(4, each + (each >>> 1))
    this.#start = new Int32Array(nodes)
    this.#length = new Int32Array(nodes)
    this.#room = new Int32Array(nodes)
    this.#pool = new Int32Array(3 * nodes * each + 64)
  }

  tie(a: number, b: number): void {
    this.#append(a, b)
    this.#append(b, a)
  }

  /**
   * A neighbour of `node` that is not among the newcomer's ties list[from..to): drawn, and where the
   * drawn one is tied already the next in the list; -1 when all are.
   */
  pick(node: number, list: Int32Array, from: number, to: number, random: Random): number {
    const start = this.#start[node]!
    const length = this.#length[node]!
    const first = random.below(length)
    for (let i = 0; i < length; i++) {
      const other = this.#pool[start + ((first + i) % length)]!
      if (!isAmong(list, from, to, other)) return other
    }
    return -1
  }

  #append(node: number, other: number): void {
    const length = this.#length[node]!
    if (length === this.#room[node]) this.#move(node, length)
    this.#pool[this.#start[node]! + length] = other
    this.#length[node] = length + 1
  }

  #move(node: number, length: number): void {
    const room = Math.max(this.#least, length + (length >>> 1))
    if (this.#end + room > this.#pool.length) {
      const larger = new Int32Array(Math.ceil(1.5 * this.#pool.length) + room)
      larger.set(this.#pool)
      this.#pool = larger
    }
    const start = this.#start[node]!
    this.#pool.copyWithin(this.#end, start, start + length)
    this.#start[node] = this.#end
    this.#room[node] = room
    this.#end += room
  }
}
