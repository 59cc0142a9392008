// Made-up identities: where they stand, how they rate each other, and the attack edges, that is the
// ratings of honest people who were fooled. What they cost an attacker is the attack edges alone.
import type { Words } from '../../../../routing/ring.ts'
import { type Bounds, share } from '../../../core/bounds.ts'
import type { Random } from '../../../core/random.ts'
import { ONE } from '../../../core/trust.ts'
import { EdgeSet } from '../graphs/edges.ts'
import { ratingBetween } from '../graphs/rated.ts'
import { amount } from './conduct.ts'
import { drawPosition, drawSome, type WorldDraft } from './draft.ts'

export interface Fooling {
  /** Attack edges for each honest person, drawn at random; 0.1 is one for every ten. */
  readonly attackEdgesPerHonest: number
  /** Share of the honest people among whom the fooled are drawn; small: concentrated on few. */
  readonly gullible: number
  /** Fooled people rate a Sybil uniformly in [fooledLow, fooledHigh]. */
  readonly fooledLow: number
  readonly fooledHigh: number
  /** Ratings, all of them 1, that each Sybil gives to random others; 0: as many as people give on average. */
  readonly internalDegree: number
}

export const fooling: Fooling = {
  ...{ attackEdgesPerHonest: 0.1, gullible: 1, fooledLow: 0.6, fooledHigh: 1, internalDegree: 0 },
}

const positive: Bounds = { type: 'number', exclusiveMinimum: 0, maximum: 1 }

export const foolingBounds = {
  ...{ attackEdgesPerHonest: amount, internalDegree: amount, gullible: share },
  ...{ fooledLow: positive, fooledHigh: positive },
}

export const checkFooling = ({ fooledLow, fooledHigh }: Fooling): string | undefined =>
  fooledLow > fooledHigh
    ? `fooledLow is above fooledHigh, ${fooledHigh}: the lower one comes first.`
    : undefined

/** Adds so many identities, each at the position that `place` writes. */
export function addSybils(
  draft: WorldDraft,
  count: number,
  place: (out: Words) => Words,
): Int32Array {
  const position = new Uint32Array(4)
  const nodes = new Int32Array(count)
  for (let i = 0; i < count; i++) nodes[i] = draft.addSybil(place(position))
  return nodes
}

/** Places of a cluster: near one of few random points, within 1/1024 of the ring behind it. */
export function clusteredPlaces(random: Random, points = 16): (out: Words) => Words {
  const starts = Uint32Array.from({ length: points }, () => random.uint32())
  return (out) => {
    drawPosition(random, out)
    out[0] = starts[random.below(points)]! + (out[0]! >>> 10)
    return out
  }
}

/** Mean number of ratings that a person gives. */
export const meanDegree = ({ ratings, people }: WorldDraft): number =>
  people === 0 ? 0 : ratings.count / people

/** Every one of the nodes rates `degree` random others of them, or of the first `among`, with 1. */
export function rateAmongThemselves(
  draft: WorldDraft,
  nodes: Int32Array,
  degree: number,
  random: Random,
  among = nodes.length,
): void {
  const wanted = Math.min(degree, among - 1)
  if (wanted <= 0) return
  draft.ratings.reserve(nodes.length * wanted)
  for (let i = 0; i < nodes.length; i++)
    for (let tie = 0; tie < wanted; tie++) {
      // One drawn twice is one rating: of thousands of nodes that is rare, of few all are taken.
      const step = wanted === among - 1 ? tie + 1 : 1 + random.below(among - 1)
      draft.ratings.add(nodes[i]!, nodes[(i + step) % among]!, ONE)
    }
}

/** Honest people who rate identities: `edges` different pairs of a random gullible person and a random one. */
export function fool(
  draft: WorldDraft,
  sybils: Int32Array,
  edges: number,
  options: Fooling,
  random: Random,
): void {
  const honestOnes = draft.honestPeople()
  const few = Math.max(1, Math.round(options.gullible * honestOnes.length))
  const fooled = few < honestOnes.length ? drawSome(honestOnes, few, random) : honestOnes
  const wanted = Math.min(edges, fooled.length * sybils.length)
  const drawn = new EdgeSet(draft.size, wanted)
  draft.ratings.reserve(wanted)
  for (let edge = 0; edge < wanted; ) {
    const person = fooled[random.below(fooled.length)]!
    const identity = sybils[random.below(sybils.length)]!
    if (!drawn.add(person, identity)) continue
    draft.ratings.add(
      person,
      identity,
      ratingBetween(options.fooledLow, options.fooledHigh, random),
    )
    edge++
  }
}
