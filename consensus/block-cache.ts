// Recent finalized blocks as they are stored, for peers that ask and for whoever reads them; older
// ones come from the store, when the host offers it. Bounded by count and bytes; the oldest go first.
import type { ChainId } from '../src/core/id.ts'
import { decodeBlock, encodeBlock, type FinalBlock } from './codec-block.ts'
import { blockKey } from './engine-stored.ts'
import type { Height } from './vote.ts'

/** Blocks kept in memory, by count and bytes: whoever is a few minutes behind is served from here. */
export const blocksCachedMax = 4_096
export const blocksCachedBytesMax = 33_554_432

/** Of those, the newest stay decoded. */
const decodedMax = 4

export class BlockCache {
  readonly #chainId: ChainId
  readonly #stored: (height: Height) => Uint8Array | undefined
  /** In order of height. */
  readonly #encoded = new Map<Height, Uint8Array>()
  readonly #decoded = new Map<Height, FinalBlock>()
  #bytes = 0

  /** @param stored the bytes of an older block; undefined when it is not at hand */
  constructor(chainId: ChainId, stored: (height: Height) => Uint8Array | undefined) {
    this.#chainId = chainId
    this.#stored = stored
  }

  get size(): number {
    return this.#encoded.size
  }

  /** Takes the newest blocks of the store, as far as the state has come. */
  restore(stored: readonly (readonly [string, Uint8Array])[], height: Height): void {
    const last = blockKey(height)
    const oldest = blockKey(Math.max(1, height - blocksCachedMax + 1))
    for (const [key, bytes] of stored
      .filter(([key]) => key.startsWith('block/') && key >= oldest && key <= last)
      .sort(([a], [b]) => (a < b ? -1 : 1)))
      this.#keep(Number(key.slice('block/'.length)), bytes)
  }

  add(final: FinalBlock): void {
    const { height } = final.block.header
    const bytes = encodeBlock(final.block, final.commit)
    this.#decoded.set(height, final)
    this.#decoded.delete(height - decodedMax)
    this.#keep(height, bytes)
  }

  #keep(height: Height, bytes: Uint8Array): void {
    this.#encoded.set(height, bytes)
    this.#bytes += bytes.length
    for (const [oldest, { length }] of this.#encoded) {
      if (this.#encoded.size <= blocksCachedMax && this.#bytes <= blocksCachedBytesMax) break
      this.#encoded.delete(oldest)
      this.#bytes -= length
    }
  }

  /** After a snapshot nothing before it is at hand. */
  clear(): void {
    this.#encoded.clear()
    this.#decoded.clear()
    this.#bytes = 0
  }

  bytesAt(height: Height): Uint8Array | undefined {
    return this.#encoded.get(height) ?? this.#stored(height)
  }

  at(height: Height): FinalBlock | undefined {
    const recent = this.#decoded.get(height)
    if (recent !== undefined) return recent
    const bytes = this.bytesAt(height)
    return bytes && decodeBlock(bytes, this.#chainId)
  }

  /** The newest blocks, which are asked for while they spread. */
  recent(): Iterable<FinalBlock> {
    return this.#decoded.values()
  }
}
