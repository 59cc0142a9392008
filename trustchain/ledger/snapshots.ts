// Snapshots: all leaves of the state at a height, in chunks that each fit a message. A chunk is a
// list of leaves, ascending by key over all chunks. Nothing in a snapshot is signed: the state hash
// in the header of the next block proves the whole of it.
import type { SnapshotOffer } from '../../src/core/application.ts'
import { type FrozenMap, sortedPairs } from '../../src/core/authenticated-map.ts'
import { Reader, Writer } from './leaf-codec.ts'
import { chunkBytesMax, chunksMax, snapshotsKeptMax } from './ledger-limits.ts'
import type { State } from './state.ts'

type Leaf = readonly [key: string, value: Uint8Array]

interface Snapshot {
  readonly offer: SnapshotOffer
  readonly chunks: readonly Uint8Array[]
}

/** A snapshot that nobody has asked for yet: sorting and packing it would hold up every block it is taken at. */
class Kept {
  readonly height: number
  readonly #stateHash: string
  #leaves: FrozenMap | undefined
  #packed: Snapshot | undefined

  constructor(state: State) {
    this.height = state.chain.height
    this.#stateHash = state.hash
    this.#leaves = state.frozen()
  }

  get packed(): Snapshot {
    if (this.#leaves === undefined) return this.#packed!
    const chunks = chunksOf(sortedPairs(this.#leaves))
    const offer = { height: this.height, stateHash: this.#stateHash, chunks: chunks.length }
    this.#leaves = undefined
    this.#packed = { offer, chunks }
    return this.#packed
  }
}

/** The last few snapshots, held in memory. */
export class Snapshots {
  /** Newest first. */
  #kept: readonly Kept[] = []

  get offers(): readonly SnapshotOffer[] {
    const offers = this.#kept.map(({ packed }) => packed.offer)
    // A state that takes more than that is not offered: nobody could take it.
    return offers.filter(({ chunks }) => chunks <= chunksMax)
  }

  take(state: State): void {
    const taken = new Kept(state)
    const others = this.#kept.filter(({ height }) => height !== taken.height)
    this.#kept = [taken, ...others].slice(0, snapshotsKeptMax)
  }

  chunk(height: number, index: number): Uint8Array | undefined {
    return this.#kept.find((kept) => kept.height === height)?.packed.chunks[index]
  }
}

/** Leaves in chunks of up to chunkBytesMax; key (text), length of the value (4 bytes), value. */
export function chunksOf(leaves: Iterable<Leaf>): readonly Uint8Array[] {
  const chunks: Uint8Array[] = []
  let to = new Writer()
  let bytes = 0
  for (const [key, value] of leaves) {
    const size = 6 + key.length + value.length
    if (bytes > 0 && bytes + size > chunkBytesMax) {
      chunks.push(to.done())
      to = new Writer()
      bytes = 0
    }
    to.text(key).u32(value.length).bytes(value)
    bytes += size
  }
  chunks.push(to.done())
  return chunks
}

/** The leaves in chunks; undefined unless they are in the one form in which they are made. */
export function leavesOf(chunks: readonly Uint8Array[]): readonly Leaf[] | undefined {
  const leaves: Leaf[] = []
  let last = ''
  for (const chunk of chunks) {
    if (chunk.length > chunkBytesMax) return undefined
    const from = new Reader(chunk)
    while (!from.complete) {
      const key = from.text()
      const length = from.u32()
      const value = from.bytes(Math.min(length, chunkBytesMax + 1))
      if (from.failed || key <= last || !/^[\x20-\x7e]{1,256}$/.test(key)) return undefined
      leaves.push([key, value])
      last = key
    }
  }
  return leaves
}
