// A node that comes late: block by block, or by a snapshot that the committee's word proves.
import { describe, expect, it } from 'vitest'
import { addOf, faultsIn, heightsOf, idOf, worldOf } from './network.ts'

const late = 5
const neighbours = (key: number) => (key === late ? [0, 1, 2, 3] : [])

function grown(blocks: number, snapshotFrom: number) {
  const options = { emptyEvery: 40, batchAfter: 5, snapshotFrom }
  const world = worldOf({ members: 4, neighbours, options, network: { latency: () => 2 } })
  for (let key = 0; key < 4; key++) world.add(idOf(key))
  world.command(idOf(0), { command: 'submit', transaction: addOf(1, 1, 7) })
  world.runUntil(() => heightsOf(world).every((height) => height > blocks), 60_000)
  return world
}

const hashAt = (world: ReturnType<typeof grown>, key: number): string =>
  world.nodeOf(idOf(key)).application.stateHash

describe('a node that comes late', () => {
  it('rule 16: syncs block by block, every commit checked, and ends in the same state', () => {
    const world = grown(120, Number.POSITIVE_INFINITY)
    world.add(idOf(late))
    const { height } = world.nodeOf(idOf(0)).application
    const node = world.nodeOf(idOf(late))
    world.runUntil(() => node.application.height > height, 5_000)
    world.runFor(200)
    expect(hashAt(world, late)).toBe(hashAt(world, 0))
    expect(node.notes.filter(({ note }) => note === 'finalized').length).toBeGreaterThan(120)
    expect(node.machine.isCatchingUp).toBe(false)
    expect(faultsIn(world)).toEqual([])
  })

  it('rule 16: throws away a chunk of blocks with one forged commit, and takes it from another peer', () => {
    const world = grown(100, Number.POSITIVE_INFINITY)
    world.wrap(idOf(1), (inner) => ({
      refuses: (peer) => inner.refuses(peer),
      step: (input, now) =>
        inner.step(input, now).map((effect) => {
          if (effect.do !== 'send' || effect.message.say !== 'blocks') return effect
          const blocks = effect.message.blocks.map(({ block, commit }) => ({
            block,
            commit: { ...commit, votes: commit.votes.slice(1) },
          }))
          return { ...effect, message: { ...effect.message, blocks } }
        }),
    }))
    world.add(idOf(late))
    const node = world.nodeOf(idOf(late))
    world.runUntil(() => node.application.height > 100, 20_000)
    const named = node.notes.flatMap((each) => (each.note === 'misbehaved' ? [each] : []))
    for (const { peer, why } of named) expect([peer, why]).toEqual([idOf(1), 'invalid-commit'])
    expect(hashAt(world, 0)).toBeDefined()
  })

  it('far behind takes a snapshot that a commit proves, and goes on from there', () => {
    const world = grown(100, 50)
    world.add(idOf(late))
    const node = world.nodeOf(idOf(late))
    const { height } = world.nodeOf(idOf(0)).application
    world.runUntil(() => node.application.height > height + 5, 20_000)
    const restored = node.notes.filter(({ note }) => note === 'restored')
    expect(restored.length).toBe(1)
    expect(node.notes.filter(({ note }) => note === 'finalized').length).toBeLessThan(80)
    expect(faultsIn(world)).toEqual([])
    // What it persisted brings it back.
    world.crash(idOf(late))
    world.restart(idOf(late))
    const again = world.nodeOf(idOf(late))
    expect(again.application.height).toBeGreaterThan(height)
    world.runUntil(() => again.application.height > height + 20, 20_000)
  })

  it('falls back to blocks when a snapshot does not fit what was proven', () => {
    const world = grown(100, 50)
    for (const key of [0, 1, 2, 3])
      world.wrap(idOf(key), (inner) => ({
        refuses: (peer) => inner.refuses(peer),
        step: (input, now) =>
          inner
            .step(input, now)
            .map((effect) =>
              effect.do === 'send' && effect.message.say === 'chunk'
                ? { ...effect, message: { ...effect.message, bytes: Uint8Array.of(1, 2, 3) } }
                : effect,
            ),
      }))
    world.add(idOf(late))
    const node = world.nodeOf(idOf(late))
    world.runUntil(() => node.application.height > 100, 40_000)
    const named = node.notes.flatMap((each) => (each.note === 'misbehaved' ? [each.why] : []))
    expect(named).toContain('invalid-snapshot')
    expect(node.notes.some(({ note }) => note === 'restored')).toBe(false)
  })
})
