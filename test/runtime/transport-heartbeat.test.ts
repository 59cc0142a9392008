// Who is alive: a peer that TCP believes to be there and that says nothing is dropped, one that
// answers stays, one that refuses us is told from one that is gone, and cutting never throws.
import { connect, createServer, type Socket } from 'node:net'
import type { Connection } from '@libp2p/interface'
import { describe, expect, test } from 'vitest'
import { cut } from '../../src/runtime/transport/heartbeat.ts'
import { Company, numbered } from './transport-party.ts'

const bounds = { heartbeatMs: 50, heartbeatPatienceMs: 500 }

/** A relay on loopback that can fall silent without closing anything. */
async function relayTo(port: number): Promise<{ port: number; silence(): void; close(): void }> {
  const sockets: Socket[] = []
  const relay = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    sockets.push(near, far)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => {}).on('data', (chunk) => other.write(chunk))
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  return {
    port: (relay.address() as { port: number }).port,
    silence: () => {
      for (const socket of sockets) socket.removeAllListeners('data').pause()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      relay.close()
    },
  }
}

describe('the heartbeat', () => {
  test('drops a peer that has fallen silent, and keeps one that answers', async () => {
    await using company = new Company()
    const [a, b, c] = [
      await company.party(1, { bounds }),
      await company.party(2),
      await company.party(3),
    ]
    const relay = await relayTo(Number(/tcp\/(\d+)/.exec(b.address)![1]))
    const relayed = `/ip4/127.0.0.1/tcp/${relay.port}`
    company.contacts.set(b.nodeId, { publicKey: b.publicKey, addresses: [relayed] })
    for (const other of [b, c]) a.send(other, numbered(1))
    await a.untilTold(`connected ${b.nodeId}`)
    await a.untilTold(`connected ${c.nodeId}`)
    relay.silence()
    await a.untilTold(`dropped ${b.nodeId} closed`)
    expect(a.told).not.toContain(`dropped ${c.nodeId} closed`)
    relay.close()
  })

  test('cuts a connection even when its multiplexer cannot say goodbye any more', () => {
    const did: string[] = []
    const halfClosed = {
      abort: () => {
        did.push('abort')
        if (did.length === 1) throw new Error('Cannot write to a stream that is closed')
      },
    } as unknown as Connection
    expect(() => cut(halfClosed, 'no answer')).not.toThrow()
    expect(did).toEqual(['abort', 'abort'])
  })
})

describe('a peer that cuts us and refuses our dials', () => {
  test('is told as refusing, not as unreachable, so that it keeps its place in the ring', async () => {
    await using company = new Company()
    const refused = new Set<string>()
    const a = await company.party(1, { refuses: (node) => refused.has(node) })
    const b = await company.party(2)
    b.send(a, numbered(1))
    await a.untilHeard(1)
    refused.add(b.nodeId)
    await a.transport.disconnect(b.nodeId)
    await b.untilTold(`dropped ${a.nodeId} closed`)
    const refusal = `dropped ${a.nodeId} refused`
    for (let dial = 0; dial < 4 && !b.told.includes(refusal); dial++) {
      const before = b.told.length
      b.send(a, numbered(2))
      await b.until('an answer to the dial', () => b.told.length > before)
    }
    expect(b.told).toContain(refusal)
    expect(b.told).not.toContain(`dropped ${a.nodeId} unreachable`)
    // Once it is really gone, it is unreachable.
    await a.transport.stop()
    const gone = `dropped ${a.nodeId} unreachable`
    for (let dial = 0; dial < 200 && !b.told.includes(gone); dial++) {
      const before = b.told.length
      b.send(a, numbered(3))
      await b.until('an answer to the dial', () => b.told.length > before)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    expect(b.told).toContain(gone)
  })
})
