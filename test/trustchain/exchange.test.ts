// The exchange between two and more machines, in virtual time and through the codec.
import { describe, expect, it } from 'vitest'
import type { TrustchainMessage } from '../../trustchain/message.ts'
import { logOf, subjectKey } from './authoring.ts'
import { Pump, type PumpNode, signerOf, trust } from './pump.ts'

const headOf = (node: PumpNode, author: PumpNode) => node.machine.trustchains.head(author.id).seq

const notesOf = (node: PumpNode, note: string) =>
  node.notes.filter((candidate) => candidate.note === note)

describe('spreading', () => {
  it('pushes a rating to the neighbours and onwards', () => {
    const pump = new Pump()
    const [a, b, c] = [pump.add('a', 1), pump.add('b', 2), pump.add('c', 3)]
    pump.link(a, b)
    pump.link(b, c)
    pump.run(100)
    pump.rate(a, trust(b.signer.publicKey, 700_000))
    pump.run(100)
    expect(a.answers).toMatchObject([
      { ok: true, value: { seq: 1, value: 700_000, subject: b.id } },
    ])
    expect(headOf(c, a)).toBe(1)
    expect(notesOf(c, 'rated')).toMatchObject([{ latest: true, entry: { value: 700_000 } }])
    expect([...c.store.keys()]).toEqual([`entry/${a.id}/0000000001`])
  })

  it('persists before it answers and answers before it sends', () => {
    const pump = new Pump()
    const a = pump.add('a', 1)
    const b = pump.add('b', 2)
    pump.link(a, b)
    const command = trust(b.signer.publicKey, 1)
    const effects = a.machine.step({ on: 'command', id: 9, command }, 0)
    expect(effects.map((effect) => effect.do)).toEqual(['persist', 'notify', 'answer', 'send'])
  })

  it('does not send an entry back to where it came from', () => {
    const pump = new Pump()
    const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
    pump.link(a, b)
    pump.run(100)
    pump.transcript.length = 0
    pump.rate(a, trust(b.signer.publicKey, 1))
    pump.run(200)
    expect(pump.transcript).toEqual(['110 a>b entries news [1]'])
  })

  it('copies everything to a newcomer when it connects, whoever of the two begins', () => {
    for (const [early, late] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const pump = new Pump()
      const a = pump.add('a', early)
      for (let n = 0; n < 450; n++) pump.rate(a, trust(subjectKey(n % 50), n))
      const b = pump.add('b', late)
      pump.link(a, b)
      pump.run(300)
      expect(headOf(b, a)).toBe(450)
      expect(notesOf(b, 'misbehaved')).toEqual([])
    }
  })

  it('brings both sides of a healed partition together', () => {
    const pump = new Pump()
    const nodes = [1, 2, 3, 4].map((seed) => pump.add(`n${seed}`, seed))
    const [a, b, c, d] = nodes as [PumpNode, PumpNode, PumpNode, PumpNode]
    pump.link(a, b)
    pump.link(c, d)
    for (const node of nodes) pump.rate(node, trust(subjectKey(1), 10))
    pump.run(1_000)
    expect(headOf(a, c)).toBe(0)
    pump.link(b, c)
    pump.run(20_000)
    for (const node of nodes) for (const author of nodes) expect(headOf(node, author)).toBe(1)
  })

  it('repairs pushes that got lost by the digests', () => {
    const pump = new Pump()
    const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
    pump.link(a, b)
    pump.run(100)
    pump.filter = (_from, _to, message) =>
      message.say === 'entries' && message.answers === 0 ? undefined : message
    pump.rate(a, trust(subjectKey(1), 10))
    pump.run(100)
    expect(headOf(b, a)).toBe(0)
    pump.run(10_000)
    expect(headOf(b, a)).toBe(1)
  })

  it('asks for the gap when a push came without the one before it', () => {
    const pump = new Pump()
    const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
    pump.link(a, b)
    pump.run(100)
    pump.filter = () => undefined
    pump.rate(a, trust(subjectKey(1), 10))
    pump.rate(a, trust(subjectKey(2), 10))
    pump.filter = (_from, _to, message) => message
    pump.transcript.length = 0
    pump.rate(a, trust(subjectKey(3), 10))
    pump.run(100)
    expect(pump.transcript).toEqual([
      '110 a>b entries news [3]',
      '120 b>a range 1 [1-2]',
      '130 a>b entries answer 1 none [1,2]',
    ])
    expect(headOf(b, a)).toBe(3)
  })
})

