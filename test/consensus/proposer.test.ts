// Rule 9, the weighted rotation: CometBFT's published sequences, ties, centring, save and reload,
// and a naive rotation in big integers beside ours.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ProposerRotation, type Seat } from '../../consensus/proposer.ts'
import { readJson, sharedPath } from '../core/shared-folder.ts'

interface Vectors {
  readonly selection1: { readonly powers: Record<string, number>; readonly expected: string[] }
  readonly selection2: readonly {
    readonly powers: readonly number[]
    readonly expected_first15?: readonly number[]
    readonly expected?: readonly number[]
    readonly counts_over_120?: readonly number[]
  }[]
}

const path = sharedPath('vectors/cometbft-facts/proposer-selection.json')
const vectors = path === undefined ? undefined : (readJson(path) as Vectors)

/** The proposers of so many turns, the present one first. */
function turns(rotation: ProposerRotation, count: number): string[] {
  const proposers: string[] = []
  let state = rotation
  for (let i = 0; i < count; i++) {
    proposers.push(state.proposer)
    state = state.advanced(1)
  }
  return proposers
}

const numbered = (powers: readonly number[]): Seat[] =>
  powers.map((power, i) => ({ id: String(i), power }))

const sum = (rotation: ProposerRotation): number =>
  rotation.priorities.reduce((total, { priority }) => total + priority, 0)

test.skipIf(vectors === undefined)('rule 9: the 99 published turns come out in order', () => {
  const { powers, expected } = vectors!.selection1
  const seats = Object.entries(powers).map(([id, power]) => ({ id, power }))
  expect(expected).toHaveLength(99)
  expect(turns(ProposerRotation.of(seats), 99)).toEqual(expected)
})

test.skipIf(vectors === undefined)('rule 9: the published short sequences come out too', () => {
  for (const vector of vectors!.selection2) {
    const expected = vector.expected_first15 ?? vector.expected ?? []
    const rotation = ProposerRotation.of(numbered(vector.powers))
    expect(turns(rotation, expected.length).map(Number)).toEqual([...expected])
    const counts = vector.powers.map(() => 0)
    for (const id of turns(rotation, 120)) counts[Number(id)]!++
    if (vector.counts_over_120 !== undefined) expect(counts).toEqual([...vector.counts_over_120])
  }
})

