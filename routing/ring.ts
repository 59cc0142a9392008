// Arithmetic on the ring of 128-bit positions, without bigint and without allocation: a position
// is four big-endian 32-bit words somewhere in a Uint32Array, a node is its number in a Ring.
// The live node interns the few thousand peers that it knows, the simulator a million: both run
// the same routing functions over these numbers.
import type { NodeId } from '../src/core/id.ts'

/** Four big-endian 32-bit words a position; several positions may lie behind one another. */
export type Words = Uint32Array

/** Words of a position. */
const width = 4

/** The words of 32 hex digits, written to `out` from word `from` on. */
export function wordsOf(digits: string, out: Words = new Uint32Array(width), from = 0): Words {
  for (let i = 0; i < width; i++) {
    let word = 0
    for (let at = 8 * i; at < 8 * i + 8; at++) {
      const code = digits.charCodeAt(at)
      // '0'..'9' are 48..57, 'a'..'f' 97..102.
      word = (word << 4) | (code < 58 ? code - 48 : code - 87)
    }
    out[from + i] = word
  }
  return out
}

/** The 32 hex digits of the position that starts at word `at`. */
export function digitsOf(words: Words, at = 0): string {
  let digits = ''
  for (let i = 0; i < width; i++) digits += words[at + i]!.toString(16).padStart(8, '0')
  return digits
}

/** Digit `row` (0..31, the most significant first) of a position. */
export const digitAt = (words: Words, at: number, row: number): number =>
  (words[at + (row >>> 3)]! >>> (28 - ((row & 7) << 2))) & 15

/** How many leading digits two positions share: 0..32. */
function sharedDigitsOf(a: Words, atA: number, b: Words, atB: number): number {
  for (let i = 0; i < width; i++) {
    const differing = a[atA + i]! ^ b[atB + i]!
    if (differing !== 0) return (i << 3) + (Math.clz32(differing) >>> 2)
  }
  return 32
}

/** How many leading digits two positions share, of 32 hex digits each. */
export const sharedDigits = (a: string, b: string): number =>
  sharedDigitsOf(wordsOf(a), 0, wordsOf(b), 0)

