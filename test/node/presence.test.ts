// Presence against a naive list of everything that was heard.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { Presence } from '../../src/node/presence.ts'

const id = (n: number): NodeId => String(n).padStart(32, '0') as NodeId

describe('presence', () => {
  test('a node heard in every interval was there the whole time, in every other half of it', () => {
    const presence = new Presence(1_000, 0)
    for (let at = 0; at < 10_000; at += 500) {
      presence.heard(id(1), at)
      if (at % 2_000 === 0) presence.heard(id(2), at)
    }
    expect(presence.report([id(2), id(1), id(3)], 9_999)).toEqual([
      { nodeId: id(1), share: 10_000, lastHeard: 9_500 },
      { nodeId: id(2), share: 5_000, lastHeard: 8_000 },
    ])
  })

  test('equals the naive count over any history, restarts included', () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 3_000 }),
      node: fc.integer({ min: 0, max: 3 }),
      restart: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const every = 1_000
        const presence = new Presence(every, 0)
        let heard: { node: number; at: number }[] = []
        let [now, since] = [0, 0]
        for (const { after, node, restart } of steps) {
          now += after
          if (restart) {
            presence.restart(now)
            since = now
            heard = []
          }
          presence.heard(id(node), now)
          heard.push({ node, at: now })
        }
        const total = Math.floor(now / every) - Math.floor(since / every) + 1
        const naive = [0, 1, 2, 3].flatMap((node) => {
          const of = heard.filter((one) => one.node === node)
          if (of.length === 0) return []
          const intervals = new Set(of.map(({ at }) => Math.floor(at / every))).size
          const share = Math.floor((10_000 * intervals) / total)
          return [{ nodeId: id(node), share, lastHeard: of.at(-1)!.at }]
        })
        expect(presence.report([0, 1, 2, 3].map(id), now)).toEqual(naive)
      }),
    )
  })

  test('a crowd of keys that come and go takes no place from who stays', () => {
    const nodesMax = 1_000
    const presence = new Presence(1_000, 0, nodesMax)
    presence.heard(id(0), 0)
    for (let n = 1; n <= 2 * nodesMax; n++) {
      presence.heard(id(n), n)
      if (n % 100 === 0) presence.heard(id(0), n)
    }
    expect(presence.lastHeard(id(0))).toBe(2 * nodesMax)
    expect(presence.lastHeard(id(1))).toBeUndefined()
    expect(presence.lastHeard(id(2 * nodesMax))).toBe(2 * nodesMax)
  })
})
