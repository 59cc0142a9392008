// What the answer of a lookup is worth to a put.
import { expect, test } from 'vitest'
import type { LookupAnswer, ProvenRoot } from '../../routing/message.ts'
import type { RingKey } from '../../src/core/id.ts'
import { lookupFor, routedFor } from '../../src/node/values-routes.ts'
import { peers } from './some-values.ts'

const [one, two] = peers.map(({ id }) => id)
const { id, command } = lookupFor(7, '0'.repeat(32) as RingKey, 'social')

const answered = (roots: readonly ProvenRoot[]) =>
  routedFor(id, { ok: true, value: { roots } as LookupAnswer })

test('whom routes over several friends name is vouched for, and nobody for the number of routes', () => {
  expect(command.routes).toBeGreaterThan(2)
  // Four routes over one friend and a global one, and two over two friends.
  const roots = [
    { nodeId: one!, routes: 5, friends: 1, hops: 2 },
    { nodeId: two!, routes: 2, friends: 2, hops: 3 },
  ]
  expect(answered(roots)).toEqual({
    ...{ note: 'routed', ask: 7 },
    roots: [
      { nodeId: one, vouched: false },
      { nodeId: two, vouched: true },
    ],
  })
  // By the global tables alone.
  const global = [{ nodeId: one!, routes: 8, friends: 0, hops: 2 }]
  expect(answered(global)?.roots).toEqual([{ nodeId: one, vouched: false }])
})

test('a failed lookup names nobody, and the answers of others are not taken', () => {
  const failed = { ok: false, code: 'route/busy', facts: { max: 1 } } as const
  expect(routedFor(id, failed)).toEqual({ note: 'routed', ask: 7, roots: [] })
  expect(routedFor(7, failed)).toBeUndefined()
})
