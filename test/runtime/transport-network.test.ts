// What a transport does beside carrying messages: serve and fetch a genesis, find peers through
// Kademlia, and end so that nothing of it is left.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import { cannotListen } from '../../src/runtime/transport/cannot-listen.ts'
import { fetchGenesis } from '../../src/runtime/transport/genesis.ts'
import {
  Company,
  eventually,
  idOf,
  keyOf,
  numbered,
  numbersFrom,
  peerIdTextOf,
  upTo,
} from './transport-party.ts'

describe('a genesis', () => {
  test.each([1, 1_000, 262_144])('of %i bytes is fetched as it is', async (length) => {
    await using company = new Company()
    const genesis = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff)
    const a = await company.party(1, { genesis })
    expect(Buffer.from(await fetchGenesis(a.address)).equals(genesis)).toBe(true)
  })

  test('reaches a passer-by whom the node greets, although it speaks no protocol of a node', async () => {
    await using company = new Company()
    const genesis = new Uint8Array(262_144)
    const a = await company.party(1, { genesis })
    for (let time = 1; time <= 5; time++) {
      const fetched = fetchGenesis(a.address)
      const met = (): string[] => a.told.filter((what) => what.startsWith('connected'))
      await a.until('the passer-by is connected', () => met().length === time)
      const passer = met().at(-1)!.split(' ')[1] as NodeId
      a.send(passer, numbered(1))
      expect((await fetched).length).toBe(genesis.length)
      await a.untilTold(`dropped ${passer} closed`)
    }
  })

  test('too long to serve is refused at the start', async () => {
    await using company = new Company()
    await expect(company.party(1, { genesis: new Uint8Array(262_145) })).rejects.toMatchObject({
      code: 'transport/genesis-too-long',
    })
  })

  test('longer than the joiner takes is given up', async () => {
    await using company = new Company()
    const a = await company.party(1, { genesis: new Uint8Array(200_000) })
    await expect(fetchGenesis(a.address, { bytesMax: 100_000 })).rejects.toThrow(
      'a message of over 100000 bytes was announced',
    )
  })

  test('that nobody serves is a failure that says so, in time', async () => {
    await using company = new Company()
    const a = await company.party(1)
    await expect(fetchGenesis(a.address)).rejects.toMatchObject({ code: 'transport/no-genesis' })
    const other = a.address.replace(a.transport.peerId, peerIdTextOf(2))
    await expect(fetchGenesis(other)).rejects.toMatchObject({ code: 'transport/no-genesis' })
    const silent = createServer((socket) => socket.on('error', () => {}).resume())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const from = performance.now()
    const address = `/ip4/127.0.0.1/tcp/${port}/p2p/${peerIdTextOf(2)}`
    await expect(fetchGenesis(address, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'transport/no-genesis',
    })
    expect(performance.now() - from).toBeLessThan(2_000)
    silent.close()
  })

  test.each([
    '',
    'x',
    '/ip4/127.0.0.1/tcp/4001',
    '/ip4/127.0.0.1/tcp/4001/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
  ])('is not looked for at "%s"', async (address) => {
    await expect(fetchGenesis(address)).rejects.toMatchObject({
      code: 'transport/malformed-address',
    })
  })
})

describe('Kademlia', () => {
  test('leads to a peer whose addresses nobody told', async () => {
    await using company = new Company()
    const [a, b, c] = [await company.party(1), await company.party(2), await company.party(3)]
    a.send(b, numbered(1))
    c.send(b, numbered(1))
    await b.untilHeard(2)
    company.contacts.set(c.nodeId, { publicKey: c.publicKey, addresses: [] })
    // b learns what c speaks by identify; until then nobody can know.
    await eventually(
      'a hears of c',
      async () => (await a.transport.closestPeers('some key')).map(({ peerId }) => peerId),
      (peerIds) => peerIds.includes(c.transport.peerId),
    )
    a.send(c, numbered(7))
    await c.untilHeard(1)
    expect(numbersFrom(c, a, 'overlay')).toEqual([7])
  })

  test('names the peers nearest to a key', async () => {
    await using company = new Company()
    const a = await company.party(1)
    const others = await Promise.all(upTo(6).map((i) => company.party(i + 2)))
    for (const other of others) other.send(a, numbered(1))
    await a.untilHeard(others.length)
    const found = await eventually(
      'six peers',
      async () => (await a.transport.closestPeers('some key')).map(({ peerId }) => peerId),
      (peerIds) => peerIds.length === 6,
    )
    expect(new Set(found)).toEqual(new Set(others.map((other) => other.transport.peerId)))
  })

  test('answers a lonely node at once', async () => {
    await using company = new Company()
    const a = await company.party(1)
    expect(await a.transport.closestPeers(utf8('key'), AbortSignal.timeout(1_000))).toEqual([])
  })
})

