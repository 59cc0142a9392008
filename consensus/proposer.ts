// Who proposes: the weighted round robin of CometBFT. Every member's priority grows by its power,
// the highest proposes and pays the total, so that over time each proposes in proportion to its
// power, evenly spread. Integers only; ties go to the lower id, so every node agrees.
import { assert } from '../src/core/assert.ts'
import { concatBytes, utf8 } from '../src/core/bytes.ts'
import type { Committee } from '../src/core/committee.ts'
import type { NodeId } from '../src/core/id.ts'
import { committeeSizeMax, votingPowerMax } from '../src/core/limits.ts'
import type { Round } from './vote.ts'

/** Somebody in turn: an id that orders ties, and a power, a positive integer. */
export interface Seat {
  readonly id: string
  readonly power: number
}

interface Turn extends Seat {
  readonly priority: number
}

/** Priorities stay within this many totals of each other, so that no change of power is felt for long. */
const windowTotals = 2

// At worst a whole new committee stands 2.25 totals below one that had reached 2; rescaling adds 2.
assert(7 * votingPowerMax <= Number.MAX_SAFE_INTEGER, 'priorities are exact integers')

const byId = (a: Seat, b: Seat): number => (a.id < b.id ? -1 : 1)

const totalOf = (seats: readonly Seat[]): number => seats.reduce((sum, seat) => sum + seat.power, 0)

/** Divides so that all fit the window, rounding toward zero. */
function rescaled(turns: readonly Turn[], total: number): readonly Turn[] {
  const window = windowTotals * total
  const priorities = turns.map(({ priority }) => priority)
  const spread = Math.max(...priorities) - Math.min(...priorities)
  if (spread <= window) return turns
  const ratio = Math.floor((spread + window - 1) / window)
  return turns.map((turn) => ({ ...turn, priority: Math.trunc(turn.priority / ratio) || 0 }))
}

/** Shifts so that the mean is 0, rounding the mean down. The sum may pass 2^53, hence BigInt. */
function centred(turns: readonly Turn[]): readonly Turn[] {
  let sum = 0n
  for (const { priority } of turns) sum += BigInt(priority)
  const n = BigInt(turns.length)
  const mean = Number((sum - (((sum % n) + n) % n)) / n)
  return mean === 0 ? turns : turns.map((turn) => ({ ...turn, priority: turn.priority - mean }))
}

/** A state of the rotation. It never changes: every step gives another. */
export class ProposerRotation {
  /** Ascending by id. */
  readonly #turns: readonly Turn[]
  readonly #total: number
  /** Of this state. */
  readonly proposer: string

  private constructor(turns: readonly Turn[], proposer: string) {
    this.#turns = turns
    this.#total = totalOf(turns)
    this.proposer = proposer
  }

  /** A rotation that begins with these. @param seats in any order, at least one, ids distinct */
  static of(seats: readonly Seat[]): ProposerRotation {
    return new ProposerRotation([], '').updated(seats).advanced(1)
  }

  static ofCommittee(committee: Committee): ProposerRotation {
    return ProposerRotation.of(seatsOf(committee))
  }

  /** By id, in order. */
  get priorities(): readonly (Seat & { readonly priority: number })[] {
    return this.#turns
  }

  /**
   * So many turns on. Priorities are brought into the window and centred once, at the start, so
   * two turns at once and one after the other may differ: heights advance by one each, and a
   * round's proposer is its height's state advanced by the round at once.
   */
  advanced(times: number): ProposerRotation {
    assert(Number.isSafeInteger(times) && times >= 0, 'turns are a whole number')
    if (times === 0) return this
    const turns = centred(rescaled(this.#turns, this.#total)).map((turn) => ({ ...turn }))
    let next = turns[0]!
    for (let i = 0; i < times; i++) {
      for (const turn of turns) turn.priority += turn.power
      next = turns[0]!
      // Ascending by id: the lower of two equals stays.
      for (const turn of turns) if (turn.priority > next.priority) next = turn
      next.priority -= this.#total
    }
    return new ProposerRotation(turns, next.id)
  }

  /**
   * The rotation among other members. Those who stay keep their priority; a newcomer starts behind
   * everybody (1.125 totals), or leaving and coming back would win turns. The proposer is the one
   * chosen last, until the next `advanced`.
   */
  updated(seats: readonly Seat[]): ProposerRotation {
    assert(seats.length >= 1 && seats.length <= committeeSizeMax, 'somebody proposes')
    const before = new Map(this.#turns.map(({ id, priority }) => [id, priority]))
    const ids = new Set(seats.map(({ id }) => id))
    assert(ids.size === seats.length, 'nobody takes two turns')
    // As in CometBFT, the start is measured by the total before those who leave have left.
    const leaving = this.#turns.filter(({ id }) => !ids.has(id))
    const total = totalOf(seats)
    const whole = total + totalOf(leaving)
    const start = -(whole + Math.floor(whole / 8))
    const turns = [...seats]
      .sort(byId)
      .map(({ id, power }) => ({ id, power, priority: before.get(id) ?? start }))
    return new ProposerRotation(centred(rescaled(turns, total)), this.proposer)
  }

  updatedTo(committee: Committee): ProposerRotation {
    return this.updated(seatsOf(committee))
  }

  /** The proposer of a round, where this is the state of its height. */
  proposerOf(round: Round): NodeId {
    return this.advanced(round).proposer as NodeId
  }

  /** The same state gives the same bytes: length-prefixed proposer, then each id, power, priority. */
  serialize(): Uint8Array {
    const parts = this.#turns.flatMap(({ id, power, priority }) => {
      const numbers = new Uint8Array(16)
      const view = new DataView(numbers.buffer)
      view.setBigUint64(0, BigInt(power))
      view.setBigInt64(8, BigInt(priority))
      return [prefixed(id), numbers]
    })
    return concatBytes([prefixed(this.proposer), ...parts])
  }

  /** Undefined unless the bytes are exactly a rotation's. */
  static restore(bytes: Uint8Array): ProposerRotation | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let at = 0
    const text = (): string | undefined => {
      const length = at < bytes.length ? bytes[at]! : 256
      if (at + 1 + length > bytes.length) return undefined
      const encoded = bytes.subarray(at + 1, at + 1 + length)
      at += 1 + length
      return String.fromCharCode(...encoded)
    }
    const proposer = text()
    const turns: Turn[] = []
    while (at < bytes.length) {
      const id = text()
      if (id === undefined || at + 16 > bytes.length) return undefined
      const power = Number(view.getBigUint64(at))
      const priority = Number(view.getBigInt64(at + 8))
      if (power < 1 || power > votingPowerMax || Math.abs(priority) > 4 * votingPowerMax)
        return undefined
      if (turns.length > 0 && id <= turns.at(-1)!.id) return undefined
      turns.push({ id, power, priority })
      at += 16
    }
    if (proposer === undefined || turns.length === 0 || turns.length > committeeSizeMax)
      return undefined
    if (totalOf(turns) > votingPowerMax) return undefined
    return new ProposerRotation(turns, proposer)
  }
}

const seatsOf = (committee: Committee): readonly Seat[] =>
  committee.members.map(({ nodeId, power }) => ({ id: nodeId, power }))

/** Ids are ASCII of at most 255 characters: node ids are 32. */
function prefixed(text: string): Uint8Array {
  const bytes = utf8(text)
  assert(bytes.length <= 255 && bytes.length === text.length, 'ids are short ASCII')
  return concatBytes([new Uint8Array([bytes.length]), bytes])
}
