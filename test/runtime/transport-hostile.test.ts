// What hostile peers try over real sockets: lengths that lie, garbage, streams without end, floods.
// Each time: the process lives, the offender is cut and shut out, everybody else is served.
import { connect } from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { describe, expect, test } from 'vitest'
import { type NodeId, nodeIdOf, publicKeyOfPeerId } from '../../src/core/id.ts'
import { encodeFrames } from '../../src/runtime/transport/framing.ts'
import { libp2pKeyOf } from '../../src/runtime/transport/swarm.ts'
import {
  Company,
  eventually,
  numbered,
  numbersFrom,
  type Party,
  seedOf,
  upTo,
} from './transport-party.ts'

const overlay = '/trustnet/overlay/1.0.0'

/** A libp2p that keeps none of our rules. */
class Raw {
  readonly node: Libp2p
  readonly nodeId: NodeId

  constructor(node: Libp2p) {
    this.node = node
    this.nodeId = nodeIdOf(publicKeyOfPeerId(node.peerId.toString()))
  }

  static async create(n?: number): Promise<Raw> {
    const node = await createLibp2p({
      privateKey: n === undefined ? await generateKeyPair('Ed25519') : libp2pKeyOf(seedOf(n)),
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
    })
    return new Raw(node)
  }

  dial(party: Party): Promise<Connection> {
    return this.node.dial(multiaddr(party.address))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.node.stop()
  }
}

const closed = (connection: Connection): Promise<void> =>
  connection.status !== 'open'
    ? Promise.resolve()
    : new Promise((resolve) => connection.addEventListener('close', () => resolve()))

const open = (connection: Connection, protocol = overlay): Promise<Stream> =>
  connection.newStream(protocol, { maxOutboundStreams: 1_000 })

/** Cut, told as refused, refused again for a while; and another peer is still served. */
async function expectCut(company: Company, party: Party, raw: Raw, connection: Connection) {
  await Promise.all([party.untilTold(`dropped ${raw.nodeId} refused`), closed(connection)])
  const again = await raw.dial(party).catch(() => undefined)
  if (again !== undefined) await closed(again)
  expect(party.told.filter((what) => what === `connected ${raw.nodeId}`)).toHaveLength(1)
  const witness = await company.party(99)
  witness.send(party, numbered(5))
  await party.until('the witness is heard', () =>
    numbersFrom(party, witness, 'overlay').includes(5),
  )
}

