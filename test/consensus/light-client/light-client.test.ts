// The light client over simulated chains: skipping trusts what sequential trusts, and nothing that was
// forged or is too old. Witnesses: witnesses.test.ts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockIdOf, type Header } from '../../../consensus/block.ts'
import type { LightBlock } from '../../../consensus/light-client/light-block.ts'
import { Pursuit } from '../../../consensus/light-client/pursuit.ts'
import {
  type Trusted,
  trustIn,
  verifyFrom,
  verifyState,
} from '../../../consensus/light-client/trust.ts'
import { AuthenticatedMap } from '../../../src/core/authenticated-map.ts'
import { hex, utf8 } from '../../../src/core/bytes.ts'
import { isSkip } from '../../../src/core/committee.ts'
import type { ChainId } from '../../../src/core/id.ts'
import { SigningCommittee, toyVerify } from '../signing-committee.ts'
import { type LightChain, lightBlock, lightChain, options, timeOf } from './light-chain.ts'

/** Follows a chain without any promise; counts what was fetched. */
function pursued(
  chain: Pick<LightChain, 'at'>,
  trusted: Trusted,
  target: number,
  mode: 'skipping' | 'sequential' = 'skipping',
  now = timeOf(target),
) {
  const pursuit = new Pursuit(toyVerify, options, trusted, target, mode)
  let fetched = 0
  while (pursuit.state.is === 'wanting') {
    fetched++
    pursuit.give(chain.at(pursuit.state.height), now)
  }
  return { end: pursuit.state, trusted: pursuit.trusted, fetched }
}

describe('following a chain', () => {
  test('skipping and sequential end with the same trust, at every target of many chains', () => {
    const shapes = fc.record({
      size: fc.integer({ min: 4, max: 10 }),
      epoch: fc.integer({ min: 1, max: 12 }),
      seed: fc.nat(1_000),
      target: fc.integer({ min: 1, max: 120 }),
      start: fc.nat(119),
    })
    fc.assert(
      fc.property(shapes, ({ target, start, ...shape }) => {
        const chain = lightChain({ heights: 120, ...shape })
        const trusted = start === 0 || start >= target ? chain.genesis : trustIn(chain.at(start))
        const skipped = pursued(chain, trusted, target)
        const walked = pursued(chain, trusted, target, 'sequential')
        expect(skipped.end.is).toBe('reached')
        expect(walked.end.is).toBe('reached')
        expect(skipped.trusted).toEqual(walked.trusted)
        expect(walked.trusted).toEqual(trustIn(chain.at(target)))
        expect(walked.fetched).toBe(target - trusted.height)
        expect(skipped.fetched).toBeLessThanOrEqual(2 * walked.fetched)
      }),
      { numRuns: 40 },
    )
  })

  test('skipping needs one header while a third of the committee stays, and a few over 10,000 heights', () => {
    const steady = lightChain({ heights: 300, epoch: 1_000 })
    expect(pursued(steady, steady.genesis, 300).fetched).toBe(1)
    const long = lightChain({ heights: 10_000, size: 7, epoch: 500 })
    const skipped = pursued(long, long.genesis, 10_000)
    expect(skipped.trusted).toEqual(trustIn(long.at(10_000)))
    expect(skipped.fetched).toBeGreaterThan(5)
    expect(skipped.fetched).toBeLessThan(60)
    const walked = pursued(long, long.genesis, 10_000, 'sequential')
    expect(walked.trusted).toEqual(skipped.trusted)
  })

  test('trusts a skipped header exactly when more than a third of the known power signed it', () => {
    const chain = lightChain({ heights: 200, size: 7, epoch: 8 })
    const said = { verified: 0, 'too-far': 0, invalid: 0 }
    for (let base = 1; base < 180; base += 11)
      for (let height = base + 2; height <= 200; height += 7) {
        const block = chain.at(height)
        const trusted = trustIn(chain.at(base))
        const known = block.commit.votes.filter(({ voter }) => trusted.nextCommittee.has(voter))
        const { verdict } = verifyFrom(toyVerify, options, trusted, block, timeOf(200))
        const enough = isSkip(known.length, trusted.nextCommittee.total)
        expect(verdict).toBe(enough ? 'verified' : 'too-far')
        said[verdict]++
      }
    expect(said.verified > 20 && said['too-far'] > 20).toBe(true)
  })
})

