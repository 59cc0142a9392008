// Tables of one node from the lists of those it trusts: everybody whom its trusted nodes know near
// it is a candidate, every list that names a candidate is a vote, and a leaf needs several. Lesson 1
// (read the lists of trusted nodes) and lesson 7 (several witnesses) of docs/routing.md.
import { leavesPerSide } from '../../src/core/limits.ts'
import { columns } from '../prefix-table.ts'
import type { Words } from '../ring.ts'
import { Draws, forSlots } from './draws.ts'
import type { TrustEdges } from './edges/graph.ts'
import { type Say, sayOf, type TrustnetOptions, witnessesNeeded } from './options.ts'
import { type Places, positionIn } from './places.ts'
import { type Leaves, Tables } from './tables.ts'
import type { View } from './views.ts'

/** Votes of the own list for its entries. */
const ownVotes = 2
/** Of a list whoever shares so many digits with the asker is a vote, beside the nearest. */
const digitsNear = 2

/** What a liar names instead of its list, sorted places; undefined where it answers honestly. */
export type Lie = (asked: number, asker: number) => Int32Array | undefined

export interface Ground {
  readonly places: Places
  readonly edges: TrustEdges
  /** How the node at a place sees the network: of one and the same for all, or of each its own. */
  readonly viewOf: (place: number) => View
  readonly options: TrustnetOptions
  readonly lie?: Lie | undefined
}

export class Builder {
  readonly tables: Tables
  readonly #ground: Ground
  readonly #votes: Int32Array
  readonly #scores: Float64Array
  readonly #firsts: Int32Array
  /** The last list that named a place. */
  readonly #namedBy: Int32Array
  readonly #seenBy: Int32Array
  readonly #barredBy: Int32Array
  #touched = new Int32Array(1024)
  #count = 0
  #serial = 0
  #blockStart = 0
  #blockEnd = 0
  /** Nodes that the list under way named inside the leaf span. */
  #inSpan = 0
  /** First words of ids up to this far from the owner's lie in its leaf span. */
  #span = 0
  #say: Say = { aSide: 0, inSpan: 0 }
  readonly #draws = new Draws()

  constructor(ground: Ground) {
    const { places, options } = ground
    this.#ground = ground
    this.tables = new Tables(places, options.perSlot, options.mix)
    this.#votes = new Int32Array(places.count)
    this.#scores = new Float64Array(places.count)
    this.#firsts = new Int32Array(places.count)
    this.#namedBy = new Int32Array(places.count).fill(-1)
    this.#seenBy = new Int32Array(places.count).fill(-1)
    this.#barredBy = new Int32Array(places.count).fill(-1)
  }

  /** Builds the tables of a place if they are not there yet. */
  build(owner: number): void {
    if (this.tables.isBuilt[owner] === 1) return
    this.tables.isBuilt[owner] = 1
    this.tables.built++
    const { edges, options } = this.#ground
    const view = this.#ground.viewOf(owner)
    const { lists, sizes, nodes } = view
    const { barred } = edges
    this.#say = sayOf(sizes, nodes, options)
    this.#span = Math.min(2 ** 31, Math.ceil((2 ** 32 * leavesPerSide) / Math.max(nodes, 1)))
    for (let i = barred.start[owner]!; i < barred.start[owner + 1]!; i++)
      this.#barredBy[barred.to[i]!] = owner
    this.#count = 0
    this.#findBlock(owner)
    const start = lists.of(owner)
    const listed = lists.counts[owner]!
    for (let i = start; i < start + listed; i++)
      this.#vote(owner, lists.entries[i]!, ownVotes, lists.scores[i]!, lists.firsts[i]!)
    if (options.lookAhead)
      for (let i = start; i < start + listed; i++)
        this.#readList(view, owner, lists.entries[i]!, lists.scores[i]!, lists.firsts[i]!)
    const candidates = this.#touched.subarray(0, this.#count).sort()
    const needed = witnessesNeeded(sizes, listed, options)
    const { trusted, any } = this.tables
    this.#seat(owner, candidates, needed, trusted)
    this.#seat(owner, candidates, 1, any)
    const seated = trusted.counts[2 * owner]! + trusted.counts[2 * owner + 1]!
    // In a larger network who knows only a few hands on to them, who know more.
    const isSmall = nodes <= 2 * leavesPerSide + 1
    this.tables.isWhole[owner] = isSmall && seated === candidates.length ? 1 : 0
    this.#fill(owner, candidates)
  }

