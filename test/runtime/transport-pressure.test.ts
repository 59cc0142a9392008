// Back-pressure on real links: a host without room stops reading, and a peer that does not read is dropped.
import { describe, expect, test } from 'vitest'
import { Company, numbered, numbersFrom, upTo } from './transport-party.ts'

describe('back-pressure', () => {
  test('stops reading until the host has room, and nothing is lost', async () => {
    await using company = new Company()
    const { promise: room, resolve: makeRoom } = Promise.withResolvers<void>()
    const b = await company.party(2, { room: () => (b.heard.length === 1 ? room : undefined) })
    const a = await company.party(1)
    const count = 3_000
    for (let i = 0; i < count; i++) a.send(b, numbered(i, 1_000))
    a.send(b, numbered(0), 'routing')
    // The other stream still flows while this one waits.
    await b.until('the other stream', () => numbersFrom(b, a, 'routing').length === 1)
    expect(numbersFrom(b, a, 'overlay')).toEqual([0])
    expect(a.transport.connections()[0]!.queuedBytes).toBeGreaterThan(500_000)
    makeRoom()
    await b.untilHeard(count + 1)
    expect(numbersFrom(b, a, 'overlay')).toEqual(upTo(count))
    expect(a.told).toEqual([`connected ${b.nodeId}`])
  })

  test('outlives a peer that goes while its stream is held back', async () => {
    await using company = new Company()
    const { promise: room, resolve: makeRoom } = Promise.withResolvers<void>()
    const b = await company.party(2, { room: () => room })
    const a = await company.party(1)
    for (let i = 0; i < 500; i++) a.send(b, numbered(i, 1_000))
    await b.untilHeard(1)
    await a.transport.stop()
    await b.untilTold(`dropped ${a.nodeId} closed`)
    // An error thrown here would end the process: vitest fails the run over it.
    makeRoom()
    await room
    const c = await company.party(3)
    c.send(b, numbered(7))
    await b.until('another peer is heard', () => numbersFrom(b, c, 'overlay').length === 1)
    expect(numbersFrom(b, c, 'overlay')).toEqual([7])
  })

  test('drops a peer that does not read, once its queue is full', async () => {
    await using company = new Company()
    const never = new Promise<void>(() => {})
    const b = await company.party(2, { room: () => never })
    const a = await company.party(1, { bounds: { outboundQueueBytesMax: 200_000 } })
    a.send(b, numbered(0))
    await b.untilHeard(1)
    let sent = 0
    while (!a.told.includes(`dropped ${b.nodeId} congested`) && sent < 5_000) {
      a.send(b, numbered(sent++, 1_000))
      expect(a.transport.connections()[0]?.queuedBytes ?? 0).toBeLessThanOrEqual(200_000)
      if (sent % 50 === 0) await new Promise(setImmediate)
    }
    expect(a.told).toEqual([`connected ${b.nodeId}`, `dropped ${b.nodeId} congested`])
    expect(a.transport.connections()).toEqual([])
    await b.untilTold(`dropped ${a.nodeId} closed`)
    expect(b.heard).toHaveLength(1)
  })
})
