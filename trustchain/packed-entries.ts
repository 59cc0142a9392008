// Entries of one author as bytes: a long log would otherwise be hundreds of thousands of small
// objects, which the garbage collector walks through again and again while the node finalizes a
// thousand ratings a second. An entry is read back when somebody asks for it, which is rare.
import { copyBytes, hex } from '../src/core/bytes.ts'
import type { EntryHash, VerifiedRating } from './entry.ts'
import { encodeEntry, hashBytesOf, readStoredEntry } from './entry-codec.ts'
import { verifiedBefore } from './verify.ts'

const hashBytes = 32

export class PackedEntries {
  /** For each entry its hash, then the signed entry. */
  readonly #bytes: Uint8Array
  /** Where each entry begins; one more for the end. */
  readonly #starts: Uint32Array

  /** @param entries in order of seq */
  constructor(entries: readonly VerifiedRating[]) {
    const encoded = entries.map(encodeEntry)
    this.#starts = new Uint32Array(entries.length + 1)
    for (const [i, { length }] of encoded.entries())
      this.#starts[i + 1] = this.#starts[i]! + hashBytes + length
    this.#bytes = new Uint8Array(this.#starts[entries.length]!)
    for (const [i, entry] of entries.entries()) {
      this.#bytes.set(hashBytesOf(entry.hash), this.#starts[i]!)
      this.#bytes.set(encoded[i]!, this.#starts[i]! + hashBytes)
    }
  }

  /** The hash of the i-th entry, without reading the entry. */
  hashAt(i: number): EntryHash {
    const start = this.#starts[i]!
    return hex(this.#bytes.subarray(start, start + hashBytes)) as EntryHash
  }

  /** The i-th entry: equal to what was packed, a new object each time. */
  at(i: number): VerifiedRating {
    const start = this.#starts[i]! + hashBytes
    const bytes = copyBytes(this.#bytes.subarray(start, this.#starts[i + 1]!))
    return verifiedBefore(readStoredEntry(bytes, this.hashAt(i)))
  }
}
