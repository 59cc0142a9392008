// The tree within an authenticated map: a binary radix tree (crit-bit) over 32-byte paths, with the
// hash of every node. It lives in a few flat arrays: a leaf with its share of inner nodes costs some
// 110 bytes, a fifth of what objects would take. Hashes are computed when the root is asked for.
import { assert } from './assert.ts'
import { copyBytes } from './bytes.ts'
import {
  bitOf,
  emptyMapRoot,
  type HashAt,
  mapLeafHash,
  type Turn,
  writeMapInnerHash,
} from './map-proof.ts'
import type { Hash } from './merkle.ts'

/** A leaf's slot (0, 1, …), or an inner node's slot s as −1 − s. */
type Place = number

const innerOf = (place: Place): number => -1 - place

/** The first bit in which two different paths differ. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  let byte = 0
  while (byte < 32 && a[byte] === b[byte]) byte++
  assert(byte < 32, 'no path stands twice in the tree')
  return 8 * byte + Math.clz32(a[byte]! ^ b[byte]!) - 24
}

const grown = <A extends Uint8Array | Int32Array>(larger: A, old: A): A => {
  larger.set(old)
  return larger
}

export class RadixTree {
  #top: Place | undefined
  // By leaf slot.
  #paths = new Uint8Array(0)
  #leafHashes = new Uint8Array(0)
  #leafStale = new Uint8Array(0)
  // By inner slot. There is always one inner node fewer than leaves, so both share a capacity.
  #bits = new Uint8Array(0)
  #children = new Int32Array(0)
  #innerHashes = new Uint8Array(0)
  #innerStale = new Uint8Array(0)
  #slots = 0
  /** Slots below were used before. */
  #leavesUsed = 0
  #innersUsed = 0
  readonly #freeLeaves: number[] = []
  readonly #freeInners: number[] = []

  /** Adds a path that is not there yet; returns its leaf's slot, the lowest that was never used or one that was freed. */
  insert(path: Hash): number {
    const leaf = this.#freeLeaves.pop() ?? this.#leavesUsed++
    if (leaf === this.#slots) this.#grow()
    this.#paths.set(path, 32 * leaf)
    this.#leafStale[leaf] = 1
    if (this.#top === undefined) {
      this.#top = leaf
      return leaf
    }
    const bit = firstDifference(path, this.pathAt(this.#nearest(path)))
    const inner = this.#freeInners.pop() ?? this.#innersUsed++
    const { above, side, place } = this.#descend(path, bit)
    const own = bitOf(path, bit)
    this.#bits[inner] = bit
    this.#innerStale[inner] = 1
    this.#children[2 * inner + own] = leaf
    this.#children[2 * inner + 1 - own] = place
    this.#link(above, side, -1 - inner)
    return leaf
  }

  /** What the leaf stands for has changed. */
  touch(leaf: number): void {
    this.#leafStale[leaf] = 1
    this.#descend(this.pathAt(leaf), 256)
  }

  remove(leaf: number): void {
    const path = this.pathAt(leaf)
    let above: number | undefined
    let side = 0
    let last: { above: number | undefined; side: number } | undefined
    let place = this.#top!
    while (place < 0) {
      const inner = innerOf(place)
      this.#innerStale[inner] = 1
      last = { above, side }
      above = inner
      side = bitOf(path, this.#bits[inner]!)
      place = this.#children[2 * inner + side]!
    }
    assert(place === leaf, 'a path leads to its own leaf')
    this.#freeLeaves.push(leaf)
    if (last === undefined || above === undefined) {
      this.#top = undefined
      return
    }
    this.#link(last.above, last.side, this.#children[2 * above + 1 - side]!)
    this.#freeInners.push(above)
  }

  /** A view: not to be kept or written to. */
  pathAt(leaf: number): Hash {
    return this.#paths.subarray(32 * leaf, 32 * leaf + 32)
  }

  /** @param valueHashOf asked for every leaf that was inserted or touched since the last root */
  root(valueHashOf: (leaf: number) => Hash): Hash {
    if (this.#top === undefined) return copyBytes(emptyMapRoot)
    this.#freshen(this.#top, valueHashOf)
    return copyBytes(this.#kept(this.#top))
  }

  /** The way down to where the path stands or would stand; undefined in the empty tree. Asks for hashes as of the last `root`. */
  way(path: Hash): { readonly leaf: number; readonly turns: readonly Turn[] } | undefined {
    if (this.#top === undefined) return undefined
    const turns: Turn[] = []
    let place = this.#top
    while (place < 0) {
      const inner = innerOf(place)
      const bit = this.#bits[inner]!
      const side = bitOf(path, bit)
      const sibling = this.#kept(this.#children[2 * inner + 1 - side]!)
      turns.push({ bit, sibling: copyBytes(sibling) })
      place = this.#children[2 * inner + side]!
    }
    return { leaf: place, turns }
  }

  /** The leaf that the path's bits lead to. */
  #nearest(path: Hash): number {
    let place = this.#top!
    while (place < 0) {
      const inner = innerOf(place)
      place = this.#children[2 * inner + bitOf(path, this.#bits[inner]!)]!
    }
    return place
  }

  /** Down to the first node that decides at `bit` or later; all inner nodes on the way become stale. */
  #descend(path: Hash, bit: number): { above: number | undefined; side: number; place: Place } {
    let above: number | undefined
    let side = 0
    let place = this.#top!
    while (place < 0 && this.#bits[innerOf(place)]! < bit) {
      above = innerOf(place)
      this.#innerStale[above] = 1
      side = bitOf(path, this.#bits[above]!)
      place = this.#children[2 * above + side]!
    }
    return { above, side, place }
  }

  #link(above: number | undefined, side: number, place: Place): void {
    if (above === undefined) this.#top = place
    else this.#children[2 * above + side] = place
  }

  #kept(place: Place): Hash {
    const { bytes, at } = this.#hashAt(place)
    return bytes.subarray(at, at + 32)
  }

  #hashAt(place: Place): HashAt {
    return place < 0
      ? { bytes: this.#innerHashes, at: 32 * innerOf(place) }
      : { bytes: this.#leafHashes, at: 32 * place }
  }

  /** Hashes what is stale. At most 256 deep: each inner node decides at a later bit than the one above. */
  #freshen(place: Place, valueHashOf: (leaf: number) => Hash): void {
    if (place >= 0) {
      if (this.#leafStale[place] === 0) return
      this.#leafHashes.set(mapLeafHash(this.pathAt(place), valueHashOf(place)), 32 * place)
      this.#leafStale[place] = 0
      return
    }
    const inner = innerOf(place)
    if (this.#innerStale[inner] === 0) return
    const left = this.#children[2 * inner]!
    const right = this.#children[2 * inner + 1]!
    this.#freshen(left, valueHashOf)
    this.#freshen(right, valueHashOf)
    const bit = this.#bits[inner]!
    writeMapInnerHash(bit, this.#hashAt(left), this.#hashAt(right), this.#hashAt(place))
    this.#innerStale[inner] = 0
  }

  #grow(): void {
    const slots = Math.max(64, 2 * this.#slots)
    this.#paths = grown(new Uint8Array(32 * slots), this.#paths)
    this.#leafHashes = grown(new Uint8Array(32 * slots), this.#leafHashes)
    this.#leafStale = grown(new Uint8Array(slots), this.#leafStale)
    this.#bits = grown(new Uint8Array(slots), this.#bits)
    this.#children = grown(new Int32Array(2 * slots), this.#children)
    this.#innerHashes = grown(new Uint8Array(32 * slots), this.#innerHashes)
    this.#innerStale = grown(new Uint8Array(slots), this.#innerStale)
    this.#slots = slots
  }
}
