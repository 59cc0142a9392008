// Registrations: every node walks R times backwards, rater by rater, and is registered where the
// walks end. Whoever is popular is in many lists anyway; this is how the others come to be found,
// with the chain of ratings as the proof. All walks are recomputable, so nobody registers more.
import { type Draw, Draws, forRegistration } from './draws.ts'
import type { TrustEdges } from './edges/graph.ts'
import type { Weights } from './edges/weights.ts'
import type { TrustnetOptions } from './options.ts'
import type { Places } from './places.ts'
import { stepFrom } from './walks.ts'

/** Who is registered with a place: `to[i]` for i from `start[place]` to `start[place + 1]`, sorted. */
export interface Registrations {
  readonly start: Int32Array
  readonly to: Int32Array
}

/** Places walked from between two pauses: some milliseconds. */
const placesAtOnce = 256

/**
 * Yields now and then, for a node that has other things to do as well.
 *
 * @param walks R, of each node
 */
export function* registeringInSlices(
  edges: TrustEdges,
  weights: Weights,
  places: Places,
  options: TrustnetOptions,
  draw: Draw,
  walks: number,
): Generator<number, Registrations> {
  const { count } = places
  const ends = new Int32Array(count * walks)
  const endsOf = new Uint16Array(count)
  const start = new Int32Array(count + 1)
  const lastSeenBy = new Int32Array(count).fill(-1)
  const draws = new Draws()
  for (let place = 0; place < count; place++) {
    if (place % placesAtOnce === placesAtOnce - 1) yield 1
    draws.seed(places.ring.words, 4 * place, draw, forRegistration)
    lastSeenBy[place] = place
    for (let walk = 0; walk < walks; walk++) {
      const end = backwards(
        edges,
        weights,
        place,
        1 + draws.below(options.backwardLength || options.walkLength),
        draws,
      )
      if (end < 0) break
      if (lastSeenBy[end] === place) continue
      lastSeenBy[end] = place
      ends[place * walks + endsOf[place]!++] = end
      start[end + 1]!++
    }
  }
  for (let place = 0; place < count; place++) start[place + 1]! += start[place]!
  const next = start.slice(0, count)
  const to = new Int32Array(start[count]!)
  for (let place = 0; place < count; place++)
    for (let i = 0; i < endsOf[place]!; i++) to[next[ends[place * walks + i]!]!++] = place
  return { start, to }
}

/** Where a backward walk of so many steps ends; -1 when nobody rated the node. */
function backwards(
  { into }: TrustEdges,
  weights: Weights,
  place: number,
  length: number,
  draws: Draws,
): number {
  let from = -1
  let at = place
  for (let step = 0; step < length; step++) {
    let edge = stepFrom(into, weights.into, at, draws)
    if (edge < 0) return step === 0 ? -1 : at
    if (into.to[edge] === from) edge = stepFrom(into, weights.into, at, draws)
    from = at
    at = into.to[edge]!
  }
  return at
}
