// The ratings of one overlay as the walks see them: positive ratings forwards (ratees of a rater)
// and backwards (raters of a ratee), in places, each run in the order of ids; and who may not be
// spoken to. Order by id, not by interned number: whoever recomputes a list has other numbers.
import { type Places, positionIn } from '../places.ts'

/** Ratings by author; trustchain's RatingGraph is one. Values in millionths. */
export interface RatedGraph {
  readonly nodeCount: number
  readonly start: Int32Array
  readonly length: Int32Array
  readonly subjects: Int32Array
  readonly values: Int32Array
}

/** Runs of places: those of p are `to[i]` for i from `start[p]` to `start[p + 1]`, sorted. */
export interface Runs {
  readonly start: Int32Array
  readonly to: Int32Array
  /** Millionths. */
  readonly values: Int32Array
}

export interface TrustEdges {
  /** Positive ratings by rater. */
  readonly out: Runs
  /** Positive ratings by ratee. */
  readonly into: Runs
  /** Edge of `out` that is edge i of `into`. */
  readonly outOfInto: Int32Array
  /** Pairs of which one rated the other negative, both ways round. */
  readonly barred: Runs
}

/**
 * @param above ratings up to this, in millionths, are not sampled
 * @param skipHostile nor are ratings of somebody who rates the rater negative
 */
export function trustEdges(
  graph: RatedGraph,
  places: Places,
  above: number,
  skipHostile = false,
): TrustEdges {
  const against = skipHostile ? byRatee(graph, places, (value) => value < 0) : undefined
  const into = byRatee(
    graph,
    places,
    (value, rater, ratee) =>
      value > above && value > 0 && !(against !== undefined && isRatedBy(against, rater, ratee)),
  )
  const { turned: out, origin } = turn(into, places.count)
  const outOfInto = new Int32Array(origin.length)
  for (let edge = 0; edge < origin.length; edge++) outOfInto[origin[edge]!] = edge
  return { out, into, outOfInto, barred: barredPairs(graph, places) }
}

/** Is `rater` in the run of `ratee`? */
function isRatedBy({ start, to }: Runs, ratee: number, rater: number): boolean {
  const at = positionIn(to, start[ratee]!, start[ratee + 1]!, rater)
  return at < start[ratee + 1]! && to[at] === rater
}

/** @param counts is told the places of rater and ratee too */
function byRatee(
  graph: RatedGraph,
  places: Places,
  counts: (value: number, rater: number, ratee: number) => boolean,
): Runs {
  const { count, nodes, of } = places
  const start = new Int32Array(count + 1)
  const each = (visit: (author: number, subject: number, value: number) => void): void => {
    for (let place = 0; place < count; place++) {
      const author = nodes[place]!
      if (author >= graph.nodeCount) continue
      const end = graph.start[author]! + graph.length[author]!
      for (let i = graph.start[author]!; i < end; i++) {
        const subject = graph.subjects[i]!
        const value = graph.values[i]!
        if (subject < count && counts(value, place, of[subject]!)) visit(place, of[subject]!, value)
      }
    }
  }
  each((_author, subject) => {
    start[subject + 1]!++
  })
  for (let place = 0; place < count; place++) start[place + 1]! += start[place]!
  const next = start.slice(0, count)
  const to = new Int32Array(start[count]!)
  const values = new Int32Array(start[count]!)
  each((author, subject, value) => {
    const at = next[subject]!++
    to[at] = author
    values[at] = value
  })
  return { start, to, values }
}

/** The same edges by their other end; `origin` says where each stood before. Runs come out sorted. */
function turn(runs: Runs, count: number): { turned: Runs; origin: Int32Array } {
  const start = new Int32Array(count + 1)
  for (const other of runs.to) start[other + 1]!++
  for (let place = 0; place < count; place++) start[place + 1]! += start[place]!
  const next = start.slice(0, count)
  const to = new Int32Array(runs.to.length)
  const values = new Int32Array(runs.to.length)
  const origin = new Int32Array(runs.to.length)
  for (let place = 0; place < count; place++)
    for (let i = runs.start[place]!; i < runs.start[place + 1]!; i++) {
      const at = next[runs.to[i]!]!++
      to[at] = place
      values[at] = runs.values[i]!
      origin[at] = i
    }
  return { turned: { start, to, values }, origin }
}

/** Who rated whom negative, from both ends: neither dials the other. */
function barredPairs(graph: RatedGraph, places: Places): Runs {
  const into = byRatee(graph, places, (value) => value < 0)
  const { turned: out } = turn(into, places.count)
  const start = new Int32Array(places.count + 1)
  for (let place = 0; place <= places.count; place++)
    start[place] = into.start[place]! + out.start[place]!
  const to = new Int32Array(2 * into.to.length)
  const values = new Int32Array(2 * into.to.length)
  for (let place = 0; place < places.count; place++) {
    let at = start[place]!
    for (const runs of [into, out])
      for (let i = runs.start[place]!; i < runs.start[place + 1]!; i++) {
        to[at] = runs.to[i]!
        values[at++] = runs.values[i]!
      }
    to.subarray(start[place]!, at).sort()
  }
  return { start, to, values }
}
