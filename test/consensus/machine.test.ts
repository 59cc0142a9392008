// The consensus machine among its peers, in virtual time: members decide whatever their links are,
// everybody hears of it, and who was away catches up.
import { describe, expect, it } from 'vitest'
import { timers } from '../../consensus/timers.ts'
import { addOf, faultsIn, heightsOf, idOf, type TestWorld, worldOf } from './network.ts'

const submit = (transaction: Uint8Array) => ({ command: 'submit', transaction }) as const
const everywhere = (world: TestWorld, author: number, next: number) => () =>
  world.live().every((id) => world.nodeOf(id).application.nextOf(author) === next)
const above = (world: TestWorld, height: number) => () =>
  heightsOf(world).every((each) => each > height)

describe('a committee of four', () => {
  it('finalizes a transaction on every node, followers of followers as well, in seconds', () => {
    const world = worldOf({ members: 4, neighbours: (key) => (key < 4 ? [] : [key - 1]) })
    for (let key = 0; key < 7; key++) world.add(idOf(key))
    const handle = world.command(idOf(6), submit(addOf(1, 1)))
    world.runFor(10)
    expect(handle.answer).toMatchObject({ ok: true })
    world.runUntil(everywhere(world, 1, 2), 5_000)
    expect(faultsIn(world)).toEqual([])
  })

  it('is quick once it is linked: two round trips of votes and a batch', () => {
    const world = worldOf({ members: 4, network: { latency: () => 1 } })
    for (let key = 0; key < 4; key++) world.add(idOf(key))
    world.runFor(2_000)
    const from = world.now
    world.command(idOf(0), submit(addOf(1, 1)))
    world.runUntil(everywhere(world, 1, 2), 2_000)
    expect(world.now - from).toBeLessThan(1_500)
  })

  it('decides with 30% loss, and names nobody for it', () => {
    const options = { emptyEvery: 500 }
    // In one seed of four an answer is lost so often that its peer is called silent.
    const world = worldOf({ seed: 3, members: 4, network: { loss: 0.3 }, options })
    for (let key = 0; key < 4; key++) world.add(idOf(key))
    world.runUntil(above(world, 10), 60_000)
    expect(faultsIn(world)).toEqual([])
  })
})

describe('rule 19: what peers claim', () => {
  it('three members in a chain decide, though its ends never speak to each other', () => {
    const [a, , b] = [idOf(0), idOf(1), idOf(2)]
    const refuses = (own: string, peer: string) =>
      (own === a && peer === b) || (own === b && peer === a)
    const world = worldOf({ members: 3, refuses, options: { emptyEvery: 500 } })
    for (let key = 0; key < 3; key++) world.add(idOf(key))
    world.runUntil(above(world, 10), 30_000)
    expect(faultsIn(world)).toEqual([])
  })

  it('rule 24: a halted half resumes, and who was away catches up block by block', () => {
    const world = worldOf({ members: 4, options: { emptyEvery: 100 } })
    for (let key = 0; key < 4; key++) world.add(idOf(key))
    world.runUntil(above(world, 5), 10_000)
    world.partition([idOf(3)])
    world.runFor(30_000)
    const [ahead, , , away] = heightsOf(world)
    expect(ahead! - away!).toBeGreaterThan(30)
    world.heal()
    world.runUntil(above(world, ahead!), 20_000)
    expect(faultsIn(world)).toEqual([])
  })
})

describe('rule 22: a block and its transactions', () => {
  it('rule 22: are asked for where a pool lacks them, also when the commit is there first', () => {
    const world = worldOf({ members: 4, options: { emptyEvery: 1_000 } })
    for (let key = 0; key < 4; key++) world.add(idOf(key))
    // Nobody hears of a transaction but by the block that holds it.
    for (const id of world.nodes())
      world.wrap(id, (inner) => ({
        refuses: (peer) => inner.refuses(peer),
        step: (input, now) =>
          inner
            .step(input, now)
            .filter((each) => each.do !== 'send' || each.message.say !== 'submit'),
      }))
    // One member hears of decided blocks only, commit and names of transactions.
    world.wrap(idOf(3), (inner) => ({
      refuses: (peer) => inner.refuses(peer),
      step: (input, now) =>
        input.on === 'message' && ['proposal', 'votes'].includes(input.message.say)
          ? []
          : inner.step(input, now),
    }))
    for (let key = 0; key < 3; key++) world.command(idOf(key), submit(addOf(key + 1, 1)))
    for (const author of [1, 2, 3]) world.runUntil(everywhere(world, author, 2), 60_000)
    expect(faultsIn(world)).toEqual([])
  })
})

describe('transactions that peers submit', () => {
  it('are looked at a few at a time, so that votes do not wait for a flood of them', () => {
    const world = worldOf({ members: 4 })
    for (let key = 0; key < 4; key++) world.add(idOf(key))
    world.runFor(2_000)
    const { machine } = world.nodeOf(idOf(0))
    const flood = Array.from({ length: 300 }, (_, author) => addOf(author, 1))
    const message = { say: 'submit', transactions: flood } as const
    const sizes: number[] = []
    let effects = machine.step({ on: 'message', from: idOf(1), message }, world.now)
    for (;;) {
      sizes.push(machine.pool.size)
      const isMore = effects.some((each) => each.do === 'schedule' && each.timer === timers.look)
      if (!isMore) break
      effects = machine.step({ on: 'timer', timer: timers.look }, world.now)
    }
    expect(sizes).toEqual([64, 128, 192, 256, 300])
    expect(machine.held.waiting).toBe(0)
  })

  it('and that wait are found at once when a block needs them', () => {
    const world = worldOf({ members: 4, options: { emptyEvery: 60_000 } })
    for (let key = 0; key < 4; key++) world.add(idOf(key))
    world.runFor(2_000)
    let asked = 0
    for (const id of world.nodes())
      world.wrap(id, (inner) => ({
        refuses: (peer) => inner.refuses(peer),
        step: (input, now) => {
          // Nobody's turn ever comes: only blocks bring the transactions in.
          if (input.on === 'timer' && input.timer === timers.look) return []
          const effects = inner.step(input, now)
          for (const each of effects)
            if (each.do === 'send' && each.message.say === 'want-transactions') asked++
          return effects
        },
      }))
    const { length } = Array.from({ length: 800 }, (_, author) =>
      world.command(idOf(author % 4), submit(addOf(author, 1))),
    )
    const everything = () =>
      world.live().every((id) => world.nodeOf(id).application.nextOf(length - 1) === 2)
    world.runUntil(everything, 60_000)
    expect(asked).toBe(0)
    expect(faultsIn(world)).toEqual([])
  })
})
