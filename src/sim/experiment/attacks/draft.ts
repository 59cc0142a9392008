// The world while attacks prepare it: people and their ratings are there, enemies are turned and
// added, ratings given, changed and lost. Then it is finished and nothing changes any more.

import type { Ring, Words } from '../../../../routing/ring.ts'
import type { RatingColumns } from '../../../../trustchain/graph/rating-graph.ts'
import { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import type { Random } from '../../../core/random.ts'
import { honest, malicious, sybil, type World } from '../world.ts'

/** Growing columns of ratings; of one pair the last row counts, and a value of 0 is none. */
export class RatingRows implements RatingColumns {
  count: number
  authors: Int32Array
  subjects: Int32Array
  values: Int32Array

  constructor(columns: RatingColumns) {
    this.count = columns.count
    this.authors = columns.authors.subarray(0, columns.count)
    this.subjects = columns.subjects.subarray(0, columns.count)
    this.values = columns.values.subarray(0, columns.count)
  }

  add(author: number, subject: number, value: number): void {
    if (this.count === this.authors.length) this.reserve(Math.ceil(this.count / 4) + 64)
    this.authors[this.count] = author
    this.subjects[this.count] = subject
    this.values[this.count++] = value
  }

  /** Makes room for so many more rows. */
  reserve(rows: number): void {
    const length = this.count + rows
    if (length <= this.authors.length) return
    const widened = (from: Int32Array): Int32Array => {
      const into = new Int32Array(length)
      into.set(from)
      return into
    }
    this.authors = widened(this.authors)
    this.subjects = widened(this.subjects)
    this.values = widened(this.values)
  }
}

export class WorldDraft {
  /** Nodes of the graph. */
  readonly people: number
  readonly ring: Ring
  readonly ratings: RatingRows
  #kinds: Uint8Array

  constructor(ring: Ring, people: number, columns: RatingColumns) {
    this.ring = ring
    this.people = people
    this.ratings = new RatingRows(columns)
    this.#kinds = new Uint8Array(people)
  }

  get size(): number {
    return this.ring.size
  }

  kindOf(node: number): number {
    return this.#kinds[node]!
  }

  /** Everybody who is honest so far, in rising order. */
  honestPeople(): Int32Array {
    let count = 0
    for (let node = 0; node < this.people; node++) if (this.#kinds[node] === honest) count++
    const nodes = new Int32Array(count)
    for (let node = 0, at = 0; node < this.people; node++)
      if (this.#kinds[node] === honest) nodes[at++] = node
    return nodes
  }

  /**
   * Turns a share of the people who are still honest into enemies.
   *
   * @returns the turned, in rising order
   */
  turn(share: number, random: Random): Int32Array {
    const nodes = this.honestPeople()
    const chosen = drawSome(nodes, Math.round(share * nodes.length), random)
    for (const node of chosen) this.#kinds[node] = malicious
    return chosen
  }

  /** Adds one made-up identity at a position. */
  addSybil(position: Words): number {
    const node = this.ring.append(position)
    if (node >= this.#kinds.length) {
      const kinds = new Uint8Array(Math.ceil(1.5 * node) + 64)
      kinds.set(this.#kinds)
      this.#kinds = kinds
    }
    this.#kinds[node] = sybil
    return node
  }

  /** Gives a node another position. */
  move(node: number, position: Words): void {
    this.ring.words.set(position.subarray(0, 4), 4 * node)
  }

  finish(): World {
    const { ring, people, size, ratings } = this
    return {
      ...{ ring, people, size },
      kinds: this.#kinds.slice(0, size),
      ratings: RatingGraph.of(size, ratings),
    }
  }
}

/** `count` different ones of a list, in its order. */
export function drawSome(list: Int32Array, count: number, random: Random): Int32Array {
  const lots = list.slice()
  const wanted = Math.min(count, lots.length)
  for (let i = 0; i < wanted; i++) {
    const j = i + random.below(lots.length - i)
    const held = lots[i]!
    lots[i] = lots[j]!
    lots[j] = held
  }
  return lots.slice(0, wanted).sort()
}

/** A uniform position. */
export function drawPosition(random: Random, out: Words): Words {
  for (let word = 0; word < 4; word++) out[word] = random.uint32()
  return out
}
