// What poisoned joins do to whole nodes. The table of docs/experiments.md is of more of them.
import { expect, test } from 'vitest'
import { runProtocol } from '../../../../src/sim/experiment/protocol/protocol.ts'
import type { AttackSpec, RouterSpec } from '../../../../src/sim/experiment/scenario.ts'
import { parts, runOf, success } from './both-engines.ts'

const poisonedJoin = { kind: 'poisoned-join', fraction: 0.2, rounds: 1, rejoining: 1 }
const played = (attack: AttackSpec, router: RouterSpec = { name: 'pastry' }) =>
  runProtocol(runOf(120, 200, attack, 1, router), parts)

test('120 nodes under pastry fill their tables with whom liars name, and lookups end there', () => {
  const poisoned = played(poisonedJoin)
  // The same joins over enemies that answer them as honest nodes do, and misroute lookups all the same.
  const answered = played({ ...poisonedJoin, poisons: false, from: 1 })
  expect(poisoned.contamination.table!).toBeGreaterThan(answered.contamination.table! + 0.05)
  expect(success(poisoned)).toBeLessThan(success(answered) - 5)
})

test('120 nodes under trustnet deliver nearly everything all the same', () => {
  const poisoned = played(poisonedJoin, { name: 'trustnet', routes: 4 })
  expect(success(poisoned)).toBeGreaterThanOrEqual(98)
})
