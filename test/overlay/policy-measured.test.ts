// The measured overlay over random lives of a few peers, held against a naive second computation
// that looks at the whole history each time, and Wilson's bound against its formula in floats.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measuredPolicy, measuredStep, measuredValue } from '../../overlay/policy/measured.ts'
import {
  presenceRememberedMsMax,
  requestsRememberedMax,
  ServiceRecords,
} from '../../overlay/policy/service-record.ts'
import { wilsonLowerBound } from '../../overlay/policy/wilson.ts'
import { utf8 } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import { reasonBytesMax } from '../../src/core/limits.ts'
import { isTrust, THRESHOLD } from '../../src/core/trust.ts'
import {
  days,
  hours,
  livesOf,
  living,
  type Moment,
  minutes,
  peer,
  repeat,
  run,
} from './policy-lives.ts'

const lives = livesOf(20 * minutes)

/** Wilson's formula in floats, as it stands in textbooks. */
function naiveWilson(answered: number, total: number): number {
  if (total === 0) return 0
  const z = 1.96
  const p = answered / total
  const centre = p + (z * z) / (2 * total)
  const spread = z * Math.sqrt((p * (1 - p)) / total + (z * z) / (4 * total * total))
  return (centre - spread) / (1 + (z * z) / total)
}

/** The value of a peer, from its whole history. */
function naiveValue(history: readonly Moment[], subject: NodeId, now: number): number {
  const own = history.filter((one) => one.experience.peer === subject && one.at <= now)
  const count = (saw: string) => own.filter((one) => one.experience.saw === saw).length
  const wilson = naiveWilson(count('answered'), count('answered') + count('dropped'))
  const presence = own.filter((one) => ['up', 'down'].includes(one.experience.saw))
  let up = 0
  let down = 0
  presence.forEach((one, i) => {
    const lasted = (presence[i + 1]?.at ?? now) - one.at
    if (one.experience.saw === 'up') up += lasted
    else down += lasted
  })
  // The share is one of whole seconds of each, as the policy says of itself.
  const seconds = { up: Math.floor(up / 1_000), down: Math.floor(down / 1_000) }
  const known = seconds.up + seconds.down
  const share = known === 0 ? 1 : seconds.up / known
  return Math.max(0, wilson) * share * 1_000_000
}

/** Values at a moment: several beats may share one time stamp, so each prefix of it counts. */
function naiveValues(
  history: readonly Moment[],
  seen: number,
  subject: NodeId,
  at: number,
): number[] {
  const values: number[] = []
  for (let end = seen; end > 0 && history[end - 1]!.at === at; end--)
    values.push(naiveValue(history.slice(0, end), subject, at))
  return values
}

describe('Wilson’s lower bound', () => {
  test('agrees with the formula in floats to two millionths below, and never exceeds the share', () => {
    const requests = fc.nat(5_000).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)))
    fc.assert(
      fc.property(requests, ([answered, total]) => {
        const bound = wilsonLowerBound(answered, total)
        expect(isTrust(bound)).toBe(true)
        const exact = Math.max(0, naiveWilson(answered, total)) * 1_000_000
        expect(bound).toBeGreaterThan(exact - 2)
        // Rounded down; the slack is for the floats.
        expect(bound).toBeLessThanOrEqual(exact + 0.001)
        if (total > 0) expect(bound).toBeLessThanOrEqual((answered / total) * 1_000_000)
      }),
      { numRuns: 500 },
    )
  })

  test('rises with every answer and falls with every drop', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (answered, dropped) => {
        const bound = wilsonLowerBound(answered, answered + dropped)
        expect(wilsonLowerBound(answered + 1, answered + 1 + dropped)).toBeGreaterThanOrEqual(bound)
        expect(wilsonLowerBound(answered, answered + dropped + 1)).toBeLessThanOrEqual(bound)
      }),
    )
  })

  test('of everything answered passes the threshold after six requests', () => {
    expect(wilsonLowerBound(5, 5)).toBeLessThan(THRESHOLD)
    expect(wilsonLowerBound(6, 6)).toBeGreaterThan(THRESHOLD)
    expect(wilsonLowerBound(0, 10)).toBe(0)
  })
})

