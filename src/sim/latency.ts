// How long a message travels: one-way latency distributions of the network model. Nodes are
// known by their number (order of first mention in the world), so that a distribution can be
// computed per pair without a table of pairs.
import { assert } from '../core/assert.ts'
import type { Millis } from '../core/id.ts'
import type { Random } from '../core/random.ts'

/** One-way latency from one node to another. Draws only from the generator it is handed. */
export type Latency = (from: number, to: number, random: Random) => Millis

/** Every message takes the same time. */
export const constantLatency =
  (millis: Millis): Latency =>
  () =>
    millis

/** Every message draws anew between the bounds; links still deliver in order. */
export function uniformLatency(least: Millis, most: Millis): Latency {
  assert(0 <= least && least <= most, 'latency bounds are ordered')
  return (_from, _to, random) => least + random.fraction() * (most - least)
}

/** A fraction in [0, 1) fixed by three numbers (two rounds of a 32-bit mixer). */
function mixed(a: number, b: number, c: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b ^ 0x7f4a7c15, 0xc2b2ae35) ^ c
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}

/** Each pair has its own fixed latency, the same both ways, uniform between the bounds. */
export function pairLatency(least: Millis, most: Millis, seed: number): Latency {
  assert(0 <= least && least <= most, 'latency bounds are ordered')
  return (from, to) => least + mixed(Math.min(from, to), Math.max(from, to), seed) * (most - least)
}

/**
 * Nodes lie on a square map: latency is `base` plus the distance, where the map's side takes
 * `across` milliseconds. Obeys the triangle inequality, as proximity-aware routing expects.
 */
export function coordinateLatency(base: Millis, across: Millis, seed: number): Latency {
  return (from, to) => {
    const dx = mixed(from, 1, seed) - mixed(to, 1, seed)
    const dy = mixed(from, 2, seed) - mixed(to, 2, seed)
    return base + Math.sqrt(dx * dx + dy * dy) * across
  }
}
