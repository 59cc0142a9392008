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

  /**
   * @param message at most shortBytesMax
   * @param at the first of 32 bytes of `to` that are written
   */
  write(message: Uint8Array, to: Uint8Array, at: number): void {
    const scratch = this.#scratch
    const { length } = message
    scratch.set(message)
    const end = blockBytes * blocksOf(length)
    scratch[length] = 0x80
    scratch.fill(0, length + 1, end)
    this.#view.setUint16(end - 2, 8 * length)
    const [a, b, c, d, e, f, g, h] = this.#start
    this.set(a, b, c, d, e, f, g, h)
    for (let from = 0; from < end; from += blockBytes) this.process(this.#view, from)
    let place = at
    for (const word of this.get()) {
      to[place++] = word >>> 24
      to[place++] = word >>> 16
      to[place++] = word >>> 8
      to[place++] = word
    }
  }
}

const short = new ShortHasher()

/** SHA-256 of the bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  if (bytes.length > shortBytesMax) return sha256OfAny(bytes)
  const hash = new Uint8Array(32)
  short.write(bytes, hash, 0)
  return hash
}

/**
 * SHA-256 of a short message, written into bytes that are there: a tree of hashes makes no object for each.
 *
 * @param message at most 503 bytes
 * @param at the first of the 32 bytes of `to`
 */
export function writeSha256(message: Uint8Array, to: Uint8Array, at: number): void {
  short.write(message, to, at)
}
