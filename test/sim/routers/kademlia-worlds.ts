// Small worlds for the tests of the Kademlia family and Whānau: random ids, enemies by a share or as
// Sybils behind attack edges, people in a random graph of even degree.
import { Ring } from '../../../routing/ring.ts'
import { type Random, seededRandom } from '../../../src/core/random.ts'
import { ONE } from '../../../src/core/trust.ts'
import type { Behaviour, Deed } from '../../../src/sim/experiment/behaviour.ts'
import { Nearest } from '../../../src/sim/experiment/nearest.ts'
import {
  type BuiltRouter,
  newOutcome,
  type RouterContext,
} from '../../../src/sim/experiment/router.ts'
import { honest, malicious, sybil, type World } from '../../../src/sim/experiment/world.ts'
import { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'

export interface SmallWorld {
  readonly people: number
  /** Ratings that a person gives, to persons drawn uniformly; each is returned. @default 10 */
  readonly degree?: number
  /** Share of the people that are malicious. @default 0 */
  readonly maliciousShare?: number
  readonly sybilsPerHonest?: number
  readonly attackEdgesPerHonest?: number
  readonly deed?: Deed
  readonly seed?: number
}

/** A world, its enemies' behaviour, and what a run needs of both. */
export function smallWorld(options: SmallWorld) {
  const { people, degree = 10, maliciousShare = 0, seed = 1, deed = 'misroute' } = options
  const random = seededRandom(seed)
  const sybils = Math.round(people * (options.sybilsPerHonest ?? 0))
  const size = people + sybils
  const ring = new Ring(size)
  for (let node = 0; node < size; node++)
    ring.append(Uint32Array.from({ length: 4 }, () => random.uint32()))
  const kinds = new Uint8Array(size).fill(honest, 0, people).fill(sybil, people)
  const order = random.shuffle(Array.from({ length: people }, (_, node) => node))
  for (const node of order.slice(0, Math.round(people * maliciousShare))) kinds[node] = malicious
  const ratings = new RatingGraph()
  ratings.addNodes(size)
  const rateEachOther = (a: number, b: number): void => {
    ratings.rate(a, b, ONE)
    ratings.rate(b, a, ONE)
  }
  for (let node = 0; node < people; node++)
    for (let i = 0; i < degree / 2; i++) rateEachOther(node, random.below(people))
  for (let node = people; node < size; node++)
    for (let i = 0; i < 5; i++) rateEachOther(node, people + random.below(sybils))
  if (sybils > 0)
    for (let i = 0; i < Math.round(people * (options.attackEdgesPerHonest ?? 0)); i++)
      ratings.rate(random.below(people), people + random.below(sybils), ONE)
  const world: World = { ring, people, size, kinds, ratings }
  const everybody = Array.from({ length: size }, (_, node) => node)
  const friends = everybody.filter((node) => kinds[node] === honest)
  const enemies = new Nearest(
    ring,
    everybody.filter((node) => kinds[node] !== honest),
  )
  const behaviour: Behaviour = {
    deed: (node) => (kinds[node] === honest ? 'serve' : deed),
    accomplices: (key, count) => enemies.around(key, count),
    claimsRoot: () => false,
    poisons: false,
  }
  const context: RouterContext = { world, behaviour, random: random.fork(1) }
  return { world, context, friends, roots: new Nearest(ring, friends), random }
}

export const randomKey = (random: Random): Uint32Array =>
  Uint32Array.from({ length: 4 }, () => random.uint32())

/** Looks random keys up from random honest nodes. */
export function measure(
  built: BuiltRouter,
  { friends, roots, random }: ReturnType<typeof smallWorld>,
  lookups: number,
) {
  const outcome = newOutcome()
  const endings: Record<string, number> = {}
  let delivered = 0
  let hops = 0
  let messages = 0
  for (let number = 0; number < lookups; number++) {
    const key = randomKey(random)
    const origin = friends[random.below(friends.length)]!
    built.lookup(origin, key, number, roots.to(key), outcome)
    endings[outcome.ending] = (endings[outcome.ending] ?? 0) + 1
    messages += outcome.messages
    if (outcome.ending !== 'delivered') continue
    delivered++
    hops += outcome.hops
  }
  return {
    success: delivered / lookups,
    hops: hops / Math.max(delivered, 1),
    messages: messages / lookups,
    endings,
  }
}
