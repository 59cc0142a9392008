// Random walks over the social graph (Lesniewski-Laas, Kaashoek 2010): the only way in which a Whānau
// node samples others. A step goes to a uniformly drawn node that the present one rates
// positive: attackers' own ratings open no way to them, those of fooled people do.
import type { Random } from '../../../core/random.ts'
import type { World } from '../world.ts'

/** Small and fast draws for hundreds of millions of steps (Steele's SplitMix, reduced to 32 bits). */
export class Draws {
  #state = 0

  constructor(seed: number) {
    this.#state = seed | 0
  }

  static of(random: Random): Draws {
    return new Draws(random.uint32())
  }

  /** Uniform in 0..bound-1, to within bound / 2^32. */
  below(bound: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let h = this.#state
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
    return Math.floor((((h ^ (h >>> 15)) >>> 0) * bound) / 4294967296)
  }
}

/** What a node does with a walk that comes to it. */
export const handsOn = 0
/** Silent: who came from notices, and draws another friend. */
export const silent = 1
/** The walk ends there, whatever is then said. */
export const keeps = 2

/** Friends drawn at one step before a walk stays where it is. */
const drawsPerStep = 8

export class Walks {
  /** Walks made so far. */
  made = 0
  readonly #length: number
  readonly #deeds: Uint8Array
  readonly #start: Int32Array
  readonly #friends: Int32Array

  /**
   * @param length steps of a walk
   * @param deeds `handsOn`, `silent` or `keeps` of each node
   */
  constructor(world: World, length: number, deeds: Uint8Array) {
    const { ratings, size } = world
    this.#length = length
    this.#deeds = deeds
    this.#start = new Int32Array(size + 1)
    const friends = new Int32Array(ratings.ratingCount)
    let end = 0
    for (let node = 0; node < size; node++) {
      this.#start[node] = end
      if (node >= ratings.nodeCount) continue
      const from = ratings.start[node]!
      for (let i = from; i < from + ratings.length[node]!; i++)
        if (ratings.values[i]! > 0) friends[end++] = ratings.subjects[i]!
    }
    this.#start[size] = end
    this.#friends = friends.slice(0, end)
  }

  get bytes(): number {
    return this.#start.byteLength + this.#friends.byteLength
  }

  /**
   * The node at which a walk ends. Where nobody is left to go to, it stays.
   *
   * @param requests of each node, one more for every step that the walk takes to it
   */
  from(origin: number, draws: Draws, requests?: Int32Array): number {
    this.made++
    const starts = this.#start
    const friends = this.#friends
    const deeds = this.#deeds
    let node = origin
    for (let step = this.#length; step > 0; step--) {
      const start = starts[node]!
      const degree = starts[node + 1]! - start
      if (degree === 0) return node
      for (let draw = 0; draw < drawsPerStep; draw++) {
        const next = friends[start + draws.below(degree)]!
        if (deeds[next] === silent) continue
        if (requests !== undefined) requests[next]!++
        if (deeds[next] === keeps) return next
        node = next
        break
      }
    }
    return node
  }
}
