// The ratings of one overlay as a graph: for every author a sorted run of (subject, value) in one
// shared pool of typed arrays. A run that outgrows its room moves to the pool's end with twice the
// room, so loading is compact, reading is sequential and one new rating costs a short shift.
import { assert } from '../../src/core/assert.ts'

/** Ratings as columns; row i says that `authors[i]` rates `subjects[i]` with `values[i]` millionths. */
export interface RatingColumns {
  readonly count: number
  readonly authors: Int32Array
  readonly subjects: Int32Array
  readonly values: Int32Array
  /** Sequence numbers: of one (author, subject) the highest wins. Without them the last row wins. */
  readonly seqs?: Float64Array | undefined
}

const grown = (array: Int32Array, length: number): Int32Array<ArrayBuffer> => {
  const larger = new Int32Array(length)
  larger.set(array)
  return larger
}

/** Row numbers in stable order of `keys`, starting from `rows` (all rows in file order when absent). */
function sortedBy(
  keys: Int32Array,
  count: number,
  keyCount: number,
  rows?: Int32Array,
): Int32Array {
  const next = new Int32Array(keyCount + 1)
  for (let i = 0; i < count; i++) next[keys[i]! + 1]!++
  for (let key = 0; key < keyCount; key++) next[key + 1]! += next[key]!
  const sorted = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const row = rows === undefined ? i : rows[i]!
    sorted[next[keys[row]!]!++] = row
  }
  return sorted
}

/**
 * The latest rating of every (author, subject) in one overlay. Self-ratings are left out and 0 is no
 * edge (TN-1). The arrays are public for the loops that read hundreds of thousands of ratings:
 * author a's ratings are `subjects[i]`, `values[i]` for i from `start[a]` to `start[a] + length[a]`.
 */
export class RatingGraph {
  nodeCount = 0
  /** Ratings in the graph, negative ones included. */
  ratingCount = 0
  start = new Int32Array(0)
  length = new Int32Array(0)
  subjects = new Int32Array(0)
  values = new Int32Array(0)
  #room = new Int32Array(0)
  /** The pool is in use up to here, dead runs included. */
  #end = 0

  /** A graph of many ratings at once, in O(nodes + ratings). */
  static of(nodeCount: number, columns: RatingColumns): RatingGraph {
    const graph = new RatingGraph()
    graph.addNodes(nodeCount)
    graph.subjects = new Int32Array(columns.count)
    graph.values = new Int32Array(columns.count)
    const { count, authors, subjects, values, seqs } = columns
    const bySubject = sortedBy(subjects, count, nodeCount)
    const rows = sortedBy(authors, count, nodeCount, bySubject)
    for (let i = 0; i < count; ) {
      let row = rows[i]!
      const author = authors[row]!
      const subject = subjects[row]!
      for (i++; i < count; i++) {
        const rival = rows[i]!
        if (authors[rival] !== author || subjects[rival] !== subject) break
        if (seqs === undefined || seqs[rival]! >= seqs[row]!) row = rival
      }
      if (author !== subject && values[row] !== 0) graph.#append(author, subject, values[row]!)
    }
    return graph
  }

  /** Makes nodes 0..count-1 exist. */
  addNodes(count: number): void {
    if (count > this.start.length) {
      const capacity = Math.max(count, 2 * this.start.length)
      this.start = grown(this.start, capacity)
      this.length = grown(this.length, capacity)
      this.#room = grown(this.#room, capacity)
    }
    this.nodeCount = Math.max(this.nodeCount, count)
  }

  /** What `author` says of `subject`, in millionths; 0 when nothing. */
  rating(author: number, subject: number): number {
    if (author >= this.nodeCount) return 0
    const at = this.#place(author, subject)
    return this.#isAt(author, subject, at) ? this.values[at]! : 0
  }

  /**
   * Sets the rating of `author` for `subject`; 0 withdraws it. A self-rating changes nothing.
   *
   * @returns the rating before, 0 when there was none
   */
  rate(author: number, subject: number, value: number): number {
    if (author === subject) return 0
    this.addNodes(Math.max(author, subject) + 1)
    const at = this.#place(author, subject)
    if (!this.#isAt(author, subject, at)) {
      if (value !== 0) this.#insert(author, subject, value, at)
      return 0
    }
    const before = this.values[at]!
    if (value === 0) this.#remove(author, at)
    else this.values[at] = value
    return before
  }

  /** Calls `visit` for every rating, authors and subjects in rising order of their numbers. */
  forEach(visit: (author: number, subject: number, value: number) => void): void {
    for (let author = 0; author < this.nodeCount; author++) {
      const end = this.start[author]! + this.length[author]!
      for (let i = this.start[author]!; i < end; i++)
        visit(author, this.subjects[i]!, this.values[i]!)
    }
  }

  #append(author: number, subject: number, value: number): void {
    if (this.length[author] === 0) this.start[author] = this.#end
    this.subjects[this.#end] = subject
    this.values[this.#end] = value
    this.#end++
    this.length[author]!++
    this.#room[author]!++
    this.ratingCount++
  }

  /** Where `subject` stands in the author's run, or would be inserted: binary search. */
  #place(author: number, subject: number): number {
    let low = this.start[author]!
    let high = low + this.length[author]!
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.subjects[middle]! < subject) low = middle + 1
      else high = middle
    }
    return low
  }

  #isAt(author: number, subject: number, at: number): boolean {
    return at < this.start[author]! + this.length[author]! && this.subjects[at] === subject
  }

  #insert(author: number, subject: number, value: number, at: number): void {
    const offset = at - this.start[author]!
    if (this.length[author] === this.#room[author]) this.#move(author)
    const place = this.start[author]! + offset
    const end = this.start[author]! + this.length[author]!
    this.subjects.copyWithin(place + 1, place, end)
    this.values.copyWithin(place + 1, place, end)
    this.subjects[place] = subject
    this.values[place] = value
    this.length[author]!++
    this.ratingCount++
  }

  #remove(author: number, at: number): void {
    const end = this.start[author]! + this.length[author]!
    this.subjects.copyWithin(at, at + 1, end)
    this.values.copyWithin(at, at + 1, end)
    this.length[author]!--
    this.ratingCount--
  }

  /** Gives an author's run twice the room, at the end of the pool. */
  #move(author: number): void {
    const room = Math.max(4, 2 * this.length[author]!)
    if (this.#end + room > this.subjects.length) this.#makePool(room)
    const start = this.start[author]!
    const end = start + this.length[author]!
    this.subjects.copyWithin(this.#end, start, end)
    this.values.copyWithin(this.#end, start, end)
    this.start[author] = this.#end
    this.#room[author] = room
    this.#end += room
  }

  /** A pool with space for `extra` more, without the dead runs: amortized over the moves that fill it. */
  #makePool(extra: number): void {
    let live = 0
    for (let node = 0; node < this.nodeCount; node++) live += this.length[node]!
    const size = Math.ceil(1.5 * live) + 2 * extra + 64
    const subjects = new Int32Array(size)
    const values = new Int32Array(size)
    let end = 0
    for (let node = 0; node < this.nodeCount; node++) {
      const start = this.start[node]!
      const length = this.length[node]!
      subjects.set(this.subjects.subarray(start, start + length), end)
      values.set(this.values.subarray(start, start + length), end)
      this.start[node] = end
      this.#room[node] = length
      end += length
    }
    assert(live === this.ratingCount, 'every rating lies in exactly one run')
    this.subjects = subjects
    this.values = values
    this.#end = end
  }
}