test('rule 9: ties go to the lower id, whatever the order in which members are given', () => {
  const seats = ['c', 'a', 'b'].map((id) => ({ id, power: 5 }))
  expect(turns(ProposerRotation.of(seats), 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  expect(turns(ProposerRotation.of(seats.toReversed()), 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
})

test('rule 9: a round proposes as the height advanced by it at once', () => {
  const rotation = ProposerRotation.of(numbered([1, 2, 3]))
  expect(rotation.proposerOf(0)).toBe(rotation.proposer)
  for (const round of [1, 2, 7])
    expect(rotation.proposerOf(round)).toBe(rotation.advanced(round).proposer)
})

test('rule 9: a newcomer starts behind everybody, and coming back wins no turn', () => {
  const rotation = ProposerRotation.of(numbered([10, 10, 10])).advanced(1)
  const joined = rotation.updated(numbered([10, 10, 10, 10]))
  const lowest = Math.min(...joined.priorities.map(({ priority }) => priority))
  expect(joined.priorities[3]!.priority).toBe(lowest)
  expect(turns(joined.advanced(1), 3)).not.toContain('3')
  const back = joined.updated(numbered([10, 10, 10])).updated(numbered([10, 10, 10, 10]))
  expect(back.priorities[3]!.priority).toBeLessThanOrEqual(lowest)
})

/** Somebody leaves, joins or changes power; or turns pass. */
const history = fc.array(
  fc.oneof(
    fc.record({ turns: fc.integer({ min: 1, max: 20 }) }),
    fc.record({
      powers: fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 5, maxLength: 5 }),
    }),
  ),
  { maxLength: 12 },
)

const seatsOf = (powers: readonly number[]): Seat[] => {
  const seats = numbered(powers).filter(({ power }) => power > 0)
  return seats.length > 0 ? seats : numbered([1])
}

/** The rotation as CometBFT's documents describe it, in big integers and with nothing shared with ours. */
class NaiveRotation {
  #turns = new Map<string, { power: bigint; priority: bigint }>()
  proposer = ''

  update(seats: readonly Seat[]): void {
    const whole = new Map<string, bigint>()
    for (const [id, { power }] of this.#turns) whole.set(id, power)
    for (const { id, power } of seats) whole.set(id, BigInt(power))
    let total = 0n
    for (const power of whole.values()) total += power
    const next = new Map<string, { power: bigint; priority: bigint }>()
    for (const { id, power } of seats) {
      const priority = this.#turns.get(id)?.priority ?? -(total + (total >> 3n))
      next.set(id, { power: BigInt(power), priority })
    }
    this.#turns = next
    this.#settle()
  }

  #total(): bigint {
    return [...this.#turns.values()].reduce((sum, { power }) => sum + power, 0n)
  }

  #settle(): void {
    const all = [...this.#turns.values()]
    const ordered = all.map(({ priority }) => priority).sort((a, b) => (a < b ? -1 : 1))
    const spread = ordered.at(-1)! - ordered[0]!
    const window = 2n * this.#total()
    if (spread > window) {
      const ratio = (spread + window - 1n) / window
      for (const turn of all) turn.priority /= ratio
    }
    const n = BigInt(all.length)
    let mean = 0n
    const sum = all.reduce((total, { priority }) => total + priority, 0n)
    while (mean * n > sum) mean--
    while ((mean + 1n) * n <= sum) mean++
    for (const turn of all) turn.priority -= mean
  }

  advance(times: number): void {
    this.#settle()
    for (let i = 0; i < times; i++) {
      for (const turn of this.#turns.values()) turn.priority += turn.power
      const [id, turn] = [...this.#turns].sort(([a, x], [b, y]) =>
        x.priority === y.priority ? (a < b ? -1 : 1) : x.priority > y.priority ? -1 : 1,
      )[0]!
      turn.priority -= this.#total()
      this.proposer = id
    }
  }

  priorities(): Record<string, number> {
    return Object.fromEntries([...this.#turns].map(([id, { priority }]) => [id, Number(priority)]))
  }
}

test('rule 9: the rotation is the naive one through every change of the committee', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const first = numbered([3, 1, 4, 1, 5])
      let rotation = ProposerRotation.of(first)
      const naive = new NaiveRotation()
      naive.update(first)
      naive.advance(1)
      for (const step of steps) {
        if ('turns' in step) {
          rotation = rotation.advanced(step.turns)
          naive.advance(step.turns)
        } else {
          rotation = rotation.updated(seatsOf(step.powers))
          naive.update(seatsOf(step.powers))
          // Centred: the mean lies in [0, 1).
          expect(sum(rotation)).toBeGreaterThanOrEqual(0)
          expect(sum(rotation)).toBeLessThan(rotation.priorities.length)
        }
        const ours = rotation.priorities.map(({ id, priority }) => [id, priority])
        expect(Object.fromEntries(ours)).toEqual(naive.priorities())
        expect(rotation.proposer).toBe(naive.proposer)
      }
    }),
    { numRuns: 200 },
  )
})

test('rule 9: saved and reloaded at any point, the rotation goes on the same', () => {
  fc.assert(
    fc.property(history, fc.nat(30), (steps, ahead) => {
      let rotation = ProposerRotation.of(numbered([3, 1, 4, 1, 5]))
      for (const step of steps)
        rotation =
          'turns' in step ? rotation.advanced(step.turns) : rotation.updated(seatsOf(step.powers))
      const saved = rotation.serialize()
      const restored = ProposerRotation.restore(saved)!
      expect(restored.serialize()).toEqual(saved)
      expect(restored.proposer).toBe(rotation.proposer)
      expect(turns(restored, ahead)).toEqual(turns(rotation, ahead))
    }),
    { numRuns: 100 },
  )
})

test('rule 9: bytes that are no rotation are refused, never misread', () => {
  const saved = ProposerRotation.of(numbered([3, 1, 4])).serialize()
  expect(ProposerRotation.restore(new Uint8Array(0))).toBeUndefined()
  for (let length = 0; length < saved.length; length++) {
    const cut = ProposerRotation.restore(saved.subarray(0, length))
    // A cut between two members is a smaller rotation; only a hash over the bytes can tell.
    if (cut !== undefined) expect(cut.priorities.length).toBeLessThan(3)
  }
})

test('rule 9: the largest powers stay exact', () => {
  const rotation = ProposerRotation.of([
    { id: 'a', power: 2 ** 50 - 1 },
    { id: 'b', power: 1 },
  ])
  for (const { priority } of rotation.advanced(50).priorities)
    expect(Number.isSafeInteger(priority)).toBe(true)
  expect(turns(rotation, 20)).toEqual(new Array(20).fill('a'))
})
