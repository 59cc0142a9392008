// A relay of one place over real libp2p on loopback: who gets the place, who takes it over, who is
// refused, and what is left of a circuit when the relay ends.
import { noise } from '@chainsafe/libp2p-noise'
import { type CircuitRelayServerComponents, RELAY_V2_HOP_CODEC } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p, PeerId } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { Identities } from '../../src/runtime/transport/identities.ts'
import { CircuitPlaces } from '../../src/runtime/transport/nat/circuit-places.ts'
import { RelayServer } from '../../src/runtime/transport/nat/relay-server.ts'
import { libp2pKeyOf } from '../../src/runtime/transport/swarm.ts'
import { eventually, idOf, seedOf } from '../runtime/transport-party.ts'

const parts = {
  ...{ connectionEncrypters: [noise()], streamMuxers: [yamux()] },
  connectionMonitor: { enabled: false },
}
const started: Libp2p[] = []
const trusts = new Map<NodeId, number>()
const barred = new Set<NodeId>()
let relay: Libp2p
let server: RelayServer

beforeEach(async () => {
  trusts.clear()
  barred.clear()
  const swarm = await createLibp2p({
    ...parts,
    privateKey: libp2pKeyOf(seedOf(9)),
    transports: [tcp()],
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    connectionGater: {
      denyInboundRelayReservation: (peer) =>
        server.gater.denyInboundRelayReservation?.(peer) ?? true,
      denyOutboundRelayedConnection: (from, to) =>
        server.gater.denyOutboundRelayedConnection?.(from, to) ?? true,
    },
    services: {
      identify: identify(),
      server: (components: CircuitRelayServerComponents) => {
        const ports = {
          ...{ identities: new Identities(), refuses: (node: NodeId) => barred.has(node) },
          trust: (node: NodeId) => trusts.get(node) ?? 0,
        }
        server = new RelayServer(components, ports, 1, 2)
        return server
      },
    },
  })
  relay = swarm
  started.push(relay)
  await server.serve(true)
})

afterEach(() => Promise.all(started.splice(0).map((node) => node.stop())))

/** A peer that is connected with the relay; `reserve` asks for the place, `release` leaves it. */
async function peer(n: number) {
  const places = new CircuitPlaces()
  const node = await createLibp2p({
    ...parts,
    privateKey: libp2pKeyOf(seedOf(n)),
    transports: [tcp(), places.transport],
    services: { identify: identify(), ping: ping() },
  })
  started.push(node)
  await node.dial(relay.getMultiaddrs())
  return {
    ...{ node, places },
    reserve: () => places.reserve(relay.peerId),
    release: () => places.release(relay.peerId),
  }
}

/** The way through the relay to a peer. */
const through = (holder: Libp2p): Multiaddr =>
  multiaddr(`${relay.getMultiaddrs()[0]}/p2p-circuit/p2p/${holder.peerId}`)

test('the place goes to whoever comes first, then only to whoever is trusted more', async () => {
  trusts.set(idOf(3), 5)
  const [first, stranger, friend] = [await peer(1), await peer(2), await peer(3)]
  await first.reserve()
  await expect(stranger.reserve()).rejects.toThrow('PERMISSION_DENIED')
  const cut = new Promise((resolve) => first.node.addEventListener('peer:disconnect', resolve))
  await friend.reserve()
  await cut
  await expect(stranger.reserve()).rejects.toThrow()
})

test('nobody who is refused gets the place, or a circuit to it', async () => {
  const [holder, enemy, friend] = [await peer(1), await peer(2), await peer(3)]
  barred.add(idOf(2))
  await expect(enemy.reserve()).rejects.toThrow()
  await holder.reserve()
  await expect(enemy.node.dial(through(holder.node))).rejects.toThrow()
  const circuit = await friend.node.dial(through(holder.node))
  expect(circuit.limits).toBeDefined()
  const ended = new Promise((resolve) => circuit.addEventListener('close', resolve))
  // Else the holder would go on to name a relay that lets nobody through.
  const told = new Promise((resolve) => holder.places.onLost(resolve, new AbortController().signal))
  await server.serve(false)
  await Promise.all([ended, told])
  expect(relay.getProtocols()).not.toContain(RELAY_V2_HOP_CODEC)
})

test('the place of one that left is free again', async () => {
  const [first, second] = [await peer(1), await peer(2)]
  await first.reserve()
  const left = new Promise((resolve) => relay.addEventListener('peer:disconnect', resolve))
  await first.node.stop()
  await left
  await second.reserve()
})

test('circuits to one holder go by trust when there are as many as it may have', async () => {
  trusts.set(idOf(4), 5)
  const [holder, friend] = [await peer(1), await peer(4)]
  const [first, second, late] = [await peer(2), await peer(3), await peer(5)]
  await holder.reserve()
  const circuits = [await first.node.dial(through(holder.node))]
  circuits.push(await second.node.dial(through(holder.node)))
  await expect(late.node.dial(through(holder.node))).rejects.toThrow()
  const ended = Promise.race(
    circuits.map((circuit) => new Promise((resolve) => circuit.addEventListener('close', resolve))),
  )
  const circuit = await friend.node.dial(through(holder.node))
  await ended
  expect(circuits.filter(({ status }) => status === 'open')).toHaveLength(1)
  expect(circuit.status).toBe('open')
  // What is over makes room.
  await circuit.close()
  await eventually(
    'there is room again',
    () => late.node.dial(through(holder.node)).then(Boolean, () => false),
    Boolean,
  )
})

test('a place that was left is not asked for again, and lets in who comes through it still', async () => {
  const [holder, caller] = [await peer(1), await peer(2)]
  await holder.reserve()
  holder.release()
  const asked = new Set<string>()
  const denies = server.gater.denyInboundRelayReservation!
  Object.assign(server.gater, {
    denyInboundRelayReservation: (who: PeerId) => {
      asked.add(who.toString())
      return denies(who)
    },
  })
  const circuit = await caller.node.dial(through(holder.node))
  expect(circuit.limits).toBeDefined()
  expect([...asked]).toEqual([])
  await holder.reserve()
  expect([...asked]).toEqual([holder.node.peerId.toString()])
})