describe('a peer that', () => {
  test.each([
    ['announces a message of 4 GiB', [0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['announces one byte too many', [0x81, 0x80, 0x10]],
    ['announces nothing', [0x00]],
    ['never ends a length', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80]],
    ['sends a good message, then a bad length', [0x01, 0x2a, 0xff, 0xff, 0xff, 0xff]],
  ])('%s is cut', async (_, bytes) => {
    await using company = new Company()
    const a = await company.party(1)
    await using raw = await Raw.create()
    const connection = await raw.dial(a)
    const stream = await open(connection)
    stream.send(Uint8Array.from(bytes))
    await expectCut(company, a, raw, connection)
    expect(a.heard.filter(({ from }) => from === raw.nodeId).length).toBeLessThanOrEqual(1)
  })

  test('opens a third stream of one protocol is cut', async () => {
    await using company = new Company()
    const a = await company.party(1)
    await using raw = await Raw.create()
    const connection = await raw.dial(a)
    for (let i = 0; i < 3; i++) await open(connection).catch(() => {})
    await expectCut(company, a, raw, connection)
  })

  test('floods is cut when its allowance is used up, and no message beyond is heard', async () => {
    await using company = new Company()
    const a = await company.party(1, { bounds: { inboundMessagesPerSecondMax: 100 } })
    await using raw = await Raw.create()
    const connection = await raw.dial(a)
    const stream = await open(connection)
    const burst = encodeFrames(upTo(10_000).map((i) => numbered(i, 8)))
    stream.send(burst)
    await expectCut(company, a, raw, connection)
    const heard = a.heard.filter(({ from }) => from === raw.nodeId).length
    expect(heard).toBeGreaterThanOrEqual(1_000)
    expect(heard).toBeLessThan(1_500)
  })

  test('keeps its allowance over a reconnection', async () => {
    await using company = new Company()
    const bounds = { inboundMessagesPerSecondMax: 10, shutOutMs: 0 }
    const a = await company.party(1, { bounds })
    await using raw = await Raw.create()
    for (const count of [90, 90]) {
      const connection = await raw.dial(a)
      const stream = await open(connection)
      stream.send(encodeFrames(upTo(count).map((i) => numbered(i, 8))))
      if (a.heard.length === 0) {
        await a.untilHeard(count)
        await connection.close()
        await a.untilTold(`dropped ${raw.nodeId} closed`)
      }
    }
    await a.untilTold(`dropped ${raw.nodeId} refused`)
    expect(a.heard.length).toBeLessThan(150)
  })

  test('leaves messages unfinished costs nobody else anything, and its stream may be taken up again', async () => {
    await using company = new Company()
    const a = await company.party(1)
    await using raw = await Raw.create()
    const connection = await raw.dial(a)
    const half = await open(connection)
    half.send(Uint8Array.of(0x80, 0x80, 0x10, 1, 2, 3))
    const b = await company.party(2)
    for (let i = 0; i < 100; i++) b.send(a, numbered(i))
    await a.untilHeard(100)
    expect(numbersFrom(a, b, 'overlay')).toEqual(upTo(100))
    half.send(new Uint8Array(262_141))
    await a.untilHeard(101)
    expect(a.heard[100]!.bytes.length).toBe(262_144)
    await connection.close()
    await a.untilTold(`dropped ${raw.nodeId} closed`)
  })

  test('opens and ends streams one after the other is served each time', async () => {
    await using company = new Company()
    const a = await company.party(1)
    await using raw = await Raw.create()
    const connection = await raw.dial(a)
    for (let i = 0; i < 20; i++) {
      const stream = await open(connection)
      if (i % 2 === 0) stream.send(encodeFrames([numbered(i)]))
      await stream.close()
      if (i % 2 === 0) await a.untilHeard(i / 2 + 1)
      await eventually(
        'the stream ended',
        () => a.transport.connections()[0]?.streams,
        (streams) => streams === 0,
      )
    }
    expect(a.told).toEqual([`connected ${raw.nodeId}`])
  })

  test('dribbles its message byte by byte is heard', async () => {
    await using company = new Company()
    const a = await company.party(1)
    await using raw = await Raw.create()
    const stream = await open(await raw.dial(a))
    for (const byte of encodeFrames([numbered(77, 500)])) {
      stream.send(Uint8Array.of(byte))
      await new Promise(setImmediate)
    }
    await a.untilHeard(1)
    expect(a.heard[0]!.bytes).toEqual(numbered(77, 500))
  })

  test('sends random bytes never breaks the process', async () => {
    await using company = new Company()
    const a = await company.party(1, { bounds: { shutOutMs: 0 } })
    let seed = 12_345
    const random = (): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return seed >>> 16
    }
    for (let i = 0; i < 30; i++) {
      await using raw = await Raw.create()
      const connection = await raw.dial(a)
      const stream = await open(connection).catch(() => undefined)
      stream?.send(Uint8Array.from({ length: random() % 5_000 }, random))
      if (i % 3 === 0) stream?.abort(new Error('enough'))
      if (i % 3 === 1) connection.abort(new Error('enough'))
    }
    const b = await company.party(2)
    b.send(a, numbered(3))
    await a.until('b is heard', () => numbersFrom(a, b, 'overlay').includes(3))
  })

  test('resets the stream that we send on is dropped, once', async () => {
    await using company = new Company()
    const a = await company.party(1)
    await using raw = await Raw.create(50)
    await raw.node.handle(overlay, (stream) => stream.abort(new Error('no')))
    await raw.dial(a)
    await a.untilTold(`connected ${raw.nodeId}`)
    for (let i = 0; i < 100; i++) a.send(raw.nodeId, numbered(i))
    await a.untilTold(`dropped ${raw.nodeId} closed`)
    expect(a.told).toHaveLength(2)
  })

  test('talks back on the stream that only we speak on is dropped', async () => {
    await using company = new Company()
    const a = await company.party(1)
    await using raw = await Raw.create()
    await raw.node.handle(overlay, (stream) => {
      stream.send(encodeFrames([numbered(1)]))
    })
    await raw.dial(a)
    await a.untilTold(`connected ${raw.nodeId}`)
    a.send(raw.nodeId, numbered(1))
    await a.untilTold(`dropped ${raw.nodeId} closed`)
    expect(a.heard).toEqual([])
  })

  test('speaks none of our protocols is dropped when something is sent to it', async () => {
    await using company = new Company()
    const a = await company.party(1)
    await using raw = await Raw.create()
    await raw.dial(a)
    await a.untilTold(`connected ${raw.nodeId}`)
    a.send(raw.nodeId, numbered(1))
    await a.untilTold(`dropped ${raw.nodeId} closed`)
  })

  test('dials many times at once gets a few connections and one link', async () => {
    await using company = new Company()
    const a = await company.party(1)
    await using raw = await Raw.create()
    const address = multiaddr(a.address)
    await Promise.allSettled(upTo(10).map(() => raw.node.dial(address, { force: true })))
    await Promise.allSettled(upTo(10).map(() => raw.node.dial(address, { force: true })))
    expect(a.transport.connections()).toHaveLength(1)
    expect(a.told.filter((what) => what.startsWith('connected'))).toHaveLength(1)
  })
})

test('bytes that are no libp2p at all never break the process', async () => {
  await using company = new Company()
  const a = await company.party(1)
  const port = Number(a.transport.addresses()[0]!.split('/').at(-1))
  const attempts = upTo(60).map(
    (i) =>
      new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(Uint8Array.from({ length: i * 50 }, (_, at) => (at * 31 + i) & 0xff))
          if (i % 3 === 0) socket.destroy()
          else socket.end()
        })
        socket.on('error', () => {})
        socket.on('close', () => resolve())
        socket.resume()
      }),
  )
  await Promise.all(attempts)
  const b = await company.party(2)
  b.send(a, numbered(3))
  await a.untilHeard(1)
  expect(a.told).toEqual([`connected ${b.nodeId}`])
})