  /** The range of those that share the first digits with the owner. */
  #findBlock(owner: number): void {
    const { places } = this.#ground
    const prefix = places.ring.words[4 * owner]! >>> (32 - 4 * digitsNear)
    this.#blockStart = places.firstWith(prefix, digitsNear)
    this.#blockEnd = places.firstWith(prefix + 1, digitsNear)
  }

  #vote(owner: number, node: number, votes: number, score: number, first: number): void {
    if (this.#seenBy[node] !== owner) {
      this.#seenBy[node] = owner
      this.#votes[node] = 0
      this.#scores[node] = 0
      this.#firsts[node] = first
      if (this.#count === this.#touched.length) {
        const wider = new Int32Array(2 * this.#count)
        wider.set(this.#touched)
        this.#touched = wider
      }
      this.#touched[this.#count++] = node
    }
    this.#votes[node]! += votes
    this.#scores[node]! += score
  }

  /** The votes of one trusted node: whom its list and registrations name near the owner. */
  #readList({ ballots }: View, owner: number, asked: number, score: number, first: number): void {
    const { lie } = this.#ground
    const told = lie?.(asked, owner)
    // First, for it may make the pool anew.
    const start = told === undefined ? ballots.startOf(asked) : 0
    const run = told ?? ballots.pool
    const length = told === undefined ? ballots.lengths[asked]! : told.length
    this.#serial++
    this.#inSpan = 0
    const weighed = Math.floor((score * 3) / 10)
    const at = positionIn(run, start, start + length, owner) - start
    const isListed = at < length && run[start + at] === owner
    const others = isListed ? length - 1 : length
    const onRight = isListed ? at + 1 : at
    const onLeft = at + length - 1
    const { aSide } = this.#say
    let isRightOpen = true
    let isLeftOpen = true
    for (let right = 0, left = 0; (isRightOpen || isLeftOpen) && right + left < others; ) {
      if (isRightOpen) {
        const node = run[start + ((onRight + right) % length)]!
        isRightOpen = right < aSide || this.#sharesDigits(node)
        if (isRightOpen) {
          right++
          this.#name(owner, node, weighed, first)
        }
      }
      if (isLeftOpen && right + left < others) {
        const node = run[start + ((onLeft - left) % length)]!
        isLeftOpen = left < aSide || this.#sharesDigits(node)
        if (isLeftOpen) {
          left++
          this.#name(owner, node, weighed, first)
        }
      }
    }
  }

  #sharesDigits(node: number): boolean {
    return node >= this.#blockStart && node < this.#blockEnd
  }

  /** One vote, unless this list spoke of the node before or has filled its share of the leaf span. */
  #name(owner: number, node: number, score: number, first: number): void {
    if (this.#namedBy[node] === this.#serial) return
    this.#namedBy[node] = this.#serial
    const { inSpan } = this.#say
    if (inSpan > 0 && this.#isInSpan(owner, node) && ++this.#inSpan > inSpan) return
    this.#vote(owner, node, 1, score, first)
  }

  #isInSpan(owner: number, node: number): boolean {
    const { words } = this.#ground.places.ring
    const apart = (words[4 * node]! - words[4 * owner]!) >>> 0
    return Math.min(apart, 2 ** 32 - apart) <= this.#span
  }

  /** The nearest candidates a side with enough votes, up to the room; the sides meet half way round. */
  #seat(owner: number, candidates: Int32Array, needed: number, leaves: Leaves): void {
    const { words } = this.#ground.places.ring
    const { length } = candidates
    const at = positionIn(candidates, 0, length, owner)
    for (const side of [0, 1] as const) {
      let count = 0
      const start = (2 * owner + side) * leaves.room
      for (let i = 0; i < length && count < leaves.room; i++) {
        const node = candidates[side === 1 ? (at + i) % length : (at + length - 1 - i) % length]!
        if (isClockwise(words, owner, node) !== (side === 1)) break
        if (this.#votes[node]! < needed) continue
        leaves.entries[start + count++] = this.#barredBy[node] === owner ? ~node : node
      }
      leaves.counts[2 * owner + side] = count
    }
  }

  /** The best m candidates of each slot; a further one rather over another first friend. */
  #fill(owner: number, candidates: Int32Array): void {
    const { tables } = this
    const { options, places } = this.#ground
    if (options.slot === 'random') this.#shuffleScores(owner, candidates)
    const held = new Float64Array(tables.rows * columns)
    for (let rank = 0; rank < tables.perSlot; rank++) {
      held.fill(-1)
      for (const node of candidates) {
        if (this.#barredBy[node] === owner) continue
        const row = places.ring.sharedDigits(owner, node)
        if (row >= tables.rows) continue
        const column = places.ring.digit(node, row)
        const slot = tables.slotAt(owner, row, column)
        const standing = this.#standingIn(slot, rank, node)
        if (standing <= held[row * columns + column]!) continue
        held[row * columns + column] = standing
        tables.slots[slot + rank] = node + 1
      }
    }
  }

  /** Score in a slot whose first `rank` entries are chosen; -1 for those, more for a new first friend. */
  #standingIn(slot: number, rank: number, node: number): number {
    const { slots } = this.tables
    let isNewFriend = true
    for (let i = slot; i < slot + rank; i++) {
      const chosen = slots[i]! - 1
      if (chosen === node) return -1
      if (chosen >= 0 && this.#firsts[chosen] === this.#firsts[node]) isNewFriend = false
    }
    return this.#scores[node]! + (isNewFriend ? 2 ** 50 : 0)
  }

  /** Lesson 8 left out: any candidate of a slot is as good as the best. */
  #shuffleScores(owner: number, candidates: Int32Array): void {
    this.#draws.seed(this.#ground.places.ring.words, 4 * owner, noDraw, forSlots)
    for (const node of candidates) this.#scores[node] = this.#draws.uint32()
  }
}

/**
 * Does a node lie on the clockwise half of the ring? To the last digit: a Sybil that shares the
 * owner's first word must not end a side.
 */
function isClockwise(words: Words, owner: number, node: number): boolean {
  let borrow = 0
  for (let i = 3; i > 0; i--) {
    const difference = words[4 * node + i]! - words[4 * owner + i]! - borrow
    borrow = difference < 0 ? 1 : 0
  }
  return (words[4 * node]! - words[4 * owner]! - borrow) >>> 31 === 0
}

const noDraw = { overlay: 0, epoch: 0 }
