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

/** Routes from number 0 on, each over a friend of the origin. */
const askedOver = (...friends: readonly string[]) => ({
  ...{ self: idOf('1'), key, overlay: 'social', ms: 5 },
  voters: new Map(friends.map((friend, route) => [route, idOf(friend)])),
})

it('the hops of a root are those of the shortest way to it, not of the way to whom the answer names', () => {
  const asked = askedOver('a', 'b', 'c', 'd')
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
    { nodeId: idOf('81'), routes: 1, friends: 1, hops: 4 },
    { nodeId: idOf('7'), routes: 2, friends: 2, hops: 2 },
    { nodeId: idOf('9'), routes: 0, friends: 0, hops: 5 },
    { nodeId: idOf('6'), routes: 0, friends: 0, hops: 3 },
    { nodeId: idOf('5'), routes: 0, friends: 0, hops: 1 },
  ])
})

it.each<[string, readonly string[], readonly string[], string]>([
  ['of two friends both must name it', ['a', 'b'], ['7', '7', '81'], '7'],
  [
    'one fooled friend has one voice, whatever goes over it',
    ['a', 'b', 'c', 'b'],
    ['7', '81', '7', '81'],
    '7',
  ],
  ['a plain route beside them has none', ['a', 'b', 'c', 'd'], ['7', '81', '7', '6', '81'], '7'],
  ['two of four are enough', ['a', 'b', 'c', 'd'], ['7', '81', '6', '81'], '81'],
  [
    'six of sixteen are, and five are not',
    [...'23456789abcdef01'],
    [...'7777777', ...Array(5).fill('81'), ...'cccc'],
    '7',
  ],
  [
    'three of eight who answered are: the silent have no say',
    [...'23456789abcdef01'],
    [...'777', '81', '81', ...'cde'],
    '7',
  ],
  [
    'where nobody has enough, the nearest of the most named is, not one voice',
    [...'23456789'],
    ['7', '7', '81', ...'cdefb'],
    '7',
  ],
  ['a single friend is believed', ['a', 'a', 'a', 'a'], ['81', '7', '7', '7'], '81'],
  [
    'where they disagree the nearest that one named counts, not a stranger',
    ['a', 'b'],
    ['7', '6', '81'],
    '7',
  ],
  ['without trusted routes each has a voice', [], ['7', '81', '7'], '81'],
])('of those who name a root %s', (_claim, friends, named, root) => {
  const found = named.map((node, attempt) => wayOver(attempt, [node], node))
  const answer = lookupAnswer(askedOver(...friends), found)
  const voices = new Set(friends.filter((_, route) => named[route] === root)).size
  expect(answer.roots.find(({ nodeId }) => nodeId === answer.root)).toMatchObject({
    friends: voices,
  })
  expect(answer).toMatchObject({ root: idOf(root), answered: named.length })
  expect(answer.agreeing).toBe(named.filter((node) => node === root).length)
})
