// The two engines on the same worlds: whole nodes in virtual time and tables built from global
// knowledge must measure the same. bench/engines.ts does the same at 2,000 nodes.
import { expect, test } from 'vitest'
import { runProtocol } from '../../../../src/sim/experiment/protocol/protocol.ts'
import {
  besideNodes,
  checkPlayable,
  routingOf,
} from '../../../../src/sim/experiment/protocol/terms.ts'
import { distnet, distnetD3 } from '../../../../src/sim/experiment/routers/distnet.ts'
import { pastry } from '../../../../src/sim/experiment/routers/pastry.ts'
import { trustnet } from '../../../../src/sim/experiment/routers/trustnet.ts'
import type { RouterSpec, RunSpec } from '../../../../src/sim/experiment/scenario.ts'
import { both, meanHops, parts, runOf, success } from './both-engines.ts'

/** As the acceptance says: success within a point, hops within a tenth. With the same tables it is nearer. */
function expectAlike({ structural, protocol }: ReturnType<typeof both>): void {
  expect(Math.abs(success(structural) - success(protocol))).toBeLessThan(1)
  expect(Math.abs(meanHops(structural) - meanHops(protocol))).toBeLessThan(0.1)
  expect(Math.abs(structural.messages - protocol.messages)).toBeLessThan(0.1)
}

test('200 nodes under no attack deliver everything in either engine, over as many hops', () => {
  const measured = both(runOf(200, 300, { kind: 'none' }))
  expectAlike(measured)
  expect(success(measured.structural)).toBe(100)
  expect(success(measured.protocol)).toBe(100)
  expect(measured.protocol.latencyMs!.p50).toBeGreaterThan(100)
})

test.each([
  ['drop', 'timed-out', 'dropped'],
  ['misroute', 'wrong-root', 'wrong-root'],
] as const)('200 nodes of which 30%% %s fail alike in either engine', (behaviour, ends, ended) => {
  const attack = { kind: 'droppers', fraction: 0.3, behaviour, noticed: 0 }
  const measured = both(runOf(200, 400, attack))
  expectAlike(measured)
  const { structural, protocol } = measured
  expect(success(structural)).toBeLessThan(70)
  expect(protocol.endings[ends]! + protocol.endings.delivered!).toBe(400)
  expect(structural.endings[ended]! + structural.endings.delivered!).toBe(400)
})

test.each(['distnet', 'distnet-d3'])('%s goes the very same ways in either engine', (name) => {
  // A whole node goes the last mile over the global network alone.
  const router = { name, lastMile: 'global' }
  const attack = { kind: 'droppers', fraction: 0.3, behaviour: 'misroute', noticed: 0 }
  const { structural, protocol } = both(runOf(200, 300, attack, 1, router))
  expect(protocol.endings).toEqual(structural.endings)
  expect(protocol.hops).toEqual(structural.hops)
  expect(success(structural)).toBeLessThan(80)
})

test('vetoes lead round the same nodes in either engine', () => {
  const run = runOf(120, 300, { kind: 'droppers', fraction: 0.3, noticed: 1 })
  expectAlike(both(run))
})

test('a run is a pure function of its row', () => {
  const run = runOf(60, 100, { kind: 'droppers', fraction: 0.2, noticed: 0.5 })
  expect(runProtocol(run, parts)).toEqual(runProtocol(run, parts))
})

test('an enemy that turns late counts lookups, though they share one key', () => {
  const late = { kind: 'droppers', fraction: 0.5, noticed: 0, from: 250 }
  const { scenario, ...run } = runOf(200, 300, late)
  const workload = {
    ...scenario.workload,
    keys: { kind: 'zipf', exponent: 1, distinct: 1 },
  } as const
  const measured = both({ ...run, scenario: { ...scenario, workload } })
  expectAlike(measured)
  const { delivered = 0 } = measured.protocol.endings
  expect(delivered).toBeGreaterThanOrEqual(250)
  expect(delivered).toBeLessThan(300)
})

