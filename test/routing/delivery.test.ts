// Whole networks built from global knowledge: every walk ends at the root, with and without vetoes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildViews, sortedNodes } from '../../routing/build.ts'
import { distnet, pastry, type RoutingPolicy } from '../../routing/policy.ts'
import { Ring, wordsOf } from '../../routing/ring.ts'
import { Walker } from '../../routing/walk.ts'
import type { NodeId } from '../../src/core/id.ts'
import { hopsMax } from '../../src/core/limits.ts'
import { type Random, seededRandom } from '../../src/core/random.ts'
import { ONE } from '../../src/core/trust.ts'
import { anyId, leafSetOf, rootOf, sharedDigits } from './naive-ring.ts'

const randomId = (random: Random): NodeId =>
  Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join('') as NodeId

function networkOf(size: number, random: Random) {
  const ring = new Ring(size)
  const ids = Array.from({ length: size }, () => randomId(random))
  for (const id of ids) ring.intern(id)
  return { ring, ids }
}

/** An unordered pair is in the set for a share of all pairs, by a hash. */
const pairsOf = (share: number, salt: number) => (a: number, b: number) => {
  const [low, high] = a < b ? [a, b] : [b, a]
  const mixed = Math.imul(Math.imul(low + salt, 0x9e3779b1) ^ (high + 1), 0x85ebca6b) >>> 0
  return (mixed >>> 4) % 1000 < share * 1000
}

const trustAmong = (from: number, to: number): number => {
  const mixed = Math.imul(Math.imul(from + 1, 0x9e3779b1) ^ (to + 1), 0x85ebca6b) >>> 0
  return mixed % 5 === 0 ? (mixed >>> 8) % ONE : 0
}

const anyPolicy = fc.constantFrom<RoutingPolicy>(pastry, distnet)
const anyNetwork = fc.record({
  policy: anyPolicy,
  size: fc.integer({ min: 1, max: 200 }),
  seed: fc.integer(),
})

describe('tables from global knowledge', () => {
  it('hold the leaf sets of the naive ring, and in each slot a node of its prefix', () => {
    fc.assert(
      fc.property(anyNetwork, ({ policy, size, seed }) => {
        const random = seededRandom(seed)
        const { ring, ids } = networkOf(size, random)
        const { leaves, global } = buildViews(ring, { policy, random, trust: trustAmong })
        const owner = random.below(size)
        const side = (which: 0 | 1) =>
          Array.from({ length: leaves.count(owner, which) }, (_, i) =>
            ring.id(leaves.at(owner, which, i)),
          )
        expect({ left: side(0), right: side(1) }).toEqual(leafSetOf(ids, ids[owner]!, 16))
        for (let row = 0; row < global.rows; row++)
          for (let column = 0; column < 16; column++) {
            const fits = (id: NodeId) =>
              sharedDigits(id, ids[owner]!) === row && Number.parseInt(id[row]!, 16) === column
            const node = global.at(owner, row, column)
            if (node === -1) expect(ids.some(fits)).toBe(false)
            else expect(fits(ring.id(node))).toBe(true)
          }
      }),
      { numRuns: 60 },
    )
  })

  it('hold in each overlay slot the most trusted member of its prefix', () => {
    const random = seededRandom(4)
    const { ring, ids } = networkOf(120, random)
    const isMember = (node: number) => node % 3 !== 0
    const { overlay } = buildViews(ring, { policy: distnet, random, trust: trustAmong, isMember })
    const best = new Map<string, number>()
    ids.forEach((id, node) => {
      if (node === 1 || !isMember(node)) return
      const row = sharedDigits(id, ids[1]!)
      const slot = `${row}/${Number.parseInt(id[row]!, 16)}`
      best.set(slot, Math.max(best.get(slot) ?? 0, trustAmong(1, node)))
    })
    const held = new Map<string, number>()
    overlay?.eachOf(1, 0, (node, row, column) => {
      expect(isMember(node)).toBe(true)
      held.set(`${row}/${column}`, trustAmong(1, node))
    })
    expect(Object.fromEntries(held)).toEqual(Object.fromEntries(best))
    overlay?.eachOf(0, 0, () => expect.unreachable('a stranger keeps no table of the overlay'))
  })
})

