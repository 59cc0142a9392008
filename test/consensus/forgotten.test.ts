// A member whose memory is older than what it said: a backup of its store was restored, or a second
// process has its key. Its own words come back to it from its peers, and it falls silent for the
// height instead of contradicting them.
import { describe, expect, it } from 'vitest'
import type { EngineEffect } from '../../consensus/engine-io.ts'
import { LastSigned, signedKey } from '../../consensus/last-signed.ts'
import { Listening, listenMsMax } from '../../consensus/listening.ts'
import type { NodeId } from '../../src/core/id.ts'
import { roundMax } from '../../src/core/limits.ts'
import { LittleNetwork, type LittleNode } from './little-network.ts'
import { faultsIn, heightsOf, idOf, worldOf } from './network.ts'
import { SigningCommittee, toySigner } from './signing-committee.ts'

const names = ['ada', 'ben', 'cyd', 'dot']
const fast = { timeoutPropose: 200, timeoutVote: 100, timeoutStep: 100, emptyEvery: 100 }

/** Runs with a partition of some rounds in it; dot's store after its write `saved` comes back after its write `lost`. */
function restoredRun(saved: number, lost: number): { same: boolean; network: LittleNetwork } {
  const network = new LittleNetwork(names, fast)
  const dot = network.node('dot')
  const half = ({ name }: LittleNode): boolean => name === 'ada' || name === 'dot'
  let apart = false
  network.cut = (from, to) => apart && half(from) !== half(to)
  network.after(250, () => {
    apart = true
  })
  network.after(2_500, () => {
    apart = false
  })
  let backup: Map<string, Uint8Array> | undefined
  let savedAt = 0
  let same = false
  network.kill = (node) => {
    if (node !== dot) return undefined
    if (dot.persists === saved + 1) {
      backup = new Map(dot.store)
      savedAt = dot.application.height
    }
    if (dot.persists === lost + 1 && backup !== undefined) {
      const old = backup
      backup = undefined
      same = dot.application.height === savedAt
      network.after(2, () => network.restore(dot, old, 120))
    }
    return undefined
  }
  network.run(5_000)
  return { same, network }
}

