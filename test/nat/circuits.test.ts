// A relay's circuits against a naive replay, and what peers say of where they see us.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { Circuits } from '../../src/runtime/transport/nat/circuits.ts'
import { Sightings } from '../../src/runtime/transport/nat/sightings.ts'
import { idOf } from '../runtime/transport-party.ts'

const [holder, other] = [idOf(90), idOf(91)]

describe('the circuits of a relay', () => {
  test('are at most so many a holder, two of one origin, and none ends for one trusted no more', () => {
    const asked = fc.array(
      fc.record({ from: fc.integer({ min: 1, max: 8 }), to: fc.constantFrom(holder, other) }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 5 }), (asks, max) => {
        const trust = (node: NodeId): number =>
          Number(idOf(1) === node) + 2 * Number(idOf(2) === node)
        const circuits = new Circuits(trust, max)
        const open: { readonly from: NodeId; readonly to: NodeId }[] = []
        for (const { from: n, to } of asks) {
          const circuit = { from: idOf(n), to }
          const beside = open.filter((one) => one.to === to)
          const room = beside.length < max
          const own = beside.filter(({ from }) => from === circuit.from).length
          const lesser = beside.filter(({ from }) => trust(from) < trust(circuit.from))
          const ended: (typeof open)[number][] = []
          const over = circuits.open(circuit.from, to, () => {
            open.splice(open.indexOf(circuit), 1)
            ended.push(circuit)
          })
          expect(over !== undefined).toBe(own < 2 && (room || lesser.length > 0))
          if (over === undefined) continue
          if (!room) {
            const gone = beside.filter((one) => !open.includes(one))
            expect(gone).toHaveLength(1)
            expect(trust(gone[0]!.from)).toBe(Math.min(...beside.map(({ from }) => trust(from))))
          }
          open.push(circuit)
          expect(open.filter((one) => one.to === to).length).toBeLessThanOrEqual(max)
        }
      }),
    )
  })

  test('leave their room to others when they are over', () => {
    const circuits = new Circuits(() => 0, 1)
    const over = circuits.open(idOf(1), holder, () => {})
    expect(circuits.open(idOf(2), holder, () => {})).toBeUndefined()
    expect(circuits.open(idOf(2), other, () => {})).toBeDefined()
    over!()
    expect(circuits.open(idOf(2), holder, () => {})).toBeDefined()
  })
})

describe('what peers say of where they see us', () => {
  const seen = (from: string, at: string, port?: number) => ({
    ...{ from, at: `/ip4/${at}/tcp/20001`, port },
  })

  test('makes a host ours when peers on two hosts say so', () => {
    const sightings = new Sightings()
    sightings.note('a', seen('11.0.0.1', '11.0.0.21'))
    sightings.note('b', seen('11.0.0.1', '11.0.0.21'))
    expect(sightings.agreeOn('11.0.0.21')).toBe(false)
    sightings.note('c', seen('11.0.0.3', '11.0.0.21'))
    expect(sightings.agreeOn('11.0.0.21')).toBe(true)
    sightings.note('c', seen('11.0.0.3', '11.0.0.99'))
    expect(sightings.agreeOn('11.0.0.21')).toBe(false)
  })

  test('is kept once of each peer, so that none drowns the others', () => {
    const sightings = new Sightings()
    sightings.note('honest', seen('11.0.0.1', '11.0.0.21', 20_001))
    for (let i = 0; i < 200; i++) sightings.note('liar', seen('11.0.0.2', `11.0.1.${i}`, 20_001))
    sightings.note('later', seen('11.0.0.3', '11.0.0.21', 20_002))
    expect(sightings.of(20_001)).toEqual(['/ip4/11.0.1.199/tcp/20001', '/ip4/11.0.0.21/tcp/20001'])
    for (let i = 0; i < 200; i++) sightings.note(`${i}`, seen('11.0.0.2', '11.0.0.9'))
    expect(sightings.of(20_001)).toEqual([])
  })
})
