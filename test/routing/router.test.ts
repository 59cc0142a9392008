// The router machine in virtual time: lookups, vetoes, redundant routes, one golden transcript.
import { describe, expect, it } from 'vitest'
import { pastry } from '../../routing/policy.ts'
import { type NodeId, ringKeyOf } from '../../src/core/id.ts'
import { ONE } from '../../src/core/trust.ts'
import { byNearness, rootOf } from './naive-ring.ts'
import { keys, Pump, pairsOf, thin } from './pump.ts'

describe('a lookup', () => {
  it('is delivered at the nearest node from everywhere, in networks of 1 to 60', () => {
    for (const size of [1, 2, 3, 4, 10, 33, 34, 60]) {
      const pump = new Pump({ size, seed: size })
      for (const key of keys(8)) {
        const origin = pump.ids[size >> 1]!
        const answer = pump.lookup(origin, key)
        expect(answer.root).toBe(rootOf(pump.ids, key))
        expect(answer.hops.at(-1)?.to ?? origin).toBe(answer.root)
      }
    }
  })

  it('counts exactly the messages that it caused', () => {
    const pump = new Pump({ size: 120, seed: 5, policy: pastry })
    thin(pump, 40)
    for (const key of keys(30)) {
      const before = pump.sent
      const answer = pump.lookup(pump.ids[0]!, key)
      expect(answer.messages).toBe(pump.sent - before)
      expect(answer.messages).toBe(3 * answer.hops.length)
      expect(answer.ms).toBe(20 * answer.hops.length)
    }
  })

  it('tells of every hop which table decided, the prefix and the trust', () => {
    const trust = (_from: NodeId, to: NodeId) => (Number.parseInt(to[5]!, 16) < 4 ? 280_000 : 0)
    const pump = new Pump({ size: 120, seed: 6, trust })
    const tables = new Set<string>()
    for (const key of keys(40)) {
      const { hops } = pump.lookup(pump.ids[7]!, key)
      hops.forEach((hop, i) => {
        tables.add(hop.by)
        expect(hop.from).toBe(hops[i - 1]?.to ?? pump.ids[7])
        expect(hop.trust).toBe(trust(hop.from, hop.to) / ONE)
      })
    }
    expect([...tables].sort()).toEqual(['leaf-set', 'overlay:social'])
  })

  it('reaches roots behind vetoes, by a neighbour that speaks to both', () => {
    for (const salt of [1, 2, 3]) {
      const pump = new Pump({ size: 60, seed: salt, barred: pairsOf(0.15, salt) })
      for (const [i, key] of keys(60).entries())
        expect(pump.lookup(pump.ids[i]!, key).root).toBe(rootOf(pump.ids, key))
    }
  })

  it('of a newcomer that knows one node goes on by the tables of the others', () => {
    const pump = new Pump({ size: 600, seed: 23, policy: pastry })
    const [newcomer, ...others] = pump.ids
    const [bootstrap] = others.slice(300)
    for (const id of others) if (id !== bootstrap) pump.states.get(newcomer!)!.forget(id)
    for (const id of others) pump.states.get(id)!.forget(newcomer!)
    let routed = 0
    for (const key of keys(40)) {
      // Where it takes itself for the root it cannot know better before it has joined.
      if (rootOf([newcomer!, bootstrap!], key) === newcomer) continue
      expect(pump.lookup(newcomer!, key).root).toBe(rootOf(others, key))
      routed++
    }
    expect(routed).toBeGreaterThan(10)
  })

  it('walks back out of a dead end', () => {
    const { ids } = new Pump({ size: 24, seed: 3 })
    const [root, first, second, third, ...rest] = byNearness(ids, ids[10]!) as [
      NodeId,
      NodeId,
      NodeId,
      NodeId,
      ...NodeId[],
    ]
    const origin = rest.at(-1)!
    // The root's nearest neighbour speaks to the origin alone, the root to its third nearest alone.
    const only = new Map([
      [first, origin],
      [root, third],
    ])
    const barred = (a: NodeId, b: NodeId) =>
      (only.has(a) && only.get(a) !== b) || (only.has(b) && only.get(b) !== a)
    const pump = new Pump({ size: 24, seed: 3, barred })
    const answer = pump.lookup(origin, root)
    expect(answer.hops.map(({ to }) => to)).toEqual([second, third, root])
    const [lost] = pump.log.filter((line) => line.includes('failed'))
    expect(lost).toContain(`${pump.name(first)} → ${pump.name(origin)} failed stuck`)
  })
})

describe('redundant routes', () => {
  it('leave by distinct first hops and agree on the root', () => {
    const pump = new Pump({ size: 120, seed: 15 })
    thin(pump, 60)
    const [origin] = pump.ids
    for (const key of keys(10)) {
      if (rootOf(pump.ids, key) === origin) continue
      pump.log.length = 0
      const answer = pump.lookup(origin!, key, 4)
      const first = pump.log.filter((line) => line.includes(' n0 → ') && line.includes('route by'))
      expect(new Set(first.map((line) => line.split(' ')[3])).size).toBe(4)
      expect(answer).toMatchObject({ root: rootOf(pump.ids, key), answered: 4, agreeing: 4 })
    }
  })

  it('deliver bytes once, to the root', () => {
    const pump = new Pump({ size: 60, seed: 16 })
    const bytes = Uint8Array.of(1, 2, 3)
    const key = ringKeyOf('mail')
    const root = rootOf(pump.ids, key)
    const origin = pump.ids.find((id) => id !== root)!
    const answer = pump.run(origin, {
      command: 'send',
      key: 'mail',
      overlay: 'social',
      bytes,
      routes: 4,
    })
    expect(answer.ok).toBe(true)
    const delivered = pump.notes.filter(({ note }) => note.note === 'delivered')
    expect(delivered).toMatchObject([{ at: root, note: { key, origin, bytes } }])
  })
})

describe('a transcript', () => {
  it('of one lookup reads as the protocol does', () => {
    const trust = (_from: NodeId, to: NodeId) => (Number.parseInt(to[4]!, 16) < 8 ? 700_000 : 0)
    const pump = new Pump({ size: 120, seed: 21, trust })
    thin(pump, 3)
    const key = keys(200).find((one) => pump.lookup(pump.ids[3]!, one).hops.length === 3)!
    pump.log.length = 0
    const start = pump.now
    pump.lookup(pump.ids[3]!, key)
    const lines = pump.log.map((line) =>
      line.replace(/^\d+/, (at) => `${Number(at) - start}`.padStart(3)),
    )
    expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
      "
        0 n3 → n106 route by global prefix 0 trust 0
       10 n106 → n3 receipt
       10 n106 → n89 route by global prefix 1 trust 0
       20 n89 → n106 receipt
       20 n89 → n86 route by leaf-set prefix 2 trust 0.7
       30 n86 → n89 receipt
       30 n86 → n89 result over 3 hops, 2 messages
       40 n89 → n106 result over 3 hops, 5 messages
       50 n106 → n3 result over 3 hops, 8 messages
      "
    `)
  })
})