describe('a forged header', () => {
  const chain = lightChain({ heights: 60, size: 7, epoch: 6 })
  const [own, next] = [chain.committees[29]!, chain.committees[30]!]
  const { header } = chain.at(30)
  const strangers = new SigningCommittee(['s1', 's2', 's3', 's4', 's5'])
  const forged = (change: Partial<Header>, voters = own.ids): LightBlock =>
    lightBlock({ ...header, ...change }, own, next, voters)
  const unsigned = { ...forged({}), commit: { ...forged({}).commit, votes: [] } }
  const ofStrangers = lightBlock(
    { ...header, committeeHash: strangers.committee.hash },
    ...([strangers, next] as const),
  )
  const cases: readonly [string, LightBlock, string][] = [
    ['of another chain', forged({ chainId: 'c0ffee0123456780' as ChainId }), 'chain'],
    ['of another height', { ...chain.at(31) }, 'height'],
    ['as old as the one before', forged({ time: timeOf(29) }), 'time'],
    ['of the future', forged({ time: timeOf(60) + 10_001 }), 'future'],
    ['that follows another', forged({ previous: '1'.repeat(64) as Header['previous'] }), 'link'],
    ['of a committee made up', ofStrangers, 'succession'],
    [
      'with another committee than it names',
      { ...forged({}), committee: strangers.committee },
      'committee',
    ],
    [
      'with another next committee than it names',
      { ...forged({}), nextCommittee: strangers.committee },
      'committee',
    ],
    ['signed by too few', forged({}, own.ids.slice(0, 4)), 'no-quorum'],
    ['signed by nobody', unsigned, 'no-quorum'],
    [
      'changed after it was signed',
      { ...forged({}), header: { ...header, stateHash: '1'.repeat(64) } },
      'block',
    ],
    [
      'whose commit was renamed',
      {
        ...forged({}),
        header: { ...header, stateHash: '1'.repeat(64) },
        commit: {
          ...forged({}).commit,
          block: blockIdOf({ ...header, stateHash: '1'.repeat(64) }),
        },
      },
      'signature',
    ],
  ]
  test.each(cases)('%s is refused by the sequential client', (_what, block, rule) => {
    const source = { at: (height: number) => (height === 30 ? block : chain.at(height)) }
    const { end } = pursued(source, chain.genesis, 40, 'sequential', timeOf(60))
    expect(end.is === 'refused' && [end.height, end.rule]).toEqual([30, rule])
  })

  test('of strangers is never reached by skipping either, whatever they sign', () => {
    const at = (height: number): LightBlock =>
      lightBlock(
        {
          ...chain.at(height).header,
          committeeHash: strangers.committee.hash,
          nextCommitteeHash: strangers.committee.hash,
        },
        ...([strangers, strangers] as const),
      )
    const mixed = { at: (height: number) => (height > 20 ? at(height) : chain.at(height)) }
    for (const target of [21, 22, 30, 60]) {
      const { end, trusted } = pursued(mixed, chain.genesis, target, 'skipping', timeOf(60))
      expect(end.is).toBe('refused')
      expect(trusted.height).toBeLessThanOrEqual(20)
    }
  })

  test('with a third of the known members among strangers is not enough to skip to', () => {
    const base = trustIn(chain.at(10))
    const insiders = base.nextCommittee.members.map(({ nodeId }) => nodeId)
    for (const count of [0, 1, 2, 3]) {
      const votes = insiders
        .slice(0, count)
        .map((voter) => ({ voter, signature: new Uint8Array(64) }))
      const block = {
        ...ofStrangers,
        commit: {
          ...ofStrangers.commit,
          votes: [...ofStrangers.commit.votes, ...votes].sort((a, b) =>
            a.voter < b.voter ? -1 : 1,
          ),
        },
      }
      const said = verifyFrom(toyVerify, options, base, block, timeOf(60))
      // Three of seven are more than a third; then the whole commit is checked, and they are no members of it.
      expect(said).toEqual(
        count < 3 ? { verdict: 'too-far' } : { verdict: 'invalid', rule: 'not-a-member' },
      )
    }
  })
})

describe('trust', () => {
  const chain = lightChain({ heights: 50 })

  test('expires with the trusting period, to the millisecond', () => {
    const trusted = trustIn(chain.at(10))
    const end = trusted.time + options.trustingPeriodMs
    expect(verifyFrom(toyVerify, options, trusted, chain.at(11), end - 1).verdict).toBe('verified')
    for (const height of [11, 20])
      expect(verifyFrom(toyVerify, options, trusted, chain.at(height), end)).toEqual({
        ...{ verdict: 'invalid', rule: 'expired' },
      })
  })

  test('goes forward only', () => {
    const trusted = trustIn(chain.at(10))
    for (const height of [1, 9, 10])
      expect(verifyFrom(toyVerify, options, trusted, chain.at(height), timeOf(50))).toEqual({
        ...{ verdict: 'invalid', rule: 'height' },
      })
  })
})

describe('state', () => {
  test('of height H is proven by the header of H + 1', () => {
    const maps = Array.from(
      { length: 6 },
      (_, h) =>
        new AuthenticatedMap(Array.from({ length: 9 }, (_, i) => [`k${i}`, utf8(`${h * i}`)])),
    )
    const chain = lightChain({ heights: 5, stateHashes: (height) => hex(maps[height - 1]!.root()) })
    const check = (height: number, key: string, value: Uint8Array | null, of = height) =>
      verifyState(chain.at(height + 1), key, value, maps[of]!.prove(key))
    for (const height of [0, 1, 2, 3, 4]) {
      expect(check(height, 'k3', utf8(`${height * 3}`))).toBe(true)
      expect(check(height, 'absent', null)).toBe(true)
      expect(check(height, 'k3', utf8('7'))).toBe(false)
      expect(check(height, 'k3', null)).toBe(false)
      expect(check(height, 'k3', utf8(`${(height + 1) * 3}`), height + 1)).toBe(false)
    }
  })
})