describe('delivery', () => {
  it('always ends at the node numerically nearest to the key, within hopsMax', () => {
    fc.assert(
      fc.property(anyNetwork, anyId, ({ policy, size, seed }, key) => {
        const random = seededRandom(seed)
        const { ring, ids } = networkOf(size, random)
        const view = buildViews(ring, { policy, random, trust: trustAmong })
        const walker = new Walker(view, policy)
        for (const wanted of [key, randomId(random), ids[random.below(size)]!]) {
          const end = walker.lookup(random.below(size), wordsOf(wanted))
          expect(end.delivered && ring.id(end.at)).toBe(rootOf(ids, wanted))
          expect(end.hops).toBeLessThanOrEqual(hopsMax)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('survives random vetoes, and never uses a vetoed pair', () => {
    let walks = 0
    fc.assert(
      fc.property(
        anyNetwork,
        anyId,
        fc.double({ min: 0, max: 0.25, noNaN: true }),
        ({ policy, size, seed }, anyKey, share) => {
          const random = seededRandom(seed)
          const { ring, ids } = networkOf(size, random)
          const barred = pairsOf(share, seed)
          const view = buildViews(ring, { policy, random, trust: trustAmong, barred })
          const onHop = (from: number, to: number) => expect(barred(from, to)).toBe(false)
          const walker = new Walker(view, policy, { barred, onHop })
          for (const key of [anyKey, randomId(random), ids[random.below(size)]!]) {
            const origin = random.below(size)
            const root = rootOf(ids, key)
            const end = walker.lookup(origin, wordsOf(key))
            walks++
            if (reachable(size, barred, origin, ring.numberOf(root)))
              expect(end.delivered && ring.id(end.at)).toBe(root)
            else expect(end.delivered).toBe(false)
          }
        },
      ),
      { numRuns: 300 },
    )
    expect(walks).toBeGreaterThanOrEqual(900)
  })

  it('is complete where each of 1,000 nodes vetoes 5% of its ring neighbours', () => {
    const random = seededRandom(11)
    const { ring, ids } = networkOf(1000, random)
    const sorted = sortedNodes(ring)
    const vetoes = new Set<string>()
    sorted.forEach((node, place) => {
      for (let apart = -16; apart <= 16; apart++)
        if (apart !== 0 && random.below(20) === 0)
          vetoes.add(`${node} ${sorted[(place + apart + 1000) % 1000]}`)
    })
    const barred = (a: number, b: number) => vetoes.has(`${a} ${b}`) || vetoes.has(`${b} ${a}`)
    for (const policy of [pastry, distnet]) {
      const view = buildViews(ring, { policy, random, trust: trustAmong, barred })
      const onHop = (from: number, to: number) => expect(barred(from, to)).toBe(false)
      const walker = new Walker(view, policy, { barred, onHop })
      for (let i = 0; i < 1000; i++) {
        const key = i < 300 ? ids[i]! : randomId(random)
        const end = walker.lookup(random.below(1000), wordsOf(key))
        expect(end.delivered && ring.id(end.at)).toBe(rootOf(ids, key))
      }
    }
  }, 30_000)

  it('never visits a node twice on one path and only moves forward through the phases', () => {
    const order = ['overlay', 'global', 'leaf-set']
    fc.assert(
      fc.property(anyNetwork, anyId, ({ policy, size, seed }, key) => {
        const random = seededRandom(seed)
        const { ring } = networkOf(size, random)
        const view = buildViews(ring, { policy, random, trust: trustAmong })
        const visited = new Set<number>()
        let phase = 0
        const onHop = (from: number, _to: number, by: string) => {
          expect(visited.has(from)).toBe(false)
          visited.add(from)
          expect(order.indexOf(by)).toBeGreaterThanOrEqual(phase)
          phase = order.indexOf(by)
        }
        new Walker(view, policy, { onHop }).lookup(random.below(size), wordsOf(key))
      }),
      { numRuns: 150 },
    )
  })

  it('costs distnet at most a tenth more hops than pastry', () => {
    const hopsOf = (policy: RoutingPolicy, isMember: (node: number) => boolean): number => {
      const random = seededRandom(9)
      const { ring } = networkOf(1000, random)
      const view = buildViews(ring, { policy, random, trust: trustAmong, isMember })
      const walker = new Walker(view, policy)
      let hops = 0
      for (let i = 0; i < 4000; i++)
        hops += walker.lookup(random.below(1000), wordsOf(randomId(random))).hops
      return hops / 4000
    }
    const plain = hopsOf(pastry, () => true)
    const all = hopsOf(distnet, () => true)
    const few = hopsOf(distnet, (node) => node % 20 === 0)
    console.log(`mean hops at 1,000 nodes: pastry ${plain}, distnet ${all}, small overlay ${few}`)
    expect(all).toBeLessThanOrEqual(1.1 * plain)
    expect(few).toBeLessThanOrEqual(1.1 * plain)
  })
})

/** Is there any way between pairs that speak to each other? */
function reachable(
  size: number,
  barred: (a: number, b: number) => boolean,
  from: number,
  to: number,
): boolean {
  const found = new Set([from])
  for (const at of found)
    for (let next = 0; next < size; next++) if (next !== at && !barred(at, next)) found.add(next)
  return found.has(to)
}
