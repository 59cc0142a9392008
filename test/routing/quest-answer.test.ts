// What an answer says of each proven root: how many routes named it, and how far it is.
import { expect, it } from 'vitest'
import type { HopRecord, ResultMessage } from '../../routing/message.ts'
import { type Found, lookupAnswer } from '../../routing/quest-answer.ts'
import type { NodeId, RingKey } from '../../src/core/id.ts'

const idOf = (first: string): NodeId => first.padEnd(32, '0') as NodeId
const key = idOf('8') as string as RingKey

/** A route that came to a node over others. */
function wayOver(attempt: number, over: readonly string[], root: string): Found {
  const trace = over.map((to): HopRecord => ({ to: idOf(to), by: 'global', prefix: 0, trust: 0 }))
  const result: ResultMessage = {
    ...{ say: 'result', routeId: '0'.repeat(16), attempt, trace, messages: trace.length },
    ...{ rootKey: new Uint8Array(32) as ResultMessage['rootKey'], signature: new Uint8Array(64) },
  }
  return { root: idOf(root), attempt, result, isNamed: true, beyond: 0 }
}

it('the hops of a root are those of the shortest way to it, not of the way to whom the answer names', () => {
  const asked = { self: idOf('1'), key, overlay: 'social', ms: 5, trustedRoutes: 4, friends: 4 }
  const { root, hops, roots } = lookupAnswer(asked, [
    wayOver(0, ['2', '7'], '7'),
    wayOver(1, ['3', '4', '7'], '7'),
    // Nearer to the key, and named by one route alone; the last hop delivered to it too.
    wayOver(2, ['2', '3', '4', '81'], '81'),
    { ...wayOver(3, ['5', '7'], '6'), isNamed: false },
    // The last hop itself, beside a leaf of its own that is nearer.
    { ...wayOver(3, ['5', '7'], '5'), isNamed: false },
    // Somebody whom the last hop delivered to delivered on: two hops more than the way that was told.
    { ...wayOver(3, ['5', '7'], '9'), isNamed: false, beyond: 2 },
  ])
  expect(root).toBe(idOf('7'))
  expect(hops).toHaveLength(2)
  expect(roots).toEqual([
    { nodeId: idOf('81'), routes: 1, hops: 4 },
    { nodeId: idOf('7'), routes: 2, hops: 2 },
    { nodeId: idOf('9'), routes: 0, hops: 5 },
    { nodeId: idOf('6'), routes: 0, hops: 3 },
    { nodeId: idOf('5'), routes: 0, hops: 1 },
  ])
})
