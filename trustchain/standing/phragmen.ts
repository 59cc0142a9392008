// Sequential Phragmén (Brill, Freeman, Janson, Lackner 2017; as in Polkadot's nominated proof of
// stake): every seat costs 1, paid by the voters who approve of whoever takes it, and each seat
// goes where the load of its voters stays least. A group of voters wins about its share of seats.
//
// Exact: loads are fractions over one common denominator, the product of the budgets behind each
// winner so far, so nothing is ever rounded. Float64 columns hold integers below 2^53 only.
import { assert } from '../../src/core/assert.ts'

export interface Voter {
  /** A positive integer; all budgets together stay under 2^53. */
  readonly budget: number
  /** Candidates by number, none twice. */
  readonly approves: readonly number[]
}

export interface Winner {
  readonly candidate: number
  /** The budget of all who approve of it. */
  readonly backing: number
  /** Cost per unit of budget that its voters have borne so far: numerator / denominator. */
  readonly load: { readonly numerator: bigint; readonly denominator: bigint }
}

export interface Outcome {
  /** In order of election; loads never fall. */
  readonly winners: readonly Winner[]
  /**
   * By voter: floor(budget × its load / the last winner's load). A voter bears less than the last
   * winner's voters when whom it approves of was seated early, or not at all (0).
   */
  readonly spent: Float64Array
}

/** Resolution of the lower bounds that save most of the exact comparisons; × 31 seats < 2^53. */
const boundScale = 100_000_000_000_000

/**
 * Elects up to `seats` candidates, best first; fewer when fewer are backed. Of two with the same
 * load the lower number wins: number candidates by node id.
 *
 * @param candidates how many there are; their numbers are 0 .. candidates − 1
 */
export function sequentialPhragmen(
  candidates: number,
  voters: readonly Voter[],
  seats: number,
): Outcome {
  const ballot = new Ballot(candidates, voters)
  const winners: Winner[] = []
  while (winners.length < seats) {
    const winner = ballot.seatNext()
    if (winner === undefined) break
    winners.push(winner)
  }
  return { winners, spent: ballot.spent() }
}

class Ballot {
  readonly #voters: readonly Voter[]
  /** Who approves of each candidate. */
  readonly #voterLists: number[][]
  readonly #backing: Float64Array
  /** A load that the candidate surely does not stay under, in parts of boundScale: loads only grow. */
  readonly #bound: Float64Array
  readonly #seated: Uint8Array
  /** The seat at which each voter last paid; 0 before any. */
  readonly #paidAt: Int32Array
  /** Load after seat i, over the common denominator; loads[0] = 0. */
  #loads: bigint[] = [0n]
  #denominator = 1n

  constructor(candidates: number, voters: readonly Voter[]) {
    this.#voters = voters
    this.#voterLists = Array.from({ length: candidates }, () => [])
    this.#backing = new Float64Array(candidates)
    for (const [i, { budget, approves }] of voters.entries()) {
      assert(Number.isSafeInteger(budget) && budget > 0, 'a budget is a positive integer')
      for (const candidate of approves) {
        this.#voterLists[candidate]!.push(i)
        this.#backing[candidate]! += budget
      }
    }
    this.#bound = this.#backing.map((backing) => Math.floor(boundScale / backing))
    this.#seated = new Uint8Array(candidates)
    this.#paidAt = new Int32Array(voters.length)
  }

  seatNext(): Winner | undefined {
    let best = this.#leastBound()
    if (best === undefined) return undefined
    let bestCost = this.#refresh(best)
    for (let candidate = 0; candidate < this.#seated.length; candidate++) {
      if (candidate === best || this.#seated[candidate] || this.#backing[candidate] === 0) continue
      if (this.#bound[candidate]! > this.#bound[best]!) continue
      const cost = this.#refresh(candidate)
      // cost / backing, compared by multiplication.
      const here = cost * BigInt(this.#backing[best]!)
      const there = bestCost * BigInt(this.#backing[candidate]!)
      if (here < there || (here === there && candidate < best)) {
        best = candidate
        bestCost = cost
      }
    }
    return this.#seat(best, bestCost)
  }

  spent(): Float64Array {
    const last = this.#loads.at(-1)!
    const parts = Float64Array.from(this.#voters, ({ budget }, i) => {
      const load = this.#loads[this.#paidAt[i]!]!
      return load === 0n ? 0 : Number((BigInt(budget) * load) / last)
    })
    return parts
  }

  #leastBound(): number | undefined {
    let least: number | undefined
    for (let candidate = 0; candidate < this.#seated.length; candidate++) {
      if (this.#seated[candidate] || this.#backing[candidate] === 0) continue
      if (least === undefined || this.#bound[candidate]! < this.#bound[least]!) least = candidate
    }
    return least
  }

  /** (1 + Σ budget · load) of the candidate's voters, over the common denominator. */
  #refresh(candidate: number): bigint {
    const paid = new Float64Array(this.#loads.length)
    for (const voter of this.#voterLists[candidate]!)
      paid[this.#paidAt[voter]!]! += this.#voters[voter]!.budget
    let cost = this.#denominator
    for (let seat = 1; seat < paid.length; seat++)
      if (paid[seat]! > 0) cost += BigInt(paid[seat]!) * this.#loads[seat]!
    const whole = this.#denominator * BigInt(this.#backing[candidate]!)
    this.#bound[candidate] = Number((cost * BigInt(boundScale)) / whole)
    return cost
  }

  #seat(candidate: number, cost: bigint): Winner {
    const backing = this.#backing[candidate]!
    this.#loads = this.#loads.map((load) => load * BigInt(backing))
    this.#denominator *= BigInt(backing)
    this.#loads.push(cost)
    const seat = this.#loads.length - 1
    for (const voter of this.#voterLists[candidate]!) this.#paidAt[voter] = seat
    this.#seated[candidate] = 1
    return { candidate, backing, load: { numerator: cost, denominator: this.#denominator } }
  }
}
