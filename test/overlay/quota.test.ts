// How often one peer may make us work.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Quota } from '../../overlay/quota.ts'
import type { NodeId } from '../../src/core/id.ts'

const peer = 'a'.repeat(32) as NodeId
const other = 'b'.repeat(32) as NodeId

/** How many of so many requests at one moment are granted. */
const granted = (quota: Quota, from: NodeId, now: number, requests = 100): number =>
  Array.from({ length: requests }, () => quota.take(from, now)).filter(Boolean).length

describe('a quota', () => {
  test('grants a burst, then what the time earns, and never saves up more than a burst', () => {
    const quota = new Quota(5, 30)
    expect(granted(quota, peer, 0)).toBe(30)
    expect(granted(quota, peer, 1_000)).toBe(5)
    expect(granted(quota, peer, 1_199)).toBe(0)
    expect(granted(quota, peer, 1_200)).toBe(1)
    expect(granted(quota, peer, 3_600_000)).toBe(30)
  })

  test('is each peer’s own', () => {
    const quota = new Quota(1, 3)
    expect(granted(quota, peer, 0)).toBe(3)
    expect(granted(quota, other, 0)).toBe(3)
  })

  test('earns nothing while the clock goes backwards', () => {
    const quota = new Quota(5, 30)
    expect(granted(quota, peer, 10_000)).toBe(30)
    expect(granted(quota, peer, 0)).toBe(0)
  })

  test('never grants more than a burst and the rate times the time, swept or not', () => {
    const steps = fc.array(
      fc.record({ after: fc.nat(2_000), requests: fc.nat(40), swept: fc.boolean() }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 9 }), fc.nat(40), (life, rate, burst) => {
        const swept = new Quota(rate, burst)
        const kept = new Quota(rate, burst)
        let now = 0
        let total = 0
        for (const step of life) {
          now += step.after
          if (step.swept) swept.sweep(now)
          const given = granted(swept, peer, now, step.requests)
          // To sweep forgets only what makes no difference.
          expect(given).toBe(granted(kept, peer, now, step.requests))
          total += given
        }
        expect(total).toBeLessThanOrEqual(burst + (now / 1_000) * rate + 1e-6)
      }),
    )
  })
})
