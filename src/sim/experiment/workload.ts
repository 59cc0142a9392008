// Who looks up which key, lookup by lookup, drawn from a stream of its own: the same sequence for
// every router that is compared.
import type { Words } from '../../../routing/ring.ts'
import { Failure } from '../../core/failure.ts'
import type { Random } from '../../core/random.ts'
import type { Target } from './attacks/attack.ts'
import type { WorkloadSpec } from './scenario.ts'
import { isHonest, type World } from './world.ts'

export class Workload {
  /** The key of the present lookup; written anew by `next`. */
  readonly key: Words = new Uint32Array(4)
  /** Who asks. */
  origin = -1
  readonly #random: Random
  readonly #sources: Int32Array
  /** Keys to choose from, four words each, and their cumulated weights; empty: keys are uniform. */
  readonly #keys: Words
  readonly #weights: Float64Array

  /**
   * @param honest the honest nodes, in any order that a seed decides
   * @throws Failure `experiment/cannot-run` where nobody honest could ask
   */
  constructor(
    spec: WorkloadSpec,
    world: World,
    honest: Int32Array,
    target: Target | undefined,
    random: Random,
  ) {
    this.#random = random
    this.#sources = sourcesOf(spec, world, honest)
    const { keys } = spec
    if (keys.kind === 'victim') {
      this.#keys = victimKey(world, honest, target, random)
      this.#weights = Float64Array.of(1)
    } else if (keys.kind === 'zipf') {
      const distinct = Math.max(1, Math.floor(keys.distinct))
      this.#keys = Uint32Array.from({ length: 4 * distinct }, () => random.uint32())
      this.#weights = zipf(distinct, keys.exponent)
    } else {
      this.#keys = new Uint32Array(0)
      this.#weights = new Float64Array(0)
    }
  }

  /** Moves on to the next lookup. */
  next(): void {
    const random = this.#random
    this.origin = this.#sources[random.below(this.#sources.length)]!
    if (this.#weights.length === 0) {
      for (let word = 0; word < 4; word++) this.key[word] = random.uint32()
      return
    }
    const at = 4 * this.#draw(random.fraction())
    for (let word = 0; word < 4; word++) this.key[word] = this.#keys[at + word]!
  }

  /** The first key whose cumulated weight is above the lot. */
  #draw(lot: number): number {
    let low = 0
    let high = this.#weights.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#weights[middle]! <= lot) low = middle + 1
      else high = middle
    }
    return low
  }
}

function sourcesOf({ sources }: WorkloadSpec, world: World, honest: Int32Array): Int32Array {
  if (sources === 'honest') {
    if (honest.length > 0) return honest
    throw new Failure('experiment/cannot-run', {
      path: 'attack.fraction',
      why: 'nobody honest is left to look anything up: make it smaller.',
    })
  }
  if (sources >= 0 && sources < world.people && isHonest(world, sources))
    return Int32Array.of(sources)
  throw new Failure('experiment/cannot-run', {
    path: 'workload.sources',
    why: `node ${sources} is not an honest person of this world: take another, or honest.`,
  })
}

/** The attack's target; without one the position of a random honest person. */
function victimKey(
  { ring }: World,
  honest: Int32Array,
  target: Target | undefined,
  random: Random,
): Words {
  if (target !== undefined) return target.key.slice(0, 4)
  const node = honest[random.below(honest.length)]!
  return ring.words.slice(4 * node, 4 * node + 4)
}

/** Cumulated shares of 1/rank^exponent. */
function zipf(distinct: number, exponent: number): Float64Array {
  const weights = new Float64Array(distinct)
  let sum = 0
  for (let i = 0; i < distinct; i++) {
    sum += 1 / (i + 1) ** exponent
    weights[i] = sum
  }
  for (let i = 0; i < distinct; i++) weights[i]! /= sum
  return weights
}
