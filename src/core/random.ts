// Seeded randomness. Machines never roll dice: they are handed one of these.
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A source of randomness as a port: the runtime seeds it from the system, the simulator from the run's seed. */
export interface Random {
  /** Uniform in 0..2^32-1. */
  uint32(): number
  /** Uniform in 0..bound-1; bound in 1..2^32. Unbiased (rejection). */
  below(bound: number): number
  /** Uniform in [0, 1) with 32 bits of resolution. */
  fraction(): number
  bytes(length: number): Uint8Array
  /** One element; undefined of an empty list. */
  pick<T>(list: readonly T[]): T | undefined
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(list: readonly T[]): T[]
  /** An independent generator, so that one part's draws do not shift another's. */
  fork(label: number): Random
}

/** Spreads a seed over all 32 bits (the finalizer of MurmurHash3): nearby seeds must not give nearby draws. */
function mixed(seed: number): number {
  let h = (seed + 0x9e3779b9) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** A deterministic generator: the same seed gives the same draws on every machine. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(mixed(seed | 0))
  const uint32 = (): number => generator.next() >>> 0
  const below = (bound: number): number => {
    const limit = 2 ** 32 - (2 ** 32 % bound)
    for (;;) {
      const draw = uint32()
      if (draw < limit) return draw % bound
    }
  }
  return {
    uint32,
    below,
    fraction: () => uint32() / 2 ** 32,
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let i = 0; i < length; i++) bytes[i] = uint32() & 0xff
      return bytes
    },
    pick: (list) => (list.length === 0 ? undefined : list[below(list.length)]),
    shuffle(list) {
      const copy = list.slice()
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const held = copy[i]!
        copy[i] = copy[j]!
        copy[j] = held
      }
      return copy
    },
    fork: (label) => seededRandom(Math.imul(uint32() ^ Math.imul(label, 0x9e3779b9), 0x85ebca6b)),
  }
}
