// Naming the root of a random key, for which there is no signature to check: the nearest candidate
// that enough of those name who answered. A voter is a first friend of the origin, over whom one route
// goes or several, or the origin itself: one fooled friend has one voice. Never certain.
import { parallelRoutesMax } from '../../src/core/limits.ts'

/** Of sixteen who answered so many must name the root. Why not more: docs/experiments.md, `naming`. */
export const voicesNeeded = 6

/**
 * How many must name the root of so many voters who answered: in proportion to sixteen, and two where two
 * answered, unless one of sixteen is enough. Whoever is silent has no say, for a dropper would else speak
 * against everybody.
 *
 * @param ofSixteen how many of sixteen
 */
export const quorumOf = (answered: number, ofSixteen = voicesNeeded): number =>
  Math.max(Math.min(2, answered, ofSixteen), Math.round((ofSixteen * answered) / parallelRoutesMax))

/** Who named which candidates of one lookup, both as places. */
export class NamedRoots {
  readonly #voters = new Map<number, Set<number>>()
  readonly #answered = new Set<number>()

  clear(): void {
    this.#voters.clear()
    this.#answered.clear()
  }

  /** A voter names a candidate. */
  name(place: number, voter: number): void {
    this.#answered.add(voter)
    const voters = this.#voters.get(place)
    if (voters === undefined) this.#voters.set(place, new Set([voter]))
    else voters.add(voter)
  }

  /** How many named anybody. */
  get answered(): number {
    return this.#answered.size
  }

  /**
   * The nearest candidate that so many named, or else of those that most named; -1 when nobody was.
   *
   * @param quorum at most as many as answered
   */
  winner(quorum: number, nearer: (a: number, b: number) => boolean): number {
    let most = 0
    for (const { size } of this.#voters.values()) most = Math.max(most, size)
    const least = Math.min(quorum, most)
    let best = -1
    for (const [place, { size }] of this.#voters)
      if (size >= least && (best < 0 || nearer(place, best))) best = place
    return best
  }
}
