// The transport over real sockets on loopback: order, links that come and go, refusals,
// back-pressure, dial failures. What hostile peers try is in transport-hostile.test.ts.
import { createServer, type Server, type Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signerFrom } from '../../src/core/ed25519.ts'
import { peerIdOf } from '../../src/core/id.ts'
import { protocols } from '../../src/runtime/transport/link.ts'
import { libp2pKeyOf } from '../../src/runtime/transport/swarm.ts'
import { Company, idOf, keyOf, numbered, numbersFrom, upTo } from './transport-party.ts'

test('a seed gives libp2p the PeerId that its public key has in trustnet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
      const peerId = libp2pKeyOf(seed).publicKey.toString()
      expect(peerId).toBe(peerIdOf(signerFrom(seed).publicKey))
    }),
    { numRuns: 25 },
  )
})

describe('messages', () => {
  test('of three nodes, 10,000 from each to each, arrive in order', async () => {
    await using company = new Company()
    const parties = [await company.party(1), await company.party(2), await company.party(3)]
    for (let i = 0; i < 10_000; i++)
      for (const from of parties)
        for (const to of parties)
          if (to !== from) from.send(to, numbered(i), protocols[i % protocols.length]!)
    for (const party of parties) await party.untilHeard(20_000, 30_000)
    for (const party of parties)
      for (const from of parties) {
        if (from === party) continue
        for (const [lane, protocol] of protocols.entries())
          expect(numbersFrom(party, from, protocol)).toEqual(
            upTo(10_000).filter((i) => i % protocols.length === lane),
          )
        expect(party.told.filter((what) => what.startsWith('dropped'))).toEqual([])
      }
  })

  test('of every size up to the largest come whole', async () => {
    await using company = new Company()
    const [a, b] = [await company.party(1), await company.party(2)]
    const sizes = [4, 127, 128, 16_384, 65_536, 65_537, 262_143, 262_144]
    for (const size of sizes) a.send(b, numbered(size, size), 'trustchain')
    await b.untilHeard(sizes.length)
    expect(b.heard.map(({ bytes }) => bytes.length)).toEqual(sizes)
    expect(numbersFrom(b, a, 'trustchain')).toEqual(sizes)
  })

  test('too long to be sent are our own mistake and throw', async () => {
    await using company = new Company()
    const a = await company.party(1)
    expect(() => a.send(idOf(2), new Uint8Array(262_145))).toThrow(
      'a message has 1 to 262144 bytes',
    )
    expect(() => a.send(idOf(2), new Uint8Array(0))).toThrow('a message has 1 to 262144 bytes')
  })

  test('are neither lost nor doubled when both sides dial at once', async () => {
    for (let round = 0; round < 5; round++) {
      await using company = new Company()
      const [a, b] = [await company.party(1), await company.party(2)]
      for (let i = 0; i < 500; i++) {
        a.send(b, numbered(i))
        b.send(a, numbered(i))
      }
      await Promise.all([a.untilHeard(500), b.untilHeard(500)])
      expect(numbersFrom(a, b, 'overlay')).toEqual(upTo(500))
      expect(numbersFrom(b, a, 'overlay')).toEqual(upTo(500))
      expect(a.told).toEqual([`connected ${b.nodeId}`])
      expect(b.told).toEqual([`connected ${a.nodeId}`])
      expect(a.transport.connections().map(({ streams }) => streams)).toEqual([2])
    }
  })

  test('share one stream a protocol and direction, however many there are', async () => {
    await using company = new Company()
    const [a, b] = [await company.party(1), await company.party(2)]
    for (let i = 0; i < 100; i++) {
      for (const protocol of protocols) a.send(b, numbered(i), protocol)
      await b.untilHeard(protocols.length * (i + 1))
    }
    const [view] = a.transport.connections()
    expect(view).toMatchObject({
      nodeId: b.nodeId,
      direction: 'outbound',
      streams: protocols.length,
      queuedBytes: 0,
    })
    expect(b.transport.connections()).toMatchObject([
      { direction: 'inbound', streams: protocols.length },
    ])
    expect(Math.abs(view!.openedAt - Date.now())).toBeLessThan(30_000)
  })
})

describe('a link', () => {
  test('comes back after the other side was stopped and started at another port', async () => {
    await using company = new Company()
    const a = await company.party(1)
    const before = await company.party(2)
    a.send(before, numbered(1))
    await before.untilHeard(1)
    const [old] = before.transport.addresses()
    await before.transport.stop()
    await a.untilTold(`dropped ${before.nodeId} closed`)
    const after = await company.party(2)
    expect(after.transport.addresses()).not.toEqual([old])
    a.send(after, numbered(2))
    await after.untilHeard(1)
    expect(numbersFrom(after, a, 'overlay')).toEqual([2])
    expect(a.told).toEqual([
      `connected ${before.nodeId}`,
      `dropped ${before.nodeId} closed`,
      `connected ${before.nodeId}`,
    ])
  })

  test('is ended by disconnect, for both, after what was sent has left', async () => {
    await using company = new Company()
    const [a, b] = [await company.party(1), await company.party(2)]
    a.send(b, numbered(0))
    await b.untilHeard(1)
    for (let i = 1; i < 1_000; i++) a.send(b, numbered(i))
    await a.transport.disconnect(b.nodeId)
    await b.untilTold(`dropped ${a.nodeId} closed`)
    await a.untilTold(`dropped ${b.nodeId} closed`)
    expect(numbersFrom(b, a, 'overlay')).toEqual(upTo(1_000))
    expect(a.transport.connections()).toEqual([])
  })

  test('is told as connected before its first message, with key and address', async () => {
    await using company = new Company()
    const [a, b] = [await company.party(1), await company.party(2)]
    a.send(b, numbered(1))
    await b.untilHeard(1)
    expect(b.told).toEqual([`connected ${a.nodeId}`])
    expect(a.transport.connections()[0]!.remoteAddress).toBe(b.address)
  })
})

