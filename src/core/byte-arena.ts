// Many short byte strings in one large array, by slot number: a typed array of its own costs a short
// string ten times its length, and the garbage collector walks through every one of them.
// What is replaced by something longer leaves a hole; when holes are half of the array, it is made anew.
import { copyBytes } from './bytes.ts'

const bytesAtFirst = 4_096
const slotsAtFirst = 64

export class ByteArena {
  #bytes = new Uint8Array(bytesAtFirst)
  /** Bytes in use, holes included. */
  #end = 0
  #holes = 0
  #starts = new Float64Array(slotsAtFirst)
  #lengths = new Uint32Array(slotsAtFirst)
  /** Slots below were set at least once. */
  #slots = 0

  /** What a slot holds: a view, good until the next `set`. Empty for a slot that was never set. */
  at(slot: number): Uint8Array {
    if (slot >= this.#slots) return this.#bytes.subarray(0, 0)
    const start = this.#starts[slot]!
    return this.#bytes.subarray(start, start + this.#lengths[slot]!)
  }

  /** @param slot small whole numbers: room is made for all below it */
  set(slot: number, value: Uint8Array): void {
    this.#makeSlot(slot)
    const before = this.#lengths[slot]!
    if (value.length > before) {
      this.#holes += before
      this.#lengths[slot] = 0
      // A view of the arena itself would move with it.
      const kept = value.buffer === this.#bytes.buffer ? copyBytes(value) : value
      this.#makeRoom(kept.length)
      this.#starts[slot] = this.#end
      this.#bytes.set(kept, this.#end)
      this.#end += kept.length
    } else {
      this.#holes += before - value.length
      this.#bytes.set(value, this.#starts[slot]!)
    }
    this.#lengths[slot] = value.length
  }

  clear(slot: number): void {
    if (slot >= this.#slots) return
    this.#holes += this.#lengths[slot]!
    this.#lengths[slot] = 0
  }

  /** What the slots hold now, for as long as it is wanted: one copy of the whole array. */
  frozen(): (slot: number) => Uint8Array {
    const bytes = copyBytes(this.#bytes.subarray(0, this.#end))
    const starts = new Float64Array(this.#starts)
    const lengths = new Uint32Array(this.#lengths)
    return (slot) => {
      const start = starts[slot] ?? 0
      return bytes.subarray(start, start + (lengths[slot] ?? 0))
    }
  }

  /** Bytes that are held for all of it. */
  get bytes(): number {
    return this.#bytes.length + this.#starts.byteLength + this.#lengths.byteLength
  }

  #makeSlot(slot: number): void {
    if (slot >= this.#starts.length) {
      const room = Math.max(slot + 1, 2 * this.#starts.length)
      const starts = new Float64Array(room)
      starts.set(this.#starts)
      this.#starts = starts
      const lengths = new Uint32Array(room)
      lengths.set(this.#lengths)
      this.#lengths = lengths
    }
    if (slot >= this.#slots) this.#slots = slot + 1
  }

  #makeRoom(length: number): void {
    if (this.#end + length <= this.#bytes.length) return
    const live = this.#end - this.#holes
    const larger = new Uint8Array(Math.max(2 * (live + length), bytesAtFirst))
    if (2 * this.#holes < this.#end) {
      larger.set(this.#bytes.subarray(0, this.#end))
      this.#bytes = larger
      return
    }
    let end = 0
    for (let slot = 0; slot < this.#slots; slot++) {
      const start = this.#starts[slot]!
      const size = this.#lengths[slot]!
      larger.set(this.#bytes.subarray(start, start + size), end)
      this.#starts[slot] = end
      end += size
    }
    this.#bytes = larger
    this.#end = end
    this.#holes = 0
  }
}