describe('a restored backup', () => {
  it('rule 11: whatever was saved and lost, nothing is signed twice, and the chain goes on with the member', () => {
    let runs = 0
    let within = 0
    for (let saved = 1; saved <= 20; saved++)
      for (let lost = saved + 1; lost <= saved + 3; lost++) {
        // The little network throws at the first contradiction.
        const { same, network } = restoredRun(saved, lost)
        network.checkAgreement()
        const dot = network.node('dot')
        expect(network.height, `${saved} ${lost}`).toBeGreaterThan(10)
        const last = [...dot.said.keys()].at(-1)!.split('/')[1]
        expect(Number(last), `${saved} ${lost}`).toBeGreaterThan(network.height - 3)
        runs++
        if (same) within++
      }
    expect(runs).toBe(60)
    // Many of them within one height, with its votes forgotten.
    expect(within).toBeGreaterThan(10)
  })

  it('rule 11: a proposer that forgot its block proposes no other in the same round', () => {
    const network = new LittleNetwork(names, { ...fast, timeoutPropose: 2_000 })
    const [dot, ada] = [network.node('dot'), network.node('ada')]
    const isNext = () => dot.engine.view.proposerOf(0) === dot.id && dot.engine.view.height > 2
    network.run(5_000, isNext)
    const { height } = dot.engine.view
    const backup = new Map(dot.store)
    network.cut = (from, to) => ![from, to].includes(dot) || ![from, to].includes(ada)
    network.run(1_000, () => dot.said.has(`proposal/${height}/0`))
    network.run(20)
    network.restore(dot, backup, 120)
    network.run(3_000)
    network.cut = () => false
    network.run(3_000)
    expect(dot.said.has(`proposal/${height}/0`)).toBe(true)
    expect([...dot.said.keys()].filter((key) => key.startsWith(`precommit/${height}/`))).toEqual([])
    expect(network.height).toBeGreaterThan(height + 3)
  })

  /** dot hears a vote of its own that its store does not know, then whatever makes members speak. */
  function saidAfterOwnVote(height: number): readonly string[] {
    const network = new LittleNetwork(names, fast)
    const dot = network.node('dot')
    network.cut = () => true
    const seats = new SigningCommittee(names)
    const vote = seats.vote(dot.id, { kind: 'prevote', height, round: 0, block: null })
    network.give(dot, { on: 'vote', vote })
    network.submit('one')
    network.run(5_000)
    network.restart(dot)
    network.submit('two')
    network.run(5_000)
    const guard = new LastSigned(dot.store.get(signedKey))
    expect(guard.place).toMatchObject({ height, round: roundMax, step: 'precommit' })
    return [...dot.said.keys()]
  }

  it('rule 11: an own vote that it does not know silences the height, also over a restart', () => {
    expect(saidAfterOwnVote(1)).toEqual([])
  })

  it('rule 11: an own vote of the next height silences that height and this one', () => {
    expect(saidAfterOwnVote(2)).toEqual([])
  })

  it('rule 11: an own prevote within a polka silences the height as one alone does', () => {
    const network = new LittleNetwork(names, fast)
    const dot = network.node('dot')
    network.cut = () => true
    const seats = new SigningCommittee(names)
    const prevote = { kind: 'prevote', height: 1, round: 0, block: null } as const
    const votes = seats.ids.map((voter) => seats.vote(voter, prevote))
    network.give(dot, { on: 'polka', votes })
    network.run(5_000)
    expect([...dot.said.keys()]).toEqual([])
  })

  it('rule 11: what is known of oneself silences nothing', () => {
    const network = new LittleNetwork(names, fast)
    const dot = network.node('dot')
    network.run(500)
    const effects: EngineEffect[] = []
    for (const { nodeId } of dot.engine.view.committee.members) {
      const vote = dot.engine.view.vote('prevote', 0, nodeId)
      if (vote !== undefined) effects.push(...dot.engine.step({ on: 'vote', vote }, network.now))
    }
    network.run(1_000)
    expect([...dot.said.keys()].some((key) => key.includes(`/${network.height}/`))).toBe(true)
    const guard = new LastSigned(undefined)
    guard.abstain(3)
    expect(
      guard.sign(toySigner('ada'), { height: 3, round: 7, step: 'propose' }, new Uint8Array(1)),
    ).toBeUndefined()
    expect(
      guard.sign(toySigner('ada'), { height: 4, round: 0, step: 'propose' }, new Uint8Array(1)),
    ).toBeDefined()
  })
})

describe('a member that has just started', () => {
  it('rule 11: says nothing before it has heard its peers out, and not for long', () => {
    const world = worldOf({ members: 4, options: { emptyEvery: 300 } })
    for (let key = 0; key < 4; key++) world.add(idOf(key))
    world.runFor(200)
    expect(heightsOf(world)).toEqual([0, 0, 0, 0])
    expect(world.nodeOf(idOf(0)).notes.filter(({ note }) => note === 'voted')).toEqual([])
    world.runUntil(() => heightsOf(world).every((height) => height > 0), listenMsMax)
    expect(heightsOf(world).every((height) => height > 0)).toBe(true)
    expect(faultsIn(world)).toEqual([])
  })

  it('rule 11: has heard out whom it heard twice; more than a third must be, and only members count', () => {
    const { committee, ids } = new SigningCommittee(names)
    const [own, ben, cyd] = ids
    const listening = new Listening(own!)
    expect(listening.goesOn(committee, 0)).toBe(false)
    listening.begin(1_000)
    for (let i = 0; i < 9; i++) listening.heard(ben!, committee)
    for (let i = 0; i < 9; i++) listening.heard('f'.repeat(32) as NodeId, committee)
    listening.heard(cyd!, committee)
    expect(listening.goesOn(committee, 1_001)).toBe(true)
    expect(listening.goesOn(committee, 1_000 + listenMsMax)).toBe(false)
    listening.heard(cyd!, committee)
    expect(listening.goesOn(committee, 1_001)).toBe(false)
    // Alone, or no member, there is nobody to hear and nothing to say.
    const alone = new SigningCommittee(['ada'])
    const other = new Listening(alone.ids[0]!)
    other.begin(0)
    expect(other.goesOn(alone.committee, 1)).toBe(false)
    const { committee: strangers } = new SigningCommittee(['ben', 'cyd', 'dot'])
    expect(other.goesOn(strangers, 1)).toBe(false)
  })
})
