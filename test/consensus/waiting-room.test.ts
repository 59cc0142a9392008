// Transactions of peers wait their turn: none is looked at twice, no peer keeps another waiting for
// long, and what a block needs comes at once.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { transactionOf } from '../../consensus/block.ts'
import type { Peer } from '../../consensus/peers.ts'
import { Peers } from '../../consensus/peers.ts'
import { guestsPerTurn, WaitingRoom } from '../../consensus/waiting-room.ts'
import { utf8, utf8Text } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'

const peers = new Peers()
const peerOf = (n: number): Peer =>
  peers.connected(n.toString(16).padStart(32, '0') as NodeId, 0) ??
  peers.get(n.toString(16).padStart(32, '0') as NodeId)!
const wordOf = (n: number) => transactionOf(utf8(`word ${n}`))

/** Rows of words, the next in turn first. */
class NaiveRoom {
  rows: { by: number; words: number[] }[] = []
  dropped = 0

  get waiting(): number[] {
    return this.rows.flatMap(({ words }) => words)
  }

  add(word: number, by: number, max: number): void {
    if (this.waiting.includes(word)) return
    const row = this.rows.find((one) => one.by === by)
    const bytes = (row?.words ?? []).reduce((sum, one) => sum + `word ${one}`.length, 0)
    if (bytes + `word ${word}`.length > max) this.dropped++
    else if (row === undefined) this.rows.push({ by, words: [word] })
    else row.words.push(word)
  }

  takeOut(word: number): boolean {
    const row = this.rows.find(({ words }) => words.includes(word))
    if (row !== undefined) row.words = row.words.filter((one) => one !== word)
    return row !== undefined
  }

  take(max: number): number[] {
    const taken: number[] = []
    while (taken.length < max) {
      const row = this.rows.shift()
      if (row === undefined) break
      taken.push(...row.words.splice(0, Math.min(guestsPerTurn, max - taken.length)))
      if (row.words.length > 0) this.rows.push(row)
    }
    return taken
  }
}

const anyDeed = fc.oneof(
  fc.record({ is: fc.constant('add'), n: fc.nat(60), by: fc.nat(3) } as const),
  fc.record({ is: fc.constant('take out'), n: fc.nat(60), by: fc.nat(3) } as const),
  fc.record({
    is: fc.constant('take'),
    n: fc.integer({ min: 1, max: 40 }),
    by: fc.nat(3),
  } as const),
)

describe('the waiting room', () => {
  it('does as a naive one does', () => {
    fc.assert(
      fc.property(fc.array(anyDeed, { maxLength: 200 }), (deeds) => {
        const room = new WaitingRoom({ bytesPerPeerMax: 120 })
        const naive = new NaiveRoom()
        for (const { is, n, by } of deeds) {
          if (is === 'add') {
            room.add(wordOf(n), peerOf(by))
            naive.add(n, by, 120)
          } else if (is === 'take out') {
            const guest = room.takeOut(wordOf(n).hash)
            expect(guest !== undefined).toBe(naive.takeOut(n))
          } else {
            const words = room.take(n).map(({ transaction }) => utf8Text(transaction.bytes))
            expect(words).toEqual(naive.take(n).map((word) => `word ${word}`))
          }
          expect(room.size).toBe(naive.waiting.length)
          expect(room.dropped).toBe(naive.dropped)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('is bounded for all peers together', () => {
    const room = new WaitingRoom({ bytesMax: 100 })
    for (let n = 0; n < 50; n++) room.add(wordOf(n), peerOf(n))
    expect(room.size).toBeLessThanOrEqual(100 / 'word 1'.length)
    expect(room.size + room.dropped).toBe(50)
    room.take(50)
    room.add(wordOf(99), peerOf(1))
    expect(room.size).toBe(1)
  })
})