test('whole nodes tell the bytes of a lookup, and its latency beside the direct way', () => {
  const { protocol } = both(runOf(60, 100, { kind: 'none' }))
  const { bytes = 0, sent = 0, stretch = 0 } = protocol.more ?? {}
  // A signature and a key are 96 bytes; some of the messages sent are not of routing.
  expect(bytes).toBeGreaterThan(100)
  expect(bytes).toBeLessThan(2_000 * sent)
  // A hop and its way back take 100 ms on average, as the direct way does; a link that is opened for it as long again.
  const hops = protocol.hops.reduce((sum, count, hop) => sum + count * hop, 0)
  const elsewhere = protocol.hops.slice(1).reduce((sum, count) => sum + count, 0)
  expect(stretch).toBeGreaterThan((0.9 * hops) / elsewhere)
  expect(stretch).toBeLessThan((2.5 * hops) / elsewhere)
})

test('where nothing was delivered no latency is told', () => {
  // The only honest node asks for keys that enemies are nearer to.
  const { protocol } = both(runOf(20, 5, { kind: 'droppers', fraction: 0.95, noticed: 0 }))
  expect(protocol.endings).toEqual({ 'timed-out': 5 })
  expect(protocol.hops).toEqual([])
  expect(protocol.latencyMs).toBeUndefined()
  expect(protocol.more).not.toHaveProperty('stretch')
})

test.each<[string, Partial<RunSpec['scenario']>]>([
  ['ids.kind: whole nodes stand where their keys hash to', { ids: { kind: 'clustered' } }],
  ['attack.ids: whole nodes stand', { attack: { kind: 'sybil', ids: 'clustered' } }],
  ['attack.kind: whole nodes stand', { attack: { kind: 'eclipse' } }],
  ['metrics: metrics watch', { metrics: ['./served.js'] }],
])('whole nodes refuse %s', (why, given) => {
  const run = runOf(20, 1, { kind: 'none' })
  const asked = { ...run, scenario: { ...run.scenario, ...given } }
  // Before anything runs, and all the more when it does.
  for (const refused of [() => checkPlayable(asked), () => runProtocol(asked, parts)]) {
    expect(refused).toThrow(why)
    expect(refused).toThrow(/engine structural/)
  }
})

test('whole nodes refuse an attack of the user’s own that places somebody, once it is known', () => {
  const run = runOf(20, 1, { kind: './aimed.js' })
  checkPlayable(run)
  expect(() => runProtocol(run, parts)).toThrow('attack.kind: whole nodes stand')
})

test.each<RouterSpec>([
  { name: 'kademlia' },
  { name: './friends.js' },
  { name: 'pastry', failureTest: true },
  { name: 'pastry', leaves: 8 },
  { name: 'distnet', uncapped: true },
  { name: 'distnet-d3', threshold: 0.5 },
  { name: 'trustnet', lookAhead: false },
  { name: 'trustnet', strong: true },
])('whole nodes refuse the router $name where it asks for what they cannot do', (router) => {
  expect(() => routingOf(router)).toThrow(/engine structural/)
})

test('whole nodes take what they have, and options that ask for nothing', () => {
  expect(routingOf({ ...distnet.defaults, name: 'distnet', lastMile: 'global' })).toEqual({
    ...{ policy: 'distnet', rounds: distnet.defaults.rounds, routes: 1 },
  })
  expect(routingOf({ name: 'distnet-d3' }).rounds).toBe(distnetD3.defaults.rounds)
  expect(routingOf({ name: 'distnet', rounds: 4 }).rounds).toBe(4)
  expect(routingOf({ ...trustnet.defaults, name: 'trustnet', routes: 16 }).routes).toBe(16)
  expect(routingOf({ ...pastry.defaults, name: 'pastry' }).routes).toBe(1)
})

test('whole nodes hand nothing along past vetoes, nor does the simulation beside real ones', () => {
  for (const name of ['distnet', 'distnet-d3', 'trustnet']) {
    const told = { name, pastVetoes: false }
    expect(routingOf(told)).toEqual(routingOf({ name }))
    expect(besideNodes({ name, pastVetoes: true })).toEqual(told)
    expect(besideNodes({ name })).toEqual(told)
  }
  expect(besideNodes({ name: 'pastry', routes: 2 })).toEqual({ name: 'pastry', routes: 2 })
})
