// A map from texts to bytes with a root hash: two maps have the same root exactly when they hold the
// same pairs, whatever the order in which these came. A binary radix tree over SHA-256 of the key;
// hashes are computed when a root is asked for, so all changes of a block share them. What is hashed,
// and how others check a proof: map-proof.ts.
import { assert } from './assert.ts'
import { ByteArena } from './byte-arena.ts'
import { copyBytes, equalBytes } from './bytes.ts'
import { isMapKey, type MapProof, pathOf } from './map-proof.ts'
import type { Hash } from './merkle.ts'
import { RadixTree } from './radix-tree.ts'
import { sha256 } from './sha256.ts'

/** What a map held at some time. */
export interface FrozenMap {
  /** In no order that means anything. */
  readonly keys: readonly string[]
  /** The slot of each key's value. */
  readonly slots: Int32Array
  /** A view of one value. */
  readonly valueAt: (slot: number) => Uint8Array
}

/** The pairs of a frozen map, keys ascending. */
export function* sortedPairs({
  keys,
  slots,
  valueAt,
}: FrozenMap): Generator<readonly [key: string, value: Uint8Array]> {
  const order = Array.from(keys, (_, i) => i).sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1))
  for (const i of order) yield [keys[i]!, valueAt(slots[i]!)]
}

export class AuthenticatedMap {
  /** Key → slot of its leaf. */
  readonly #slots = new Map<string, number>()
  /** By slot. */
  readonly #values = new ByteArena()
  readonly #tree = new RadixTree()

  /** @param pairs in any order; of a key that comes twice, the later */
  constructor(pairs: Iterable<readonly [key: string, value: Uint8Array]> = []) {
    for (const [key, value] of pairs) this.set(key, value)
  }

  get size(): number {
    return this.#slots.size
  }

  has(key: string): boolean {
    return this.#slots.has(key)
  }

  /** A view of the map's own bytes, not to be written to, good until the next change. */
  get(key: string): Uint8Array | undefined {
    const slot = this.#slots.get(key)
    return slot === undefined ? undefined : this.#values.at(slot)
  }

  /**
   * @param key 1 to 256 visible ASCII characters or spaces (isMapKey); others are a bug and throw
   * @param value copied; may be empty
   */
  set(key: string, value: Uint8Array): void {
    const known = this.#slots.get(key)
    if (known !== undefined) {
      if (equalBytes(this.#values.at(known), value)) return
      this.#values.set(known, value)
      this.#tree.touch(known)
      return
    }
    assert(isMapKey(key), 'keys of the authenticated map are short ASCII texts')
    const slot = this.#tree.insert(pathOf(key))
    this.#slots.set(key, slot)
    this.#values.set(slot, value)
  }

  /** false when there was nothing under the key. */
  delete(key: string): boolean {
    const slot = this.#slots.get(key)
    if (slot === undefined) return false
    this.#tree.remove(slot)
    this.#slots.delete(key)
    this.#values.clear(slot)
    return true
  }

  /** 32 bytes. Hashes what changed since the last call. */
  root(): Hash {
    return this.#tree.root((slot) => sha256(this.#values.at(slot)))
  }

  /** Proves the key's value, or that it has none, against `root()`: see verifyMapProof. */
  prove(key: string): MapProof {
    assert(isMapKey(key), 'keys of the authenticated map are short ASCII texts')
    this.root()
    const way = this.#tree.way(pathOf(key))
    if (way === undefined) return { turns: [], end: { is: 'nothing' } }
    const { leaf, turns } = way
    if (this.#slots.get(key) === leaf) return { turns, end: { is: 'this' } }
    const path = copyBytes(this.#tree.pathAt(leaf))
    return { turns, end: { is: 'other', path, valueHash: sha256(this.#values.at(leaf)) } }
  }

  /** The map as it is now, for as long as it is wanted: a few large copies, not one for each pair. */
  frozen(): FrozenMap {
    return {
      keys: [...this.#slots.keys()],
      slots: Int32Array.from(this.#slots.values()),
      valueAt: this.#values.frozen(),
    }
  }

  /** All keys, in no order that means anything. */
  keys(): Iterable<string> {
    return this.#slots.keys()
  }

  /** All pairs, keys ascending; the values are views, as of `get`. Sorts first. */
  *entries(): Generator<readonly [key: string, value: Uint8Array]> {
    for (const key of [...this.#slots.keys()].sort()) yield [key, this.get(key)!]
  }
}
