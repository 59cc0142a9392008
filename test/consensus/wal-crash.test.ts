// A member is killed in every write that it makes for a block, with every part of that write durable,
// and comes back at once or long after: it never says two different things, and the chain goes on.
import { describe, expect, it } from 'vitest'
import type { StoreWrite } from '../../src/core/machine.ts'
import { LittleNetwork, type LittleNode } from './little-network.ts'

/**
 * TRUSTNET_LONG=1: an entry is cut at every byte, every form comes back at once and late, and the
 * member is killed again in the first write after its return.
 */
const long = process.env.TRUSTNET_LONG === '1'
const longMs = 1_800_000

/** Where an entry of the log is cut: one place stands for all, as it is read the same (wal.test.ts). */
const halfway = (value: Uint8Array): readonly number[] => [value.length >> 1]
const everywhere = (value: Uint8Array): readonly number[] => [...value.keys()]

/** What may be durable of a batch: one with a block is written as a whole, another may be torn anywhere. */
function tornForms(
  writes: readonly StoreWrite[],
  cuts: (value: Uint8Array) => readonly number[] = halfway,
): (readonly StoreWrite[])[] {
  if (writes.some(({ key }) => key.startsWith('block/'))) return [[], writes]
  const forms: (readonly StoreWrite[])[] = [[]]
  writes.forEach(({ key, value }, i) => {
    const before = writes.slice(0, i)
    if (value !== null && key.startsWith('wal/'))
      for (const length of cuts(value))
        forms.push([...before, { key, value: value.subarray(0, length) }])
    forms.push(writes.slice(0, i + 1))
  })
  return forms
}

interface Kill {
  readonly name: string
  readonly persist: number
  readonly form: number
  readonly downFor: number
  readonly cuts: typeof halfway
  /** The form of the next write, in which it is killed again. */
  readonly again?: number
}

/** Decides two blocks while one member is killed. @returns forms of each write that it was killed in */
function runWith(names: readonly string[], kill: Kill): readonly number[] {
  const { name, persist, form, downFor, cuts, again } = kill
  const network = new LittleNetwork(names, { timeoutPropose: 200, timeoutVote: 100 })
  const forms = [0, 0]
  network.kill = (node, writes) => {
    const nth = node.persists - persist
    if (node.name !== name || nth < 0 || nth > (again === undefined ? 0 : 1)) return undefined
    const torn = tornForms(writes, nth === 0 ? cuts : halfway)
    forms[nth] = torn.length
    network.after(downFor, () => network.restart(node))
    return torn[nth === 0 ? form : again!] ?? []
  }
  network.submit('one')
  const all = (node: LittleNode): boolean => node.alive && node.application.height >= 2
  network.run(60_000, () => network.nodes.every(all))
  expect(network.nodes.every(all), JSON.stringify(kill)).toBe(true)
  network.checkAgreement()
  const states = new Set(network.nodes.map(({ chain }) => chain[1]!.block.header.stateHash))
  expect(states.size).toBe(1)
  return forms
}

/** Every write of every member, in every form. */
function exhaust(names: readonly string[]): { kills: number; writes: number } {
  let kills = 0
  let writes = 0
  const cuts = long ? everywhere : halfway
  for (const name of names)
    for (let persist = 1; ; persist++) {
      const [forms] = runWith(names, { name, persist, form: 0, downFor: 3, cuts })
      if (forms === 0) break
      writes++
      for (let form = 0; form < forms!; form++)
        // Back at once, and of every other form also when the rest has gone on.
        for (const downFor of long || form % 2 === 0 ? [3, 2_500] : [3]) {
          runWith(names, { name, persist, form, downFor, cuts })
          kills++
        }
      if (long) kills += killedAgain(names, name, persist)
    }
  return { kills, writes }
}

/** In each form of a write and then in each form of the write that follows. */
function killedAgain(names: readonly string[], name: string, persist: number): number {
  let kills = 0
  const kill = { name, persist, downFor: 3, cuts: halfway }
  const [forms] = runWith(names, { ...kill, form: 0 })
  for (let form = 0; form < forms!; form++)
    for (let again = 0, of = 1; again < of; again++) {
      of = runWith(names, { ...kill, form, again })[1]!
      kills += 2
    }
  return kills
}

describe('a member killed in a write', () => {
  for (const names of [['ada'], ['ada', 'ben', 'cyd'], ['ada', 'ben', 'cyd', 'dot']])
    it(
      `rule 10: of ${names.length}, signs nothing twice wherever it is killed, and the height is decided`,
      () => {
        const { kills, writes } = exhaust(names)
        console.log(`${names.length} members: ${kills} kills in ${writes} writes, 0 equivocations`)
        expect(kills).toBeGreaterThan(writes)
      },
      longMs,
    )

  it('rule 10: own votes are in the log, durable, before they are sent', () => {
    const network = new LittleNetwork(['ada', 'ben', 'cyd', 'dot'])
    const ada = network.node('ada')
    let logged = 0
    network.kill = (node, writes) => {
      if (node === ada) logged += writes.filter(({ key }) => key.startsWith('wal/')).length
      // Dies with everything durable and nothing sent.
      return node === ada && logged > 0 ? writes : undefined
    }
    network.submit('one')
    network.run(80)
    expect(ada.alive).toBe(false)
    expect(ada.said.size).toBe(0)
    network.kill = () => undefined
    network.restart(ada)
    // What the log holds is said again, without being signed again: the same bytes.
    expect(ada.said.size).toBeGreaterThan(0)
    network.run(5_000)
    expect(network.height).toBeGreaterThanOrEqual(2)
  })

  it(
    'rule 10: two members are killed over and over, and nothing is signed twice',
    () => {
      for (let seed = 1; seed <= (long ? 40 : 8); seed++) {
        const network = new LittleNetwork(['ada', 'ben', 'cyd', 'dot'], { timeoutPropose: 200 })
        let state = seed
        const draw = (below: number): number => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
          return (state >>> 8) % below
        }
        network.kill = (node, writes) => {
          if (network.now > 6_000 || draw(4) > 0) return undefined
          network.after(1 + draw(400), () => network.restart(node))
          const forms = tornForms(writes)
          return forms[draw(forms.length)]
        }
        for (let i = 0; i < 20; i++) network.after(i * 200, () => network.submit(`${i}`))
        network.run(40_000)
        network.checkAgreement()
        const final = network.nodes[0]!.chain.flatMap(({ block }) => block.transactions)
        expect(
          network.nodes.every(({ pool }) => pool.length === 0),
          `seed ${seed}`,
        ).toBe(true)
        expect(final.length).toBeGreaterThan(0)
      }
    },
    longMs,
  )
})