/** Order of two positions as unsigned integers: negative, 0 or positive. */
function comparePositions(a: Words, atA: number, b: Words, atB: number): number {
  for (let i = 0; i < width; i++) {
    const x = a[atA + i]!
    const y = b[atB + i]!
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

// Scratch space: nothing here yields, so two comparisons never overlap.
const distanceA = new Uint32Array(width)
const distanceB = new Uint32Array(width)

/** out = (to − from) mod 2^128: how far clockwise `to` lies from `from`. */
function clockwise(from: Words, atFrom: number, to: Words, atTo: number, out: Words): void {
  let borrow = 0
  for (let i = width - 1; i >= 0; i--) {
    const difference = to[atTo + i]! - from[atFrom + i]! - borrow
    borrow = difference < 0 ? 1 : 0
    out[i] = difference
  }
}

/** out = the shorter way round between two positions. */
function circular(a: Words, atA: number, b: Words, atB: number, out: Words): void {
  clockwise(a, atA, b, atB, out)
  if (out[0]! >>> 31 === 0) return
  // More than half way round: the other way is 2^128 − out, the two's complement.
  let carry = 1
  for (let i = width - 1; i >= 0; i--) {
    const flipped = (~out[i]! >>> 0) + carry
    carry = flipped > 0xffffffff ? 1 : 0
    out[i] = flipped
  }
}

/** The shorter way round for a difference of first words, in units of 2^96. */
const shorterWay = (difference: number): number => {
  const size = Math.abs(difference)
  return size < 0x80000000 ? size : 0x100000000 - size
}

/**
 * Compares how near two positions are to a key, the shorter way round.
 * Equal distances are decided for the smaller position, which is then the root.
 *
 * @returns negative when `a` is nearer (or the tie's winner), 0 only for equal positions
 */
export function compareNearness(
  a: Words,
  atA: number,
  b: Words,
  atB: number,
  key: Words,
  atKey: number,
): number {
  // The first words nearly always decide: with the borrow they are right to within one each.
  const k = key[atKey]!
  const roughly = shorterWay(a[atA]! - k) - shorterWay(b[atB]! - k)
  if (roughly > 2 || roughly < -2) return roughly
  circular(a, atA, key, atKey, distanceA)
  circular(b, atB, key, atKey, distanceB)
  return comparePositions(distanceA, 0, distanceB, 0) || comparePositions(a, atA, b, atB)
}

/** Compares how far clockwise two positions lie from an origin: negative when `a` is met first. */
function compareClockwise(
  origin: Words,
  atOrigin: number,
  a: Words,
  atA: number,
  b: Words,
  atB: number,
): number {
  const o = origin[atOrigin]!
  const roughA = (a[atA]! - o) >>> 0
  const roughB = (b[atB]! - o) >>> 0
  // A first word of 0 may borrow its way round to the far end: those are compared in full.
  if (roughA > 1 && roughB > 1 && Math.abs(roughA - roughB) > 1) return roughA - roughB
  clockwise(origin, atOrigin, a, atA, distanceA)
  clockwise(origin, atOrigin, b, atB, distanceB)
  return comparePositions(distanceA, 0, distanceB, 0)
}

/** Node ids interned as small numbers. Numbers of released nodes are used again. */
export class Ring {
  /** Words of node n start at 4·n. Replaced when the ring grows: do not keep it. */
  words: Words
  #size = 0
  readonly #numbers = new Map<NodeId, number>()
  readonly #ids: (NodeId | undefined)[] = []
  readonly #free: number[] = []

  constructor(capacity = 64) {
    this.words = new Uint32Array(width * capacity)
  }

  /** One more than the highest number handed out so far. */
  get size(): number {
    return this.#size
  }

  /** The number of a node id, interned now if it was not. */
  intern(id: NodeId): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const node = this.#free.pop() ?? this.#grow()
    wordsOf(id, this.words, width * node)
    this.#numbers.set(id, node)
    this.#ids[node] = id
    return node
  }

  /** The number of a node id, or -1. */
  numberOf(id: NodeId): number {
    return this.#numbers.get(id) ?? -1
  }

  /**
   * A node by its words alone: no text is kept and `numberOf` does not find it, so that a million
   * nodes cost 16 bytes each. Not checked for duplicates.
   */
  append(words: Words, at = 0): number {
    const node = this.#grow()
    this.words.set(words.subarray(at, at + width), width * node)
    return node
  }

  /** Frees an interned number. The caller has removed it from every table first. */
  release(id: NodeId): void {
    const node = this.#numbers.get(id)
    if (node === undefined) return
    this.#numbers.delete(id)
    this.#ids[node] = undefined
    this.#free.push(node)
  }

  id(node: number): NodeId {
    return this.#ids[node] ?? (digitsOf(this.words, width * node) as NodeId)
  }

  digit(node: number, row: number): number {
    return digitAt(this.words, width * node, row)
  }

  sharedDigits(a: number, b: number): number {
    return sharedDigitsOf(this.words, width * a, this.words, width * b)
  }

  /** How many leading digits a node shares with a key. */
  sharedWithKey(node: number, key: Words): number {
    return sharedDigitsOf(this.words, width * node, key, 0)
  }

  /** Is node `a` nearer to the key than node `b` (ties: the smaller id)? False for a = b. */
  nearer(a: number, b: number, key: Words): boolean {
    return compareNearness(this.words, width * a, this.words, width * b, key, 0) < 0
  }

  /** Is node `a` nearer to node `target` than node `b` is? */
  nearerToNode(a: number, b: number, target: number): boolean {
    const { words } = this
    return compareNearness(words, width * a, words, width * b, words, width * target) < 0
  }

  /** Walking clockwise from `origin`, is `a` met before `b`? */
  metBefore(origin: number, a: number, b: number): boolean {
    const { words } = this
    return compareClockwise(words, width * origin, words, width * a, words, width * b) < 0
  }

  /** Does the key lie on the clockwise way from node `from` to node `to`, both ends included? */
  keyBetween(from: number, to: number, key: Words): boolean {
    return compareClockwise(this.words, width * from, key, 0, this.words, width * to) <= 0
  }

  #grow(): number {
    const node = this.#size++
    if (this.words.length < width * this.#size) {
      const wider = new Uint32Array(2 * this.words.length + width)
      wider.set(this.words)
      this.words = wider
    }
    return node
  }
}
