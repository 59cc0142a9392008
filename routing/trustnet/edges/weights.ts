// How likely a walk takes an edge: a whole number, from published ratings alone. An edge between
// people with common friends weighs more: an attack edge seldom has any, and friends are cheap to
// ask but hard to fake (SybilGuard's fast-mixing argument turned into a weight; Yu et al. 2006).
import type { TrustnetOptions } from '../options.ts'
import type { TrustEdges } from './graph.ts'

/** The weight of an edge with rating 1 and three common friends. */
export const weightOne = 4096

/** A common friend counts when he rates the ratee above this, millionths. */
const commonAbove = 300_000
const commonMax = 3
const million = 1_000_000

/** Running sums of weights along each run: a step draws below the last and searches. */
export interface Weights {
  readonly out: Int32Array
  readonly into: Int32Array
}

export function weightsOf(
  edges: TrustEdges,
  { embed, ratingExponent }: Pick<TrustnetOptions, 'embed' | 'ratingExponent'>,
): Weights {
  const single = new Int32Array(edges.out.to.length)
  const common = embed > 0 ? commonFriends(edges) : undefined
  for (let edge = 0; edge < single.length; edge++) {
    let weight = (weightOne * (1 + embed * (common?.[edge] ?? 0))) / (1 + commonMax * embed)
    for (let i = 0; i < ratingExponent; i++) weight *= edges.out.values[edge]! / million
    single[edge] = Math.max(1, Math.round(weight))
  }
  return {
    out: sums(edges.out.start, single.length, (edge) => single[edge]!),
    into: sums(edges.into.start, single.length, (edge) => single[edges.outOfInto[edge]!]!),
  }
}

/** For each edge u→v how many of u's other ratees rate v above 0.3, at most three. */
function commonFriends({ out }: TrustEdges): Uint8Array {
  const found = new Uint8Array(out.to.length)
  const count = out.start.length - 1
  // Which edge of the present rater leads to a place; valid where `markedBy` says so.
  const edgeTo = new Int32Array(count)
  const markedBy = new Int32Array(count).fill(-1)
  for (let rater = 0; rater < count; rater++) {
    const from = out.start[rater]!
    const end = out.start[rater + 1]!
    for (let edge = from; edge < end; edge++) {
      edgeTo[out.to[edge]!] = edge
      markedBy[out.to[edge]!] = rater
    }
    for (let edge = from; edge < end; edge++) {
      const friend = out.to[edge]!
      const last = out.start[friend + 1]!
      for (let i = out.start[friend]!; i < last; i++) {
        const ratee = out.to[i]!
        if (markedBy[ratee] !== rater || out.values[i]! <= commonAbove) continue
        const at = edgeTo[ratee]!
        if (found[at]! < commonMax) found[at]!++
      }
    }
  }
  return found
}

function sums(start: Int32Array, edges: number, weightOf: (edge: number) => number): Int32Array {
  const result = new Int32Array(edges)
  for (let place = 0; place + 1 < start.length; place++) {
    let sum = 0
    for (let edge = start[place]!; edge < start[place + 1]!; edge++) {
      sum += weightOf(edge)
      result[edge] = sum
    }
  }
  return result
}
