// What lookups teach about first friends. Kept per edge to a first friend, never per node: identities
// are free, friends are not. Only lookups with answers that can be checked count. What it says is
// published as a lowered rating of the overlay `measured`, so that lists stay recomputable.

/** Tries below which nothing is said: luck looks like guilt. */
const triesMin = 8
/** A friend is cut down when even the upper bound is below this share of the others' mean. */
const guiltyBelow = 0.6
const guilty = 0.02
const leastDoubt = 0.25
/** The normal quantile of a two-sided 95% interval. */
const z = 1.96

/** How the routes over each first friend ended. */
export class Feedback {
  readonly #tries = new Map<number, number>()
  readonly #successes = new Map<number, number>()

  /** One route over a first friend whose answer could be checked. */
  note(friend: number, succeeded: boolean): void {
    this.#tries.set(friend, (this.#tries.get(friend) ?? 0) + 1)
    if (succeeded) this.#successes.set(friend, (this.#successes.get(friend) ?? 0) + 1)
  }

  /** The factor on a friend's weight, in 0.02..1; 1 while too little is known. */
  factor(friend: number): number {
    const tries = this.#tries.get(friend) ?? 0
    if (tries < triesMin) return 1
    const others = this.#meanOfOthers(friend)
    if (others === undefined || others === 0) return 1
    const share = (this.#successes.get(friend) ?? 0) / tries
    if (upperBound(share, tries) < guiltyBelow * others) return guilty
    return Math.min(1, Math.max(leastDoubt, share / others))
  }

  #meanOfOthers(friend: number): number | undefined {
    let tries = 0
    let successes = 0
    for (const [other, count] of this.#tries) {
      if (other === friend) continue
      tries += count
      successes += this.#successes.get(other) ?? 0
    }
    return tries === 0 ? undefined : successes / tries
  }
}

/** The upper end of Wilson's score interval (Wilson 1927). */
function upperBound(share: number, tries: number): number {
  const centre = share + (z * z) / (2 * tries)
  const spread = z * Math.sqrt((share * (1 - share)) / tries + (z * z) / (4 * tries * tries))
  return (centre + spread) / (1 + (z * z) / tries)
}
