// Whole nodes that lose their tables and join again, among enemies who answer joins with accomplices
// alone and people who left without a word.
import { describe, expect, test } from 'vitest'
import { wordsOf } from '../../../../routing/ring.ts'
import type { NodeId } from '../../../../src/core/id.ts'
import {
  begin,
  keyedStage,
  protocolNetwork,
  runProtocol,
} from '../../../../src/sim/experiment/protocol/protocol.ts'
import { joinAgain } from '../../../../src/sim/experiment/protocol/rejoining.ts'
import { checkPlayable, routingOf } from '../../../../src/sim/experiment/protocol/terms.ts'
import { rejoinRounds } from '../../../../src/sim/experiment/rejoin-rounds.ts'
import type { AttackSpec, RunSpec } from '../../../../src/sim/experiment/scenario.ts'
import { honest } from '../../../../src/sim/experiment/world.ts'
import { stageOf } from '../../../../src/sim/experiment/world-of.ts'
import { parts, runOf, success } from './both-engines.ts'

const poisonedJoin = { kind: 'poisoned-join', fraction: 0.2, rounds: 1, rejoining: 1 }
const joins = (attack: AttackSpec, nodes: number, router = 'pastry'): RunSpec =>
  runOf(nodes, 60, attack, 1, { name: router })

/** The network of a run, begun, before anybody joins again. */
function begun(run: RunSpec) {
  const stage = stageOf(run.scenario, run.seed, parts.registry, parts.readGraphFile)
  const keyed = keyedStage(run, stage)
  const terms = routingOf(run.router)
  const network = protocolNetwork(run, terms, stage, keyed, 'converged')
  begin(network, terms, 'converged')
  return { stage, network, keyed }
}

describe('honest nodes that join again', () => {
  const { stage, network, keyed } = begun(joins({ ...poisonedJoin, rounds: 2, rejoining: 0.5 }, 20))
  const { world } = network
  const restarted: number[] = []
  const first = new Map<number, { ways: readonly string[]; known: number }>()
  world.observe('started', ({ node }) => {
    const number = keyed.numbers.get(node)!
    const { options, routing } = network.machine(number)
    restarted.push(number)
    first.set(number, { ways: options.bootstraps, known: routing.knownCount })
  })
  const rounds = joinAgain(network, stage)

  test('are those of the structural engine, in its order', () => {
    const told = [...rejoinRounds(stage)]
    expect(rounds).toBe(2)
    expect(restarted).toEqual(told.flatMap(({ nodes }) => nodes))
    expect(told.map(({ nodes }) => nodes.length)).toEqual([8, 8])
    expect(restarted.every((node) => stage.world.kinds[node] === honest)).toBe(true)
  })

  test('know one other and nobody else', () => {
    for (const [node, { ways, known }] of first) {
      expect(known).toBe(0)
      expect(ways).toHaveLength(1)
      expect(ways).not.toContain(keyed.nodes[node]!.nodeId)
    }
  })

  test('are members of the ring at the end', () => {
    for (const node of restarted) {
      const { membership, routing } = network.machine(node)
      expect(membership.joined).toBe(true)
      expect(routing.leaves().length).toBeGreaterThan(0)
    }
  })
})

test('who joins over a liar hears of accomplices for the most part, who joins over others of everybody', () => {
  const { stage, network, keyed } = begun(joins({ ...poisonedJoin, rejoining: 0.5 }, 50))
  const { world } = network
  const isEnemy = (id: NodeId): boolean => stage.world.kinds[keyed.numbers.get(id)!] !== honest
  const overLiars: number[] = []
  const overHonest: number[] = []
  world.observe('started', ({ node }) => {
    const { options, contacts } = network.machine(keyed.numbers.get(node)!)
    // Three round trips later, before its former neighbours try it again.
    world.at(world.now + 1_000, () => {
      const known = [...contacts.all()].map(({ contact }) => contact.nodeId)
      const enemies = known.filter(isEnemy).length / known.length
      if (isEnemy(options.bootstraps[0]!)) overLiars.push(enemies)
      else overHonest.push(enemies)
    })
  })
  joinAgain(network, stage)
  expect(overLiars.length).toBeGreaterThan(0)
  expect(overHonest.length).toBeGreaterThan(0)
  expect(Math.min(...overLiars)).toBeGreaterThan(0.5)
  expect(Math.max(...overHonest)).toBeLessThan(0.3)
})

test('a run in which nodes join again is a pure function of its row', () => {
  const run = joins({ ...poisonedJoin, rejoining: 0.3 }, 24, 'trustnet')
  const measured = runProtocol(run, parts)
  expect(measured.more).toMatchObject({ rejoinRounds: 1 })
  expect(runProtocol(run, parts)).toEqual(measured)
})

test('who left is noticed: no honest node keeps a place for it', () => {
  const run = joins({ kind: 'churn', fraction: 0.2, rounds: 1, rejoining: 0.2 }, 40)
  const measured = runProtocol(run, parts)
  expect(measured.contamination).toMatchObject({ table: 0, leafSet: 0, eclipsed: 0 })
  expect(success(measured)).toBe(100)
})

test('a join over people who left is tried over others', () => {
  const { stage, network, keyed } = begun(
    joins({ kind: 'churn', fraction: 0.5, rounds: 1, rejoining: 1 }, 24),
  )
  const tried: number[] = []
  network.world.observe('started', ({ node }) => {
    const { bootstraps } = network.machine(keyed.numbers.get(node)!).options
    tried.push(bootstraps.length)
    const ways = bootstraps.map((way) => stage.world.kinds[keyed.numbers.get(way)!])
    // All but the last are silent.
    expect(ways.slice(0, -1)).not.toContain(honest)
  })
  joinAgain(network, stage)
  expect(Math.max(...tried)).toBeGreaterThan(1)
  for (const node of stage.honest.nodes) expect(network.machine(node).membership.joined).toBe(true)
})

test('who left says nothing at all, with others who poison beside it and without rounds too', () => {
  const poisoning = { ...poisonedJoin, fraction: 0.1, rounds: 0 }
  for (const rounds of [0, 1]) {
    const left = { kind: 'churn', fraction: 0.2, rounds, rejoining: 0.3 }
    const { stage, network, keyed } = begun(joins({ kind: 'all', of: [poisoning, left] }, 40))
    const silent = new Set<NodeId>()
    for (const [node, { nodeId }] of keyed.nodes.entries())
      if (stage.behaviour.deed(node, 0, wordsOf(nodeId)) === 'drop') silent.add(nodeId)
    const said: string[] = []
    network.world.observe('sent', ({ from, message }) => {
      if (silent.has(from)) said.push(message.message.say)
    })
    joinAgain(network, stage)
    network.world.runFor(20_000)
    expect(silent.size).toBe(7)
    expect(said).toEqual([])
  }
})

test.each<AttackSpec>([
  { kind: 'churn' },
  { kind: 'poisoned-join' },
  { kind: 'poisoned-join', rounds: 0 },
  { kind: 'all', of: [{ kind: 'poisoned-join' }, { kind: 'churn' }] },
])('whole nodes play $kind', (attack) => {
  checkPlayable(runOf(20, 1, attack))
})

test.each(['kademlia', 's-kademlia'])('no whole node joins again as %s does', (name) => {
  expect(() => checkPlayable(runOf(20, 1, poisonedJoin, 1, { name }))).toThrow(/engine structural/)
})
