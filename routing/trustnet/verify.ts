// Naming the root of a random key, for which there is no signature to check: the nearest candidate
// that enough voters named. A voter is a first friend of the origin, over whom one route goes or several,
// or the origin itself: one fooled friend has one voice. Never certain.
import { parallelRoutesMax } from '../../src/core/limits.ts'

/** Of sixteen voters six must name the root; of fewer in proportion, and two where there are two. */
export const quorumOf = (voters: number): number =>
  Math.max(Math.min(2, voters), Math.round((6 * voters) / parallelRoutesMax))

/** Who named which candidates of one lookup, both as places. */
export class NamedRoots {
  readonly #voters = new Map<number, Set<number>>()

  clear(): void {
    this.#voters.clear()
  }

  /** A voter names a candidate. */
  name(place: number, voter: number): void {
    const voters = this.#voters.get(place)
    if (voters === undefined) this.#voters.set(place, new Set([voter]))
    else voters.add(voter)
  }

  /** The nearest candidate that so many named; -1 when none was. */
  winner(quorum: number, nearer: (a: number, b: number) => boolean): number {
    let best = -1
    for (const [place, { size }] of this.#voters)
      if (size >= quorum && (best < 0 || nearer(place, best))) best = place
    return best
  }
}
