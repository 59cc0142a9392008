// A home restored from a backup must not fork itself.
import { describe, expect, it } from 'vitest'
import { subjectKey } from './authoring.ts'
import { Pump, type PumpNode, trust } from './pump.ts'

function ratedFiveWithBackupOfTwo(): {
  pump: Pump
  a: PumpNode
  b: PumpNode
  backup: Map<string, Uint8Array>
} {
  const pump = new Pump()
  const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
  pump.link(a, b)
  for (let n = 0; n < 2; n++) pump.rate(a, trust(subjectKey(n), n))
  const backup = new Map(a.store)
  for (let n = 2; n < 5; n++) pump.rate(a, trust(subjectKey(n), n))
  pump.run(200)
  a.answers.length = 0
  return { pump, a, b, backup }
}

describe('the first signature after a start', () => {
  it('of a restored backup waits for what the neighbours know, and does not fork', () => {
    const { pump, a, b, backup } = ratedFiveWithBackupOfTwo()
    pump.restart(a, backup, 1)
    pump.rate(a, trust(subjectKey(9), 9))
    expect(a.answers).toEqual([])
    pump.link(a, b)
    pump.run(500)
    expect(a.answers).toMatchObject([{ ok: true, value: { seq: 6 } }])
    expect(b.machine.trustchains.head(a.id).seq).toBe(6)
    expect([...a.notes, ...b.notes].filter((note) => note.note === 'forked')).toEqual([])
  })

  it('of an old key in an empty home is as safe', () => {
    const { pump, a, b } = ratedFiveWithBackupOfTwo()
    pump.restart(a, new Map(), 1)
    pump.rate(a, trust(subjectKey(9), 9))
    pump.link(a, b)
    pump.run(500)
    expect(a.answers).toMatchObject([{ ok: true, value: { seq: 6 } }])
  })

  it('waits out a lost answer, but not for good', () => {
    const { pump, a, b, backup } = ratedFiveWithBackupOfTwo()
    pump.filter = (from, _to, message) => (from === 'b' ? undefined : message)
    pump.restart(a, backup, 1)
    pump.rate(a, trust(subjectKey(9), 9))
    pump.link(a, b)
    pump.run(9_000)
    expect(a.answers).toEqual([])
    pump.run(4_000)
    expect(a.answers).toMatchObject([{ ok: true }])
  })

  it('of a node without neighbours leaves after the wait', () => {
    const pump = new Pump()
    const a = pump.add('a', 1, { freshKey: false })
    pump.rate(a, trust(subjectKey(1), 1))
    pump.run(1_900)
    expect(a.answers).toEqual([])
    pump.run(200)
    expect(a.answers).toMatchObject([{ ok: true, value: { seq: 1 } }])
  })

  it('is at once for a key made in this start', () => {
    const pump = new Pump()
    const a = pump.add('a', 1)
    pump.rate(a, trust(subjectKey(1), 1))
    expect(a.answers).toMatchObject([{ ok: true }])
  })

  it('is not held up for good by a neighbour that quotes a head nobody can serve', () => {
    const pump = new Pump()
    const [a, b] = [pump.add('a', 1, { freshKey: false }), pump.add('b', 2)]
    pump.filter = (from, _to, message) => {
      if (from !== 'b' || message.say !== 'own-head-answer') return message
      const head = { author: a.id, seq: 50, hash: 'ab'.repeat(32) as never, forkedAt: 0 }
      return { ...message, head }
    }
    pump.rate(a, trust(subjectKey(1), 1))
    pump.link(a, b)
    pump.run(1_000)
    expect(a.answers).toMatchObject([{ ok: true, value: { seq: 1 } }])
    expect(a.notes).toMatchObject([{ note: 'misbehaved', why: 'withheld' }, { note: 'rated' }])
  })

  it('keeps a bounded number of ratings waiting and says so', () => {
    const pump = new Pump()
    const a = pump.add('a', 1, { freshKey: false })
    for (let n = 0; n < 300; n++) pump.rate(a, trust(subjectKey(n % 50), n))
    expect(a.answers).toHaveLength(44)
    expect(a.answers[0]).toMatchObject({ ok: false, code: 'trustchain/busy' })
    pump.run(3_000)
    expect(a.answers.filter((answer) => answer.ok)).toHaveLength(256)
  })
})
