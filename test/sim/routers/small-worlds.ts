// Worlds for the tests of routers: a Holme–Kim graph of people who rate one another, droppers among
// them or Sybils behind them, and a runner that counts how lookups end. Small, and independent of
// the generators and attacks of the experiments.
import { expect } from 'vitest'
import { Ring, type Words } from '../../../routing/ring.ts'
import { type Random, seededRandom } from '../../../src/core/random.ts'
import type { Behaviour, Deed } from '../../../src/sim/experiment/behaviour.ts'
import { Nearest } from '../../../src/sim/experiment/nearest.ts'
import { Roots } from '../../../src/sim/experiment/roots.ts'
import {
  type BuiltRouter,
  type Ending,
  newOutcome,
  type Router,
} from '../../../src/sim/experiment/router.ts'
import { honest, malicious, sybil, type World } from '../../../src/sim/experiment/world.ts'
import { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'

/** [author, subject, millionths] */
export type Rating = readonly [author: number, subject: number, value: number]

/** Neighbours by preferential attachment with triads (Holme, Kim 2002), every edge twice. */
export function holmeKim(nodes: number, degree: number, random: Random): [number, number][] {
  const half = degree / 2
  const edges: [number, number][] = []
  const ends: number[] = []
  const neighbours: number[][] = Array.from({ length: nodes }, () => [])
  const join = (a: number, b: number): void => {
    edges.push([a, b], [b, a])
    neighbours[a]!.push(b)
    neighbours[b]!.push(a)
    ends.push(a, b)
  }
  for (let a = 1; a <= half && a < nodes; a++) for (let b = 0; b < a; b++) join(a, b)
  for (let node = half + 1; node < nodes; node++) {
    let last = -1
    for (let made = 0; made < half; ) {
      const friendOfLast = last < 0 ? undefined : random.pick(neighbours[last]!)
      const other =
        friendOfLast !== undefined && random.below(4) !== 0
          ? friendOfLast
          : ends[random.below(ends.length)]!
      if (other === node || neighbours[node]!.includes(other)) {
        last = -1
        continue
      }
      join(node, other)
      last = other
      made++
    }
  }
  return edges
}

/** Ratings along edges: uniform in .2 .. 1, a share of them negative. */
export const ratedUniformly = (
  edges: readonly [number, number][],
  negative: number,
  random: Random,
): Rating[] =>
  edges.map(([author, subject]) =>
    random.fraction() < negative
      ? [author, subject, -100_000 - random.below(900_001)]
      : [author, subject, 200_000 + random.below(800_001)],
  )

interface WorldSpec {
  readonly people: number
  readonly sybils?: number
  readonly malicious?: readonly number[]
  readonly ratings: readonly Rating[]
  readonly random: Random
}

export function worldOf({
  people,
  sybils = 0,
  malicious: turned = [],
  ratings,
  random,
}: WorldSpec): World {
  const size = people + sybils
  const ring = new Ring(size)
  const words = new Uint32Array(4)
  for (let node = 0; node < size; node++) {
    for (let i = 0; i < 4; i++) words[i] = random.uint32()
    ring.append(words)
  }
  const kinds = new Uint8Array(size).fill(sybil, people)
  for (const node of turned) kinds[node] = malicious
  const graph = RatingGraph.of(size, {
    count: ratings.length,
    authors: Int32Array.from(ratings, ([author]) => author),
    subjects: Int32Array.from(ratings, ([, subject]) => subject),
    values: Int32Array.from(ratings, ([, , value]) => value),
  })
  return { ring, people, size, kinds, ratings: graph }
}

/** Every enemy does the same with everything. */
export function enemiesWho(deed: Deed, world: World, poisons = false): Behaviour {
  const enemies = new Nearest(
    world.ring,
    [...world.kinds.keys()].filter((node) => world.kinds[node] !== honest),
  )
  return {
    deed: (node) => (world.kinds[node] === honest ? 'serve' : deed),
    accomplices: (key, count) => enemies.around(key, count),
    claimsRoot: (node) => deed === 'misroute' && world.kinds[node] !== honest,
    poisons,
  }
}

/** A Holme–Kim world of which a fraction drops everything. */
export function droppers(people: number, fraction: number, seed: number, degree = 20): World {
  const random = seededRandom(seed)
  const ratings = ratedUniformly(holmeKim(people, degree, random), 0.05, random)
  const order = random.shuffle([...Array(people).keys()])
  return worldOf({
    people,
    malicious: order.slice(0, Math.round(fraction * people)),
    ratings,
    random,
  })
}

/**
 * A Holme–Kim world flooded by Sybils: `perHonest` of them a person, who each rate
 * `degree` others 1, and attack edges of people fooled into rating one .6 to 1.
 */
export function flooded(
  people: number,
  perHonest: number,
  edgesPerHonest: number,
  seed: number,
  degree = 20,
): World {
  const random = seededRandom(seed)
  const ratings = ratedUniformly(holmeKim(people, degree, random), 0.05, random)
  const sybils = Math.round(perHonest * people)
  for (let author = 0; author < sybils; author++)
    for (let i = 0; i < degree; i++)
      ratings.push([people + author, people + random.below(sybils), 1_000_000])
  for (let i = 0; i < Math.round(edgesPerHonest * people); i++)
    ratings.push([
      random.below(people),
      people + random.below(sybils),
      600_000 + random.below(400_001),
    ])
  return worldOf({ people, sybils, ratings, random })
}

interface Measured {
  /** Share of lookups delivered. */
  readonly success: number
  /** Mean hops of those delivered. */
  readonly hops: number
  /** Mean messages of all. */
  readonly messages: number
  readonly endings: Partial<Record<Ending, number>>
}

/** Random keys from random honest nodes. */
export function measure(
  world: World,
  router: BuiltRouter,
  lookups: number,
  seed: number,
): Measured {
  const random = seededRandom(seed)
  const people = [...world.kinds.keys()].filter((node) => world.kinds[node] === honest)
  const truth = new Roots(world, new Nearest(world.ring, people))
  const outcome = newOutcome()
  const key: Words = new Uint32Array(4)
  const endings: Partial<Record<Ending, number>> = {}
  let delivered = 0
  let hops = 0
  let messages = 0
  for (let i = 0; i < lookups; i++) {
    for (let word = 0; word < 4; word++) key[word] = random.uint32()
    const origin = people[random.below(people.length)]!
    router.lookup(origin, key, i, truth.of(origin, key), outcome)
    endings[outcome.ending] = (endings[outcome.ending] ?? 0) + 1
    messages += outcome.messages
    if (outcome.ending !== 'delivered') continue
    delivered++
    hops += outcome.hops
  }
  return {
    success: delivered / lookups,
    hops: hops / delivered,
    messages: messages / lookups,
    endings,
  }
}

/** Builds a router with some options changed. */
export const built = <O extends object>(
  router: Router<O>,
  world: World,
  behaviour: Behaviour,
  options: Partial<O> = {},
): BuiltRouter =>
  router.build({ world, behaviour, random: seededRandom(7) }, { ...router.defaults, ...options })

/** Everybody with everybody. */
export const completely = (nodes: number): [number, number][] =>
  [...Array(nodes * nodes).keys()]
    .map((i): [number, number] => [Math.floor(i / nodes), i % nodes])
    .filter(([a, b]) => a !== b)

/** Ends one lookup at the node nearest to its key, found by looking at every node? In a world of honest people. */
export function expectNearest(world: World, router: BuiltRouter, seed: number): void {
  const random = seededRandom(seed)
  const key = Uint32Array.from({ length: 4 }, () => random.uint32())
  let root = 0
  for (let node = 1; node < world.size; node++) if (world.ring.nearer(node, root, key)) root = node
  const outcome = router.lookup(random.below(world.size), key, 0, root, newOutcome())
  expect([outcome.ending, outcome.root]).toEqual(['delivered', root])
}
