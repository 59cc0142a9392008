// What everybody finally thinks of everybody, ready for the end of an epoch: standing and election
// over hundreds of thousands of ratings must not hold up all members for seconds at one height. So
// ratings are noted as they become final, as rows of sums: one that comes adds its row, one that goes
// adds the same with the other sign, and the rows of a pair are added up when they are read.
import { assert } from '../../src/core/assert.ts'
import type { NodeId } from '../../src/core/id.ts'
import { compareIds, NodeIndex } from '../graph/node-index.ts'
import { type EdgeRating, edgeWeight } from './edge.ts'
import { type KeptEdges, StandingGraph } from './standing.ts'

/** The rating of a slot before and after; undefined: none. */
export type SlotChange = readonly [before: EdgeRating | undefined, after: EdgeRating | undefined]

/** So many rows more than twice the pairs may wait to be added up. */
const spareRows = 65_536

/** Sums of ratings of one node for another, see edgeWeight; a pair may have several rows. */
class Rows {
  count = 0
  author: Int32Array<ArrayBuffer>
  subject: Int32Array<ArrayBuffer>
  trust: Float64Array<ArrayBuffer>
  vetoes: Int32Array<ArrayBuffer>
  stars: Float64Array<ArrayBuffer>
  starRatings: Int32Array<ArrayBuffer>

  /** @param room rows before it grows */
  constructor(room = 256) {
    this.author = new Int32Array(room)
    this.subject = new Int32Array(room)
    this.trust = new Float64Array(room)
    this.vetoes = new Int32Array(room)
    this.stars = new Float64Array(room)
    this.starRatings = new Int32Array(room)
  }

  add(
    author: number,
    subject: number,
    trust: number,
    vetoes: number,
    stars: number,
    starRatings: number,
  ): void {
    if (this.count === this.author.length) this.#grow()
    const row = this.count++
    this.author[row] = author
    this.subject[row] = subject
    this.trust[row] = trust
    this.vetoes[row] = vetoes
    this.stars[row] = stars
    this.starRatings[row] = starRatings
  }

  #grow(): void {
    const larger = new Rows(2 * this.count)
    larger.author.set(this.author)
    larger.subject.set(this.subject)
    larger.trust.set(this.trust)
    larger.vetoes.set(this.vetoes)
    larger.stars.set(this.stars)
    larger.starRatings.set(this.starRatings)
    const { count } = this
    Object.assign(this, larger, { count })
  }
}

export class OpinionColumns {
  /** Every id that ever rated or was rated; the state keeps each of them anyhow. */
  readonly #nodes = new NodeIndex<NodeId>()
  #rows = new Rows()
  /** Rows that were left when they were last added up. */
  #pairs = 0
  /** Node numbers in order of their ids; made anew when there are more. */
  #ranked = new Int32Array(0)