describe('peers that misbehave', () => {
  it('a withheld tail shows: the head was quoted and the entries do not come', () => {
    const pump = new Pump()
    const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
    for (let n = 0; n < 5; n++) pump.rate(a, trust(subjectKey(n), n))
    pump.filter = (_from, _to, message) =>
      message.say === 'entries'
        ? { ...message, entries: message.entries.filter((entry) => entry.seq < 5) }
        : message
    pump.link(a, b)
    pump.run(200)
    expect(headOf(b, a)).toBe(4)
    expect(notesOf(b, 'misbehaved')).toEqual([{ note: 'misbehaved', peer: a.id, why: 'withheld' }])
    expect(b.machine.faultsOf(a.id)).toEqual({ withheld: 1 })
  })

  it('another source is asked when the first one withholds or is silent', () => {
    for (const silent of [false, true]) {
      const pump = new Pump()
      const [a, b, c] = [pump.add('a', 1), pump.add('b', 2), pump.add('c', 3)]
      for (let n = 0; n < 5; n++) pump.rate(a, trust(subjectKey(n), n))
      pump.link(a, c)
      pump.run(200)
      pump.filter = (from, to, message): TrustchainMessage | undefined => {
        if (from !== 'c' || to !== 'b' || message.say !== 'entries') return message
        return silent ? undefined : { ...message, entries: [] }
      }
      pump.link(c, b)
      pump.run(5)
      pump.link(a, b)
      pump.run(9_000)
      expect(headOf(b, a)).toBe(5)
    }
  })

  it('an entry with a false signature is dropped and blamed', () => {
    const pump = new Pump()
    const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
    pump.link(a, b)
    const [entry] = logOf(signerOf(3), 1)
    const forged = { ...entry!, signature: new Uint8Array(64) }
    pump.deliver(a.id, b, { say: 'entries', answers: 0, rest: 'none', entries: [forged] })
    expect(notesOf(b, 'misbehaved')).toMatchObject([{ why: 'invalid-entry' }])
    expect(b.store.size).toBe(0)
  })

  it('serves a greedy peer its share and no more', () => {
    const pump = new Pump()
    const a = pump.add('a', 1)
    for (let n = 0; n < 300; n++) pump.rate(a, trust(subjectKey(n % 50), n))
    const wanted = [{ author: a.id, from: 1, to: 300 }]
    const b = pump.add('b', 2)
    let served = 0
    let later = 0
    for (let request = 1; request <= 1_000; request++) {
      const message = { say: 'range', request, wanted, overlay: null } as const
      for (const effect of a.machine.step({ on: 'message', from: b.id, message }, 0)) {
        if (effect.do !== 'send' || effect.message.say !== 'entries') continue
        served += effect.message.entries.length
        if (effect.message.rest === 'later') later += 1
      }
    }
    expect(served).toBe(40_000)
    expect(later).toBeGreaterThan(700)
  })
})

