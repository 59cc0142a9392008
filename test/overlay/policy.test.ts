// The overlays of people and without trust, what the name of an overlay means, and the example of a
// policy of one's own.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newcomerPolicy, vouched } from '../../overlay/policy/newcomer.ts'
import { policyFor, policyKindOf } from '../../overlay/policy/policy-for.ts'
import { THRESHOLD } from '../../src/core/trust.ts'
import { days, hours, livesOf, living, minutes, peer, repeat, run } from './policy-lives.ts'

const lives = livesOf(20 * minutes)

describe('the overlays of people and without trust', () => {
  test.each(['social', 'open'])('%s never proposes anything', (kind) => {
    fc.assert(
      fc.property(lives, (history) => {
        expect(run((ports) => policyFor(kind, ports), history)).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  test('differ in who may rate and whether trust is used', () => {
    const traits = (kind: string) => {
      const { manual, usesTrust } = policyFor(kind, { ownRating: () => undefined })
      return { manual, usesTrust }
    }
    expect(traits('social')).toEqual({ manual: true, usesTrust: true })
    expect(traits('measured')).toEqual({ manual: false, usesTrust: true })
    expect(traits('open')).toEqual({ manual: false, usesTrust: false })
  })
})

describe('the name of an overlay', () => {
  test.each([
    ['social', {}, 'social'],
    ['measured', {}, 'measured'],
    ['open', {}, 'open'],
    ['reliability', {}, 'social'],
    ['reliability', { reliability: 'measured' }, 'measured'],
    ['open', { open: 'social' }, 'social'],
    ['constructor', {}, 'social'],
    ['__proto__', {}, 'social'],
  ])('%s under %j means %s', (overlay, configured, kind) => {
    expect(policyKindOf(overlay, configured)).toBe(kind)
  })

  test('of a kind that there is not is refused with those there are', () => {
    const custom = { newcomer: newcomerPolicy }
    const ports = { ownRating: () => undefined }
    expect(policyFor('newcomer', ports, custom).kind).toBe('newcomer')
    for (const kind of ['oracle', 'constructor'])
      expect(() => policyFor(kind, ports, custom)).toThrow(
        expect.objectContaining({
          code: 'overlay/unknown-policy',
          facts: { kind, known: ['measured', 'newcomer', 'open', 'social'] },
        }),
      )
  })
})

describe('the newcomer overlay, an example of one’s own', () => {
  test('vouches after a day of good service, just above the threshold', () => {
    const { policy, beat } = living(newcomerPolicy)
    policy.observe({ peer: peer(1), saw: 'up' }, 0)
    repeat(policy, 200, { peer: peer(1), saw: 'answered' }, hours)
    expect(beat(days - 1)).toEqual([])
    expect(beat(days)).toEqual([
      { subject: peer(1), value: vouched, reason: 'served well for a day' },
    ])
    expect(vouched).toBeGreaterThan(THRESHOLD)
    expect(beat(2 * days)).toEqual([])
  })

  test('does not vouch for silence, for absence, nor for one that drops', () => {
    const { policy, beat } = living(newcomerPolicy)
    for (const n of [1, 2, 3]) policy.observe({ peer: peer(n), saw: n === 2 ? 'down' : 'up' }, 0)
    repeat(policy, 99, { peer: peer(1), saw: 'answered' })
    repeat(policy, 500, { peer: peer(2), saw: 'answered' })
    repeat(policy, 200, { peer: peer(3), saw: 'answered' })
    repeat(policy, 10, { peer: peer(3), saw: 'dropped' })
    expect(beat(3 * days)).toEqual([])
  })

  test('takes its word back when the service turns bad, never below 0, and not for one lost packet', () => {
    const rated = { value: vouched, at: 0 }
    const policy = newcomerPolicy({ ownRating: () => rated })
    repeat(policy, 19, { peer: peer(1), saw: 'dropped' }, days)
    expect(policy.due(days)).toEqual([])
    repeat(policy, 1, { peer: peer(1), saw: 'dropped' }, days)
    expect(policy.due(days)).toMatchObject([{ subject: peer(1), value: 0 }])
  })

  test('has something to say about random lives of some days', () => {
    const some = fc.sample(livesOf(6 * hours), { numRuns: 300, seed: 1 })
    expect(some.flatMap((one) => run(newcomerPolicy, one)).length).toBeGreaterThan(100)
  })

  test('never rates below 0 nor twice within an hour, whatever happens', () => {
    fc.assert(
      fc.property(livesOf(6 * hours), (history) => {
        const written = run(newcomerPolicy, history)
        for (const [i, one] of written.entries()) {
          expect([0, vouched]).toContain(one.value)
          const before = written.slice(0, i).findLast((other) => other.subject === one.subject)
          if (before) expect(one.at - before.at).toBeGreaterThanOrEqual(hours)
        }
      }),
    )
  })
})