describe('a refused node', () => {
  test('is not dialled, and its dials are refused', async () => {
    await using company = new Company()
    const a = await company.party(1, { refuses: (node) => node === idOf(2) })
    const b = await company.party(2)
    a.send(b, numbered(1))
    await a.untilTold(`dropped ${b.nodeId} refused`)
    expect(b.told).toEqual([])
    b.send(a, numbered(1))
    await b.until('b is dropped', () => b.told.some((what) => what.startsWith('dropped')))
    expect(a.told).toEqual([`dropped ${b.nodeId} refused`])
    expect(a.heard).toEqual([])
    expect(a.transport.connections()).toEqual([])
  })

  test('is cut at once by disconnect when the refusal comes later', async () => {
    await using company = new Company()
    const refused = new Set<string>()
    const a = await company.party(1, { refuses: (node) => refused.has(node) })
    const b = await company.party(2)
    b.send(a, numbered(1))
    await a.untilHeard(1)
    refused.add(b.nodeId)
    await a.transport.disconnect(b.nodeId)
    await a.untilTold(`dropped ${b.nodeId} refused`)
    await b.untilTold(`dropped ${a.nodeId} closed`)
    expect(a.transport.connections()).toEqual([])
  })
})

describe('a peer that cannot be reached', () => {
  test('is told as such when nobody knows it, its port is closed, or its address is no address', async () => {
    await using company = new Company()
    const a = await company.party(1)
    const closed = await silentServer()
    closed.server.close()
    company.contacts.set(idOf(3), { publicKey: keyOf(3), addresses: [closed.address] })
    company.contacts.set(idOf(4), { publicKey: keyOf(4), addresses: ['nowhere', '/ip4/1.2'] })
    company.contacts.set(idOf(5), { publicKey: keyOf(5), addresses: [] })
    for (const n of [2, 3, 4, 5]) {
      a.send(idOf(n), numbered(1))
      await a.untilTold(`dropped ${idOf(n)} unreachable`, 2_000)
    }
    expect(a.told).toHaveLength(4)
  })

  test('is told as such in time when it never answers, then left alone until its address changes', async () => {
    await using company = new Company()
    const a = await company.party(1, { bounds: { dialTimeoutMs: 300, backOffMs: 60_000 } })
    const silent = await silentServer()
    company.contacts.set(idOf(2), { publicKey: keyOf(2), addresses: [silent.address] })
    const unreachable = `dropped ${idOf(2)} unreachable`
    const count = (): number => a.told.filter((what) => what === unreachable).length
    const from = performance.now()
    a.send(idOf(2), numbered(1))
    await a.until('dropped once', () => count() === 1, 3_000)
    expect(performance.now() - from).toBeLessThan(2_000)
    a.send(idOf(2), numbered(2))
    await a.until('dropped again, at once', () => count() === 2, 200)
    expect(silent.accepted).toHaveLength(1)
    const b = await company.party(2)
    a.send(b, numbered(3))
    await b.untilHeard(1)
    expect(numbersFrom(b, a, 'overlay')).toEqual([3])
    silent.server.close()
    for (const socket of silent.accepted) socket.destroy()
  })

  test('is one of few that are dialled at one time', async () => {
    await using company = new Company()
    const a = await company.party(1, { bounds: { dialTimeoutMs: 200, dialsMax: 4 } })
    const silent = await silentServer()
    let open = 0
    let most = 0
    silent.server.on('connection', (socket: Socket) => {
      open += 1
      most = Math.max(most, open)
      socket.on('close', () => {
        open -= 1
      })
    })
    const peers = upTo(24).map((i) => i + 10)
    for (const n of peers) {
      company.contacts.set(idOf(n), { publicKey: keyOf(n), addresses: [silent.address] })
      a.send(idOf(n), numbered(n))
    }
    await a.until('all are dropped', () => a.told.length === peers.length, 20_000)
    expect(new Set(a.told)).toEqual(new Set(peers.map((n) => `dropped ${idOf(n)} unreachable`)))
    // A socket given up may close a moment after its successor opens.
    expect(most).toBeLessThanOrEqual(8)
    silent.server.close()
  })

  test('is not mistaken for whoever else answers at its address', async () => {
    await using company = new Company()
    const [a, b] = [await company.party(1), await company.party(2)]
    company.contacts.set(idOf(3), { publicKey: keyOf(3), addresses: b.transport.addresses() })
    a.send(idOf(3), numbered(1))
    await a.untilTold(`dropped ${idOf(3)} unreachable`)
    expect(b.heard).toEqual([])
  })
})

/** A server that accepts and says nothing. */
async function silentServer(): Promise<{ server: Server; address: string; accepted: Socket[] }> {
  const accepted: Socket[] = []
  const server = createServer((socket) => {
    accepted.push(socket)
    socket.on('error', () => {})
    // Unread, a socket would not show that the other side closed it.
    socket.resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { server, address: `/ip4/127.0.0.1/tcp/${port}`, accepted }
}
