// The dice of recomputable lists: a generator seeded by (node id, overlay, routing epoch, purpose),
// in 32-bit integers only, so that everybody who has the ratings rolls the same walks. The shape is
// sfc32 of PractRand's author (Doty-Humphrey): three words and a counter. The epoch's number must
// come from a finalized block, so that nobody can choose an id whose walks please him.

/** What is drawn for: walks of one kind do not shift those of another. */
export const forList = 1
export const forRegistration = 2
export const forSize = 3
export const forSlots = 4

/** One way of rating, at one time: what every draw depends on beside the node. */
export interface Draw {
  /** A hash of the overlay's name. */
  readonly overlay: number
  /** The routing epoch: a number from the block that opened it. */
  readonly epoch: number
}

/** Rolls thrown away after seeding, so that near seeds have nothing in common. */
const warmUpRolls = 12

export class Draws {
  readonly #state = new Int32Array(4)

  /** Starts the rolls of one node. @param at where its four words start */
  seed(words: Uint32Array, at: number, { overlay, epoch }: Draw, purpose: number): void {
    const state = this.#state
    state[0] = words[at]! ^ Math.imul(overlay, 0x9e3779b1)
    state[1] = words[at + 1]! ^ Math.imul(epoch, 0x85ebca6b)
    state[2] = words[at + 2]! ^ Math.imul(purpose, 0xc2b2ae35)
    state[3] = words[at + 3]! ^ 1
    for (let i = 0; i < warmUpRolls; i++) this.uint32()
  }

  /** Uniform in 0..2^32-1. */
  uint32(): number {
    const state = this.#state
    const a = state[0]!
    const b = state[1]!
    const c = state[2]!
    const count = state[3]!
    const rolled = (a + b + count) | 0
    state[3] = count + 1
    state[0] = b ^ (b >>> 9)
    state[1] = c + (c << 3)
    state[2] = ((c << 21) | (c >>> 11)) + rolled
    return rolled >>> 0
  }

  /**
   * In 0..bound-1 for a bound up to 2^31: the high word of the 64-bit product (Lemire 2019), exact.
   * Its bias is below bound/2^32.
   */
  below(bound: number): number {
    const rolled = this.uint32()
    const high = rolled >>> 16
    const low = rolled & 0xffff
    const boundHigh = bound >>> 16
    const boundLow = bound & 0xffff
    const carried = Math.floor((low * boundLow) / 65_536) + high * boundLow + low * boundHigh
    return high * boundHigh + Math.floor(carried / 65_536)
  }
}
