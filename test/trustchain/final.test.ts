// Entries that a finalized block brings into the exchange.
import { describe, expect, it } from 'vitest'
import type { VerifiedRating } from '../../trustchain/entry.ts'
import { signEntry } from '../../trustchain/verify.ts'
import { draftAfter, logOf, subjectKey } from './authoring.ts'
import { Pump, type PumpNode, signerOf, trust } from './pump.ts'

const final = (node: PumpNode, entries: readonly VerifiedRating[]) =>
  node.machine.step({ on: 'note', note: { note: 'final', entries } }, 0)

describe('entries of a finalized block', () => {
  it('are appended, stored and announced, and not pushed on: everybody has the block', () => {
    const pump = new Pump()
    const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
    pump.link(a, b)
    pump.run(100)
    const entries = logOf(signerOf(9), 3)
    const effects = final(a, entries)
    expect(effects.map((effect) => effect.do)).not.toContain('send')
    expect(effects.filter((effect) => effect.do === 'notify')).toHaveLength(3)
    expect(
      effects.flatMap((effect) => (effect.do === 'persist' ? effect.writes : [])),
    ).toHaveLength(3)
    expect(a.machine.trustchains.head(entries[0]!.authorId).seq).toBe(3)
  })

  it('that are held already change nothing', () => {
    const pump = new Pump()
    const a = pump.add('a', 1)
    pump.rate(a, trust(subjectKey(1), 10))
    const own = a.machine.trustchains.at(a.id, 1)!
    expect(final(a, [own])).toEqual([])
  })

  it('that contradict what is held prove the fork, and the proof goes to the neighbours', () => {
    const pump = new Pump()
    const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
    pump.link(a, b)
    pump.run(100)
    const author = signerOf(9)
    const log = logOf(author, 2)
    final(a, log)
    const other = signEntry(author, draftAfter(log.slice(0, 1), { subject: subjectKey(7) }))
    const effects = final(a, [other])
    expect(effects).toContainEqual(
      expect.objectContaining({ do: 'notify', note: expect.objectContaining({ note: 'forked' }) }),
    )
    expect(effects).toContainEqual(
      expect.objectContaining({
        do: 'send',
        message: expect.objectContaining({ say: 'fork-proof' }),
      }),
    )
  })

  it('with a hole before them wait for the ones that are missing', () => {
    const pump = new Pump()
    const a = pump.add('a', 1)
    const log = logOf(signerOf(9), 3)
    final(a, log.slice(1))
    expect(a.machine.trustchains.head(log[0]!.authorId).seq).toBe(0)
    final(a, log.slice(0, 1))
    expect(a.machine.trustchains.head(log[0]!.authorId).seq).toBe(3)
  })
})
