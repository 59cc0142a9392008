// The score of peers that break rules: what leads to a cut, for how long, and that nothing piles up.
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import {
  forgivenAfterMs,
  Offences,
  offendersMax,
  shutOutMs,
  shutOutMsMax,
} from '../../src/node/offences.ts'

const id = (n: number): NodeId => String(n).padStart(32, '0') as NodeId
const peer = id(1)
const second = 1_000

/** Commits so many faults at one moment; how many it took to be cut off. */
const untilCut = (offences: Offences, now: number, most = 5_000): number => {
  for (let count = 1; count <= most; count++)
    if (offences.committed(peer, 'invalid-vote', now)) return count
  return Number.POSITIVE_INFINITY
}

describe('offences', () => {
  test('ten proven faults cut a peer off for a minute, then for longer each time', () => {
    const offences = new Offences()
    let now = 0
    for (let time = 0; time < 8; time++) {
      expect(untilCut(offences, now)).toBe(10)
      const span = Math.min(shutOutMsMax, shutOutMs * 2 ** time)
      expect(offences.shutsOut(peer, now + span - 1)).toBe(true)
      expect(offences.shutsOut(peer, now + span)).toBe(false)
      // What still comes in while it is shut out counts nothing.
      expect(offences.committed(peer, 'invalid-vote', now + 1)).toBe(false)
      now += span
    }
    now += forgivenAfterMs
    untilCut(offences, now)
    expect(offences.shutsOut(peer, now + shutOutMs)).toBe(false)
  })

  test('a slow peer is never cut off, nor one with a proven fault a day', () => {
    const offences = new Offences()
    for (let now = 0; now < 86_400 * second; now += 2 * second)
      expect(offences.committed(peer, 'silent', now)).toBe(false)
    for (let day = 1; day < 100; day++)
      expect(offences.committed(peer, 'invalid-block', day * forgivenAfterMs)).toBe(false)
  })

  test('a burst beyond the share passes, a flood does not', () => {
    const offences = new Offences()
    for (let i = 0; i < 500; i++) expect(offences.committed(peer, 'flooding', 0)).toBe(false)
    let cut = false
    for (let i = 0; i < 600 && !cut; i++) cut = offences.committed(peer, 'flooding', second)
    expect(cut).toBe(true)
  })

  test('of many keys only the latest are remembered', () => {
    const offences = new Offences()
    for (let n = 0; n < 3 * offendersMax; n++) offences.committed(id(n), 'unasked', n)
    expect(offences.size).toBe(offendersMax)
  })

  test('a clock that was set back a year shuts nobody out for a year', () => {
    const offences = new Offences()
    untilCut(offences, 400 * forgivenAfterMs)
    expect(offences.shutsOut(peer, 35 * forgivenAfterMs)).toBe(false)
  })
})
