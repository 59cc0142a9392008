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

/** Rows of words, the next in turn first; those of peers 2 and 3 are outside the committee. */
class NaiveRoom {
  rows: { by: number; words: number[] }[] = []
  dropped = 0

  get waiting(): Set<number> {
    return new Set(this.rows.flatMap(({ words }) => words))
  }

  add(word: number, by: number, max: number, ofOthersMax: number): void {
    const row = this.rows.find((one) => one.by === by)
    if (row?.words.includes(word)) return
    const bytesOf = (words: number[]) => words.reduce((sum, w) => sum + `word ${w}`.length, 0)
    const others = this.rows.filter((one) => one.by >= 2).flatMap(({ words }) => words)
    const isFull = bytesOf([...(row?.words ?? []), word]) > max
    if (isFull || (by >= 2 && bytesOf([...others, word]) > ofOthersMax)) this.dropped++
    else if (row === undefined) this.rows.push({ by, words: [word] })
    else row.words.push(word)
  }

  #without(word: number): void {
    for (const row of this.rows) row.words = row.words.filter((one) => one !== word)
  }

  takeOut(word: number): boolean {
    const was = this.waiting.has(word)
    this.#without(word)
    if (this.waiting.size === 0) this.rows = []
    return was
  }

  take(max: number): number[] {
    const taken: number[] = []
    while (taken.length < max) {
      const row = this.rows.shift()
      if (row === undefined) break
      const words = row.words.slice(0, Math.min(guestsPerTurn, max - taken.length))
      taken.push(...words)
      this.rows.push(row)
      for (const word of words) this.#without(word)
      if (row.words.length === 0) this.rows.pop()
    }
    return taken
  }

  leave(by: number): void {
    this.rows = this.rows.filter((row) => row.by !== by)
  }
}

const anyDeed = fc.oneof(
  fc.record({ is: fc.constant('add'), n: fc.nat(60), by: fc.nat(3) } as const),
  fc.record({ is: fc.constant('leave'), n: fc.nat(60), by: fc.nat(3) } as const),
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
        const room = new WaitingRoom({ bytesPerPeerMax: 120, bytesOfOthersMax: 150 })
        const naive = new NaiveRoom()
        for (const { is, n, by } of deeds) {
          if (is === 'add') {
            room.add(wordOf(n), peerOf(by), by < 2)
            naive.add(n, by, 120, 150)
          } else if (is === 'leave') {
            room.leave(peerOf(by).id)
            naive.leave(by)
          } else if (is === 'take out') {
            const guest = room.takeOut(wordOf(n).hash)
            expect(guest !== undefined).toBe(naive.takeOut(n))
          } else {
            const words = room.take(n).map(({ transaction }) => utf8Text(transaction.bytes))
            expect(words).toEqual(naive.take(n).map((word) => `word ${word}`))
          }
          expect(room.size).toBe(naive.waiting.size)
          expect(room.dropped).toBe(naive.dropped)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps nobody waiting behind what another peer brought before it', () => {
    const room = new WaitingRoom()
    for (let n = 0; n < 200; n++) room.add(wordOf(n), peerOf(1), false)
    room.add(wordOf(199), peerOf(2), true)
    const taken = room.take(2 * guestsPerTurn).map(({ transaction }) => transaction.hash)
    expect(taken).toContain(wordOf(199).hash)
    room.leave(peerOf(1).id)
    expect(room.size).toBe(0)
  })

  it('is bounded for all peers together', () => {
    const room = new WaitingRoom({ bytesMax: 100 })
    for (let n = 0; n < 50; n++) room.add(wordOf(n), peerOf(n), true)
    expect(room.size).toBeLessThanOrEqual(100 / 'word 1'.length)
    expect(room.size + room.dropped).toBe(50)
    room.take(50)
    room.add(wordOf(99), peerOf(1), true)
    expect(room.size).toBe(1)
  })
})