describe('an address that cannot be listened on is a failure that says why in a sentence', () => {
  const failing = async (listen: readonly string[], company: Company) => {
    const error = await company.party(2, { listen }).catch((error: Error) => error)
    expect(error).toMatchObject({ code: 'transport/cannot-listen' })
    return (error as Error).message
  }
  const advice = ': give another address with --listen, or mend that first.'

  test('taken, or of another machine', async () => {
    await using company = new Company()
    const a = await company.party(1)
    const [taken = ''] = a.transport.addresses().map((address) => address.replace(/\/p2p.*/, ''))
    expect(await failing([taken], company)).toBe(
      `Cannot listen on ${taken} (another program listens there)${advice}`,
    )
    const foreign = '/ip4/192.0.2.7/tcp/4001'
    expect(await failing([foreign], company)).toBe(
      `Cannot listen on ${foreign} (this machine has no such address)${advice}`,
    )
    expect(await failing([taken, '/ip4/127.0.0.1/tcp/0', foreign], company)).toContain(
      `(${taken}: another program listens there; ${foreign}: this machine has no such address)`,
    )
  })

  test('without a stack trace of what nobody knows the code of', () => {
    const said = 'Some failed:\n\n  /memory/1: TypeError: no such thing\n      at listen (x.js:1)\n'
    const { message } = cannotListen(['/memory/1'], new Error(said))
    expect(message).toBe(`Cannot listen on /memory/1 (TypeError: no such thing)${advice}`)
    expect(cannotListen(['x'], new Error('it is none\n at x')).message).toContain('(it is none)')
  })
})

describe('stopping', () => {
  test('lets what was sent leave first, and may be asked for twice', async () => {
    await using company = new Company()
    const [a, b] = [await company.party(1), await company.party(2)]
    a.send(b, numbered(0))
    await b.untilHeard(1)
    for (let i = 1; i < 2_000; i++) a.send(b, numbered(i, 500))
    await Promise.all([a.transport.stop(), a.transport.stop()])
    await b.untilHeard(2_000)
    expect(numbersFrom(b, a, 'overlay')).toEqual(upTo(2_000))
    a.send(b, numbered(1))
    expect(a.told).toEqual([`connected ${b.nodeId}`])
  })

  test('does not wait for dials that nobody answers', async () => {
    await using company = new Company()
    const a = await company.party(1)
    const silent = createServer((socket) => socket.on('error', () => {}).resume())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const addresses = [`/ip4/127.0.0.1/tcp/${port}`]
    company.contacts.set(idOf(2), { publicKey: keyOf(2), addresses })
    const accepted = new Promise((resolve) => silent.once('connection', resolve))
    a.send(idOf(2), numbered(1))
    await accepted
    const from = performance.now()
    await a.transport.stop()
    expect(performance.now() - from).toBeLessThan(2_000)
    silent.close()
  })

  test('frees the port and lets the process end by itself', async () => {
    await using company = new Company()
    const script = join(import.meta.dirname, 'transport-leaver.ts')
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (data) => {
      said += data
    })
    let stoppedAt = 0
    child.stdout.once('data', () => {
      stoppedAt = performance.now()
    })
    const code = await new Promise((resolve) => child.once('exit', resolve))
    expect(code).toBe(0)
    expect(performance.now() - stoppedAt).toBeLessThan(3_000)
    const { listened } = JSON.parse(said) as { listened: string[] }
    await company.party(1, { listen: listened })
  })
})
