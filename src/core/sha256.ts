// SHA-256 of short messages: what @noble/hashes computes, by its own compression function, without a
// hasher, views and copies for every call. Trees and blocks are thousands of such hashes a second, and
// around two compressions those cost more than the compressions.
import { _SHA256, sha256 as sha256OfAny } from '@noble/hashes/sha2.js'

/** Longer messages gain nothing. */
const shortBytesMax = 503

const blockBytes = 64

/** Padding takes a byte and the length in eight. */
const blocksOf = (length: number): number => Math.ceil((length + 9) / blockBytes)

class ShortHasher extends _SHA256 {
  readonly #scratch = new Uint8Array(blockBytes * blocksOf(shortBytesMax))
  readonly #view = new DataView(this.#scratch.buffer)
  readonly #start = this.get()

  /** @param parts one after the other, together at most shortBytesMax */
  of(parts: readonly Uint8Array[]): Uint8Array {
    const scratch = this.#scratch
    let length = 0
    for (const part of parts) {
      scratch.set(part, length)
      length += part.length
    }
    const end = blockBytes * blocksOf(length)
    scratch[length] = 0x80
    scratch.fill(0, length + 1, end)
    this.#view.setUint16(end - 2, 8 * length)
    const [a, b, c, d, e, f, g, h] = this.#start
    this.set(a, b, c, d, e, f, g, h)
    for (let at = 0; at < end; at += blockBytes) this.process(this.#view, at)
    const hash = new Uint8Array(32)
    let at = 0
    for (const word of this.get()) {
      hash[at++] = word >>> 24
      hash[at++] = word >>> 16
      hash[at++] = word >>> 8
      hash[at++] = word
    }
    return hash
  }
}

const short = new ShortHasher()

/** SHA-256 of the bytes. */
export const sha256 = (bytes: Uint8Array): Uint8Array =>
  bytes.length <= shortBytesMax ? short.of([bytes]) : sha256OfAny(bytes)