describe('the measured overlay', () => {
  test('never rates below 0, in steps of a hundredth, with a reason that fits', () => {
    fc.assert(
      fc.property(lives, (history) => {
        for (const { value, reason } of run(measuredPolicy, history)) {
          expect(isTrust(value) && value >= 0 && value % measuredStep === 0).toBe(true)
          expect(utf8(reason).length).toBeLessThanOrEqual(reasonBytesMax)
        }
      }),
    )
  })

  test('changes a rating by a tenth at least and never twice within ten minutes', () => {
    fc.assert(
      fc.property(lives, (history) => {
        const written = run(measuredPolicy, history)
        for (const [i, one] of written.entries()) {
          const before = written.slice(0, i).findLast((other) => other.subject === one.subject)
          expect(Math.abs(one.value - (before?.value ?? 0))).toBeGreaterThanOrEqual(100_000)
          if (before) expect(one.at - before.at).toBeGreaterThanOrEqual(10 * minutes)
        }
      }),
    )
  })

  test('has much to say about such lives, so that the claims here are not empty', () => {
    const sizes = fc
      .sample(lives, { numRuns: 200, seed: 1 })
      .map((one) => run(measuredPolicy, one).length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(1_000)
  })

  test('is deterministic, and peers do not shift each other', () => {
    fc.assert(
      fc.property(lives, fc.nat(2).map(peer), (history, subject) => {
        const written = run(measuredPolicy, history)
        expect(run(measuredPolicy, history)).toEqual(written)
        const { policy, written: alone, beat } = living(measuredPolicy)
        for (const { at, experience } of history) {
          if (experience.peer === subject) policy.observe(experience, at)
          beat(at)
        }
        expect(alone).toEqual(written.filter((one) => one.subject === subject))
      }),
    )
  })

  test('gives the value that the whole history gives', () => {
    fc.assert(
      fc.property(lives, (history) => {
        for (const { subject, value, at } of run(measuredPolicy, history)) {
          // One step for rounding down; the rest is for the floats.
          const seen = history.filter((one) => one.at <= at).length
          const naive = naiveValues(history, seen, subject, at)
          expect(
            naive.some((exact) => value <= exact + 10 && value > exact - 10 - measuredStep),
          ).toBe(true)
        }
      }),
    )
  })

  test('says nothing before twenty requests, then once, and follows a change', () => {
    const { policy, written, beat } = living(measuredPolicy)
    policy.observe({ peer: peer(1), saw: 'up' }, 0)
    repeat(policy, 19, { peer: peer(1), saw: 'answered', rttMs: 20 })
    expect(beat(0)).toEqual([])
    repeat(policy, 1, { peer: peer(1), saw: 'answered', rttMs: 20 })
    expect(beat(hours)).toEqual([
      { subject: peer(1), value: 830_000, reason: 'answered 20 of 20, up 100%' },
    ])
    expect(beat(hours + 1)).toEqual([])
    repeat(policy, 20, { peer: peer(1), saw: 'dropped' }, hours + 1)
    expect(beat(hours + 10 * minutes - 1)).toEqual([])
    expect(beat(hours + 10 * minutes)).toMatchObject([{ value: 350_000 }])
    expect(written).toHaveLength(2)
  })

  test('counts an answer that comes too late as dropped', () => {
    const { policy, beat } = living(measuredPolicy)
    repeat(policy, 30, { peer: peer(1), saw: 'answered', rttMs: 60_000 })
    expect(beat(0)).toEqual([])
    repeat(policy, 30, { peer: peer(2), saw: 'answered' })
    expect(beat(0)).toMatchObject([{ subject: peer(2) }])
  })

  test('writes the largest changes first, a bounded number at once, the rest next time', () => {
    const { policy, beat } = living((ports) => measuredPolicy(ports, { proposalsMax: 3 }))
    for (let n = 0; n < 5; n++)
      repeat(policy, 20 + 10 * (n % 3), { peer: peer(n), saw: 'answered' })
    expect(beat(0).map((one) => one.subject)).toEqual([peer(2), peer(1), peer(4)])
    expect(beat(0).map((one) => one.subject)).toEqual([peer(0), peer(3)])
  })

  test('proposes again what was not written, and goes on from the chain after a restart', () => {
    const policy = measuredPolicy({ ownRating: () => undefined })
    repeat(policy, 50, { peer: peer(1), saw: 'answered' })
    expect(policy.due(0)).toEqual(policy.due(0))
    expect(policy.due(0)).toHaveLength(1)
    const restarted = measuredPolicy({ ownRating: () => ({ value: 900_000 as never, at: 0 }) })
    repeat(restarted, 50, { peer: peer(1), saw: 'answered' })
    expect(restarted.due(hours)).toEqual([])
  })

  test('goes on when the clock was set back', () => {
    const policy = measuredPolicy({
      ownRating: () => ({ value: 100_000 as never, at: 400 * days }),
    })
    policy.observe({ peer: peer(1), saw: 'up' }, 400 * days)
    repeat(policy, 50, { peer: peer(1), saw: 'answered' }, 1)
    expect(policy.due(2)).toHaveLength(1)
  })
})

describe('what is remembered of peers', () => {
  test('is bounded: the one of whom nothing was heard longest makes room', () => {
    const records = new ServiceRecords(3)
    for (const n of [1, 2, 3, 1, 4]) records.observe({ peer: peer(n), saw: 'answered' }, 0)
    expect(records.peers()).toEqual([peer(1), peer(3), peer(4)])
    expect(records.of(peer(2), 0)).toBeUndefined()
    expect(records.of(peer(1), 0)?.answered).toBe(2)
  })

  test('fades: counters stay under their bounds, and recent service outweighs the old', () => {
    const records = new ServiceRecords(1)
    const one = peer(1)
    for (let i = 0; i < 5_000; i++) records.observe({ peer: one, saw: 'answered' }, 0)
    for (let i = 0; i < 3_000; i++) records.observe({ peer: one, saw: 'dropped' }, 0)
    const { answered, dropped } = records.of(one, 0)!
    expect(answered + dropped).toBeLessThanOrEqual(requestsRememberedMax)
    expect(dropped).toBeGreaterThan(answered * 4)
    for (let day = 0; day < 400; day++)
      records.observe({ peer: one, saw: day % 2 ? 'down' : 'up' }, day * days)
    const { upMs, downMs } = records.of(one, 400 * days)!
    expect(upMs + downMs).toBeLessThanOrEqual(presenceRememberedMsMax + days)
  })

  test('stays exact over a century up', () => {
    const service = { answered: 1_000, dropped: 0, upMs: 36_500 * days, downMs: 0 }
    expect(measuredValue(service)).toBe(990_000)
    expect(measuredValue({ ...service, downMs: 36_500 * days })).toBe(490_000)
  })
})
