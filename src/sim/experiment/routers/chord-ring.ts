// Chord's ring (Stoica, Morris, Karger, Kaashoek, Balakrishnan 2001) as converged tables: fingers
// (section 4.3) and successor lists (section 5.2) of every node over places, the nodes in order of
// their ids. Shared by chord and sprout.
import type { Ring, Words } from '../../../../routing/ring.ts'
import type { RingWorld } from './pastry-ring-world.ts'

/** Bits of a position. */
const bits = 128

/** Fingers worth keeping: shorter ones than log2 n reach into the successor list. */
export const fingersKept = (nodes: number): number =>
  Math.min(bits, Math.ceil(Math.log2(Math.max(nodes, 2))) + 2)

export class ChordRing {
  readonly ring: Ring
  readonly size: number
  /** Fingers of a place, farthest first: `fingers[place * perNode + i]` succeeds its id + 2^(127 - i). */
  readonly fingers: Int32Array
  readonly perNode: number

  constructor({ ring, size }: RingWorld) {
    this.ring = ring
    this.size = size
    this.perNode = fingersKept(size)
    this.fingers = new Int32Array(size * this.perNode)
    const start = new Uint32Array(4)
    for (let place = 0; place < size; place++)
      for (let i = 0; i < this.perNode; i++) {
        plusPowerOfTwo(ring.words, 4 * place, bits - 1 - i, start)
        this.fingers[place * this.perNode + i] = this.successorOf(start)
      }
  }

  /** The first place at or clockwise of a position. */
  successorOf(position: Words): number {
    const { words } = this.ring
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      let order = 0
      for (let i = 0; i < 4 && order === 0; i++) order = words[4 * middle + i]! - position[i]!
      if (order < 0) low = middle + 1
      else high = middle
    }
    return low % this.size
  }

  /** The i-th successor of a place. */
  successor(place: number, i: number): number {
    return (place + i) % this.size
  }

  /** Going clockwise from `from`, does `place` come before the key (section 4.3: it precedes it)? */
  precedes(from: number, place: number, key: Words): boolean {
    return place !== from && !this.ring.keyBetween(from, place, key)
  }

  get bytes(): number {
    return this.fingers.byteLength
  }
}

/** out = position + 2^bit, round the ring. */
function plusPowerOfTwo(words: Words, at: number, bit: number, out: Words): void {
  for (let i = 0; i < 4; i++) out[i] = words[at + i]!
  let carry = 2 ** (bit & 31)
  for (let i = 3 - (bit >>> 5); i >= 0 && carry > 0; i--) {
    const sum = out[i]! + carry
    out[i] = sum
    carry = sum > 0xffffffff ? 1 : 0
  }
}