describe('forks', () => {
  it('two histories of one key are found, proven and told to everybody', () => {
    const pump = new Pump()
    const [a, b, c] = [pump.add('a', 1), pump.add('b', 2), pump.add('c', 3)]
    pump.link(a, b)
    pump.link(b, c)
    const signer = signerOf(9)
    const log = logOf(signer, 6)
    const branch = logOf(signer, 9, ['social'], log.slice(0, 3), 500)
    const say = { say: 'entries', answers: 0, rest: 'none' } as const
    pump.deliver(b.id, a, { ...say, entries: log })
    pump.deliver(b.id, c, { ...say, entries: branch })
    pump.run(30_000)
    const author = log[0]!.authorId
    for (const node of [a, b, c]) {
      const chains = node.machine.trustchains
      expect(chains.forkOf(author)?.seq).toBe(4)
      expect(chains.head(author).seq).toBe(3)
      expect(node.store.has(`fork/${author}`)).toBe(true)
      expect(notesOf(node, 'forked').at(-1)).toMatchObject({ author, own: false })
      expect(notesOf(node, 'misbehaved')).toEqual([])
    }
    // Converged: the digests are the same again, so only digests travel.
    pump.transcript.length = 0
    pump.run(20_000)
    expect(pump.transcript.every((line) => line.endsWith('digest'))).toBe(true)
  })

  it('a key used in two places learns that it is forked and signs no more', () => {
    const pump = new Pump()
    const [a, b] = [pump.add('a', 1), pump.add('b', 2)]
    pump.link(a, b)
    pump.rate(a, trust(subjectKey(1), 10))
    pump.run(100)
    const other = logOf(a.signer, 1, ['social'], [], 77)
    pump.deliver(a.id, b, { say: 'entries', answers: 0, rest: 'none', entries: other })
    pump.run(100)
    expect(notesOf(a, 'forked')).toMatchObject([{ author: a.id, own: true }])
    pump.rate(a, trust(subjectKey(2), 10))
    expect(a.answers.at(-1)).toMatchObject({
      ok: false,
      code: 'trustchain/forked',
      facts: { seq: 1 },
    })
  })

  it('a restart remembers who is forked and what counts', () => {
    const pump = new Pump()
    const a = pump.add('a', 1)
    const log = logOf(signerOf(9), 6)
    const branch = logOf(signerOf(9), 5, ['social'], log.slice(0, 4), 500)
    const say = { say: 'entries', answers: 0, rest: 'none' } as const
    pump.deliver(a.id, a, { ...say, entries: log })
    pump.deliver(a.id, a, { ...say, entries: branch })
    const author = log[0]!.authorId
    expect(a.machine.trustchains.head(author).seq).toBe(4)
    pump.restart(a, new Map(a.store), 1)
    expect(a.machine.trustchains.head(author).seq).toBe(4)
    expect(a.machine.trustchains.forkOf(author)?.seq).toBe(5)
    expect(notesOf(a, 'damaged-store')).toEqual([])
  })
})

describe('own ratings', () => {
  it('refuses what it must not sign, each with its code', () => {
    const pump = new Pump()
    const a = pump.add('a', 1)
    const subject = subjectKey(1)
    const base = { command: 'rate', overlay: 'social', subject } as const
    pump.rate(a, trust(a.signer.publicKey, 1))
    pump.rate(a, trust(subject, 1_000_001))
    pump.rate(a, trust(subject, 1, 'So Cial'))
    pump.rate(a, { ...base, stars: 5.5, category: 'honesty' })
    pump.rate(a, { ...base, stars: 5, category: 'looks' as 'honesty' })
    pump.rate(a, { ...base, value: 0 as never, reason: 'ü'.repeat(129) })
    pump.rate(a, { ...base, value: 0 as never, reason: 'two\nlines' })
    expect(a.answers.map((answer) => !answer.ok && answer.code)).toEqual([
      'trust/own-id',
      'trust/out-of-range',
      'overlay/malformed-name',
      'trust/bad-stars',
      'trust/unknown-category',
      'trust/reason-too-long',
      'trust/reason-unprintable',
    ])
    expect(a.store.size).toBe(0)
  })

  it('stars stand beside trust and do not replace it', () => {
    const pump = new Pump()
    const a = pump.add('a', 1)
    const base = { command: 'rate', overlay: 'social', subject: subjectKey(1) } as const
    pump.rate(a, trust(subjectKey(1), 900_000))
    pump.rate(a, { ...base, stars: 2, category: 'performance' })
    pump.rate(a, { ...base, stars: 4.5, category: 'honesty' })
    const chains = a.machine.trustchains
    const subject = chains.at(a.id, 1)!.subjectId
    expect(chains.latest(a.id, 'social', subject)?.value).toBe(900_000)
    expect(chains.latest(a.id, 'social', subject, 'performance')?.value).toBe(-500_000)
    expect(chains.latest(a.id, 'social', subject, 'honesty')?.value).toBe(750_000)
    expect(chains.latestOf(a.id).map((entry) => entry.seq)).toEqual([1, 2, 3])
  })
})
