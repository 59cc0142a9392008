// Witnesses of a light client: sources that disagree are found out, with the names of those who signed
// both, and whoever only fails or talks nonsense does no harm.
import { describe, expect, test } from 'vitest'
import { attackOf, verifyAttack } from '../../../consensus/light-client/attack.ts'
import type { LightBlock } from '../../../consensus/light-client/light-block.ts'
import { type FetchLightBlock, follow } from '../../../consensus/light-client/light-client.ts'
import { trustIn } from '../../../consensus/light-client/trust.ts'
import { chainId, SigningCommittee, toyVerify } from '../signing-committee.ts'
import { butFor, from, lightBlock, lightChain, options, timeOf } from './light-chain.ts'

describe('witnesses', () => {
  const chain = lightChain({ heights: 40, size: 7, epoch: 100 })
  const own = chain.committees[0]!
  /** At height 40 another block, signed by a quorum of the same members. */
  const fork = (voters: typeof own.ids = own.ids.slice(0, 5), round = 0): LightBlock =>
    lightBlock(
      { ...chain.at(40).header, stateHash: '1'.repeat(64) },
      ...([own, own, voters, chainId, round] as const),
    )
  const run = (witnesses: readonly FetchLightBlock[], fetch = from(chain)) => {
    const ports = { ...{ verify: toyVerify, now: () => timeOf(40) }, fetch, witnesses }
    return follow(ports, options, chain.genesis, 40)
  }

  test('who know the same block confirm it', async () => {
    const followed = await run([from(chain), from(chain)])
    expect(followed).toMatchObject({ is: 'verified', unheard: [] })
    expect(followed.is === 'verified' && followed.trusted).toEqual(trustIn(chain.at(40)))
  })

  test('who fail, or show what is not decided, are only unheard', async () => {
    const failing: FetchLightBlock = async () => {
      throw new Error('unreachable')
    }
    const few = from(butFor(chain, fork(own.ids.slice(0, 4))))
    const strangers = new SigningCommittee(['s1', 's2', 's3', 's4'])
    const { header } = chain.at(40)
    const made = lightBlock({ ...header, committeeHash: strangers.committee.hash }, strangers, own)
    const wrong = from({ at: () => chain.at(12) })
    const followed = await run([failing, few, from(butFor(chain, made)), wrong, from(chain)])
    expect(followed).toMatchObject({ is: 'verified', unheard: [0, 1, 2, 3] })
  })

  test('who show another decided block make an attack known, whichever of both is the forgery', async () => {
    for (const [primary, witness] of [
      [from(chain), from(butFor(chain, fork()))],
      [from(butFor(chain, fork())), from(chain)],
    ] as const) {
      const followed = await run([from(chain), witness], primary)
      if (followed.is !== 'attacked') throw new Error(`not attacked but ${followed.is}`)
      const { attack } = followed
      const signers = (block: LightBlock) => block.commit.votes.map(({ voter }) => voter)
      const both = signers(chain.at(40)).filter((voter) => signers(fork()).includes(voter))
      expect(attack.culprits).toEqual(both)
      // Of seven, two may be faulty: at least three have signed both.
      expect(attack.culprits.length).toBeGreaterThanOrEqual(3)
      expect(attack.doubleVotes.map(([first]) => first.voter)).toEqual(both)
      const verdict = verifyAttack(toyVerify, chainId, own.committee, attack.blocks)
      expect(verdict).toEqual({ verdict: 'proven', culprits: both, enough: true })
    }
  })

  test('rule 14: of two rounds names who signed both, but convicts nobody by the pair', () => {
    const attack = attackOf(chain.at(40), fork(own.ids, 1))!
    expect(attack.culprits.length).toBeGreaterThanOrEqual(5)
    expect(attack.doubleVotes).toEqual([])
  })

  test('are no attackers when blocks are the same, unsigned, or of a committee that nobody knows', () => {
    const same = [chain.at(40), { ...chain.at(40) }] as const
    const check = (blocks: readonly [LightBlock, LightBlock], known = own.committee) =>
      verifyAttack(toyVerify, chainId, known, blocks).verdict
    expect(check(same)).toBe('unproven')
    expect(check([chain.at(40), fork(own.ids.slice(0, 4))])).toBe('unproven')
    expect(check([chain.at(40), chain.at(39)])).toBe('unproven')
    const strangers = new SigningCommittee(['s1', 's2', 's3', 's4'])
    expect(check([chain.at(40), fork()], strangers.committee)).toBe('unproven')
    expect(check([chain.at(40), fork()])).toBe('proven')
  })

  test('find the first verified height that differs, after a fork that goes on', async () => {
    // From height 30 on five of seven decide a second chain of their own.
    const blocks = new Map<number, LightBlock>()
    let previous = chain.at(29).commit.block
    for (let height = 30; height <= 40; height++) {
      const header = { ...chain.at(height).header, previous, stateHash: '2'.repeat(64) }
      blocks.set(height, lightBlock(header, own, own, own.ids.slice(0, 5)))
      previous = blocks.get(height)!.commit.block
    }
    const forked = { at: (height: number) => blocks.get(height) ?? chain.at(height) }
    const ports = { verify: toyVerify, now: () => timeOf(40), fetch: from(chain) }
    const sources = { ...ports, witnesses: [from(forked)] }
    const walked = await follow(sources, options, chain.genesis, 40, 'sequential')
    expect(walked).toMatchObject({ is: 'attacked', attack: { height: 30 } })
    const skipped = await follow(sources, options, chain.genesis, 40)
    expect(skipped).toMatchObject({ is: 'attacked', attack: { height: 40 } })
  })
})