  /** Takes note of slots that have changed for good. Amortised O(1) a slot. */
  adopt(changes: Iterable<SlotChange>): void {
    this.#note(changes)
    if (this.#rows.count <= 2 * this.#pairs + spareRows) return
    this.#rows = withoutEmpty(addedUp(this.#rows, this.#nodes.size))
    this.#pairs = this.#rows.count
  }

  /**
   * The edges as they are with some slots changed besides. O(ratings + changes).
   *
   * @param changes of the block that is being tried; they are not kept
   * @param others nodes that count although no edge names them: all that are asked for later
   */
  edges(changes: Iterable<SlotChange>, others: Iterable<NodeId>): KeptEdges {
    const { count } = this.#rows
    this.#note(changes)
    for (const id of others) this.#nodes.intern(id)
    const sums = addedUp(this.#rows, this.#nodes.size)
    this.#rows.count = count
    return new EdgeColumns(this.#nodes, this.#inOrder(), sums)
  }

  #note(changes: Iterable<SlotChange>): void {
    for (const [before, after] of changes) {
      if (before !== undefined) this.#add(before, -1)
      if (after !== undefined) this.#add(after, 1)
    }
  }

  #add({ author, subject, kind, value }: EdgeRating, sign: 1 | -1): void {
    if (author === subject) return
    const from = this.#nodes.intern(author)
    const to = this.#nodes.intern(subject)
    if (kind === 'trust') this.#rows.add(from, to, sign * value, value < 0 ? sign : 0, 0, 0)
    else this.#rows.add(from, to, 0, 0, sign * value, sign)
  }

  #inOrder(): Int32Array {
    const { size } = this.#nodes
    if (this.#ranked.length < size) {
      const ids = Array.from({ length: size }, (_, node) => this.#nodes.idOf(node))
      this.#ranked = Int32Array.from(ids.keys()).sort((a, b) => compareIds(ids[a]!, ids[b]!))
    }
    return this.#ranked
  }
}

/** The same with one row for each pair, those of one author one after the other. */
function addedUp(rows: Rows, nodes: number): Rows {
  const sums = new Rows(rows.count)
  /** The row of each subject, where it is one of the author at hand. */
  const place = new Int32Array(nodes)
  let author = -1
  let first = 0
  for (const row of byAuthor(rows, nodes)) {
    if (rows.author[row] !== author) first = sums.count
    author = rows.author[row]!
    const subject = rows.subject[row]!
    const at = place[subject]!
    if (at < first || at >= sums.count || sums.subject[at] !== subject) {
      place[subject] = sums.count
      copyRow(rows, row, sums)
    } else {
      sums.trust[at]! += rows.trust[row]!
      sums.vetoes[at]! += rows.vetoes[row]!
      sums.stars[at]! += rows.stars[row]!
      sums.starRatings[at]! += rows.starRatings[row]!
    }
  }
  return sums
}

function copyRow(rows: Rows, row: number, into: Rows): void {
  const { author, subject, trust, vetoes, stars, starRatings } = rows
  into.add(author[row]!, subject[row]!, trust[row]!, vetoes[row]!, stars[row]!, starRatings[row]!)
}

/** Without pairs whose ratings are all gone. */
function withoutEmpty(rows: Rows): Rows {
  const left = new Rows()
  for (let row = 0; row < rows.count; row++)
    if (rows.trust[row] !== 0 || rows.vetoes[row] !== 0 || rows.starRatings[row] !== 0)
      copyRow(rows, row, left)
  return left
}

/** Row numbers by the author's number. */
function byAuthor({ count, author }: Rows, nodes: number): Int32Array {
  const next = new Int32Array(nodes + 1)
  for (let row = 0; row < count; row++) next[author[row]! + 1]!++
  for (let node = 0; node < nodes; node++) next[node + 1]! += next[node]!
  const order = new Int32Array(count)
  for (let row = 0; row < count; row++) order[next[author[row]!]!++] = row
  return order
}

/** All edges as a graph of all nodes, of which those of silent nodes are taken out when it is asked for. */
class EdgeColumns implements KeptEdges {
  readonly #ids: readonly NodeId[]
  readonly #rankOf: (id: NodeId) => number | undefined
  readonly #start: Int32Array
  readonly #to: Int32Array
  readonly #weight: Int32Array

  constructor(nodes: NodeIndex<NodeId>, ranked: Int32Array, rows: Rows) {
    this.#ids = Array.from(ranked, (node) => nodes.idOf(node))
    const rank = new Int32Array(ranked.length)
    for (const [place, node] of ranked.entries()) rank[node] = place
    this.#rankOf = (id) => {
      const node = nodes.find(id)
      return node === undefined ? undefined : rank[node]
    }
    const weights = weightsOf(rows)
    const start = new Int32Array(ranked.length + 1)
    for (let row = 0; row < rows.count; row++)
      if (weights[row]! > 0) start[rank[rows.author[row]!]! + 1]!++
    for (let node = 0; node < ranked.length; node++) start[node + 1]! += start[node]!
    const edges = start[ranked.length]!
    this.#start = start
    this.#to = new Int32Array(edges)
    this.#weight = new Int32Array(edges)
    const next = start.slice()
    for (let row = 0; row < rows.count; row++) {
      if (weights[row] === 0) continue
      const at = next[rank[rows.author[row]!]!]!++
      this.#to[at] = rank[rows.subject[row]!]!
      this.#weight[at] = weights[row]!
    }
  }

  graph(others: Iterable<NodeId>, silent: ReadonlySet<NodeId>): StandingGraph {
    for (const id of others)
      assert(this.#rankOf(id) !== undefined, 'edges were made with this node')
    const start = new Int32Array(this.#start.length)
    const to = new Int32Array(this.#to.length)
    const weight = new Int32Array(this.#to.length)
    let end = 0
    for (const [node, id] of this.#ids.entries()) {
      if (!silent.has(id)) {
        const from = this.#start[node]!
        const until = this.#start[node + 1]!
        to.set(this.#to.subarray(from, until), end)
        weight.set(this.#weight.subarray(from, until), end)
        end += until - from
      }
      start[node + 1] = end
    }
    return new StandingGraph(
      this.#ids,
      this.#rankOf,
      start,
      to.subarray(0, end),
      weight.subarray(0, end),
    )
  }
}

function weightsOf({ count, trust, vetoes, stars, starRatings }: Rows): Int32Array {
  const weights = new Int32Array(count)
  for (let row = 0; row < count; row++)
    weights[row] = edgeWeight(trust[row]!, vetoes[row]!, stars[row]!, starRatings[row]!)
  return weights
}
