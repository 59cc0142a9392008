// When a node computes its trusted tables: at the start, soon after ratings changed but not for each of
// them, with a new routing epoch; and from whose ratings.
import { beforeEach, describe, expect, test } from 'vitest'
import type { OwnTables } from '../../routing/trustnet/own-tables.ts'
import { hex } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import type { Effect } from '../../src/core/machine.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Trust } from '../../src/core/trust.ts'
import { TrustedRouting } from '../../src/node/trusted-routing.ts'
import { TrustBook } from '../../trustchain/graph/trust-book.ts'

const random = seededRandom(11)
const ids = Array.from({ length: 400 }, () => hex(random.bytes(16)) as NodeId)
const [self, friend, stranger] = ids as [NodeId, NodeId, NodeId]

let book: TrustBook
let found: OwnTables[]
let epoch: number
let routing: TrustedRouting

beforeEach(() => {
  book = new TrustBook(self)
  found = []
  epoch = 1
  routing = new TrustedRouting({
    ...{ self, book, overlays: ['social'], epoch: () => epoch, shared: undefined },
    found: (_overlay, tables) => found.push(tables),
  })
})

const rate = (author: NodeId, subject: NodeId): unknown =>
  book.rate('social', author, subject, 800_000 as Trust)

/** Does what is scheduled until something is scheduled later than `limit`; that delay. */
function run(effects: readonly Effect<never>[], now: number, limit = 100): number {
  for (let [effect] = effects; ; [effect] = routing.onTimer(now)) {
    if (effect?.do !== 'schedule') throw new Error('nothing is scheduled')
    if (effect.after > limit) return effect.after
  }
}

const listed = (): NodeId[] => found.at(-1)!.entries.map(({ id }) => id)

describe('the trusted tables of a node', () => {
  test('are computed at its start', () => {
    rate(self, friend)
    run(routing.start(0), 0)
    expect(listed()).toEqual([friend])
  })

  test('follow a rating within a second, and many ratings at once only together', () => {
    rate(self, friend)
    run(routing.start(0), 0)
    rate(friend, stranger)
    expect(routing.isSettled).toBe(true)
    const [first] = routing.changed(10_000)
    expect(first).toMatchObject({ do: 'schedule', timer: 'node/trusted', after: 500 })
    expect(routing.changed(10_001)).toEqual([])
    expect(routing.isSettled).toBe(false)
    run(routing.onTimer(10_500), 10_500)
    expect([found.length, routing.isSettled]).toEqual([2, true])
    expect(listed().toSorted()).toEqual([friend, stranger].toSorted())
    // And then not before three seconds have passed.
    expect(routing.changed(10_600)).toMatchObject([{ after: 2_900 }])
  })

  test('are drawn anew in a new epoch, and not before', () => {
    for (const id of ids) for (const to of random.shuffle(ids).slice(0, 10)) rate(id, to)
    const pause = run(routing.start(0), 0)
    const before = listed()
    run(routing.onTimer(pause), pause)
    expect(found.length).toBe(1)
    epoch = 2
    run(routing.onTimer(2 * pause), 2 * pause)
    expect(found.length).toBe(2)
    expect(listed()).not.toEqual(before)
  })

  test('take many steps, so that the node answers meanwhile', () => {
    for (const id of ids) for (const to of random.shuffle(ids).slice(0, 10)) rate(id, to)
    let steps = 1
    for (routing.start(0); found.length === 0; steps++) {
      expect(routing.isSettled).toBe(false)
      routing.onTimer(0)
    }
    expect(steps).toBeGreaterThan(8)
  })

  test('are not built on the word of whoever signed two histories', () => {
    rate(self, friend)
    rate(friend, stranger)
    book.freeze(friend)
    run(routing.start(0), 0)
    expect(listed()).toEqual([friend])
  })

  test('are another’s where a simulated network shares them', () => {
    const tables = { self } as OwnTables
    const shared = new TrustedRouting({
      ...{ self, book, overlays: ['social'], epoch: () => 1, shared: () => tables },
      found: (_overlay, one) => found.push(one),
    })
    expect(shared.start(0)).toEqual([])
    expect(shared.changed(0)).toEqual([])
    expect(found).toEqual([tables])
  })
})
