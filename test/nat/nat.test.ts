// The parts of a node's way through NATs within a real libp2p on loopback: what counts as somebody whom
// it meets, and that nothing goes on after its end.
import { noise } from '@chainsafe/libp2p-noise'
import { type CircuitRelayServerComponents, RELAY_V2_HOP_CODEC } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Connection, IdentifyResult, Libp2p, Upgrader } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterEach, expect, test } from 'vitest'
import { Identities } from '../../src/runtime/transport/identities.ts'
import { dialBackProtocol } from '../../src/runtime/transport/nat/dial-back.ts'
import { Nat, type NatComponents } from '../../src/runtime/transport/nat/nat.ts'
import { OnePort } from '../../src/runtime/transport/nat/one-port.ts'
import { RelayServer } from '../../src/runtime/transport/nat/relay-server.ts'
import { eventually, peerIdTextOf } from '../runtime/transport-party.ts'

const parts = () => ({
  ...{ connectionEncrypters: [noise()], streamMuxers: [yamux()] },
  connectionMonitor: { enabled: false },
})
const listening = { addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] } }
const started: Libp2p[] = []
afterEach(() => Promise.all(started.splice(0).map((node) => node.stop())))

test('a connection to somebody who is met is known as that while it opens, whatever its direction', async () => {
  const there = await createLibp2p({ ...parts(), ...listening, transports: [tcp()] })
  const onePort = new OnePort()
  let upgrader: Upgrader | undefined
  const here = await createLibp2p({
    ...{ ...parts(), transports: [onePort.transport] },
    services: {
      part: (components: { readonly upgrader: Upgrader }) => {
        upgrader = components.upgrader
        return {}
      },
    },
  })
  started.push(here, there)
  const met: boolean[] = []
  here.addEventListener('connection:open', ({ detail }) => met.push(onePort.isMeeting(detail)))
  const connection = await onePort.meet(there.getMultiaddrs(), {
    ...{ signal: AbortSignal.timeout(10_000), initiator: true, upgrader: upgrader! },
  })
  expect(met).toEqual([true])
  expect(onePort.isMeeting(connection)).toBe(false)
  expect(here.getConnections().map((one) => onePort.wasMet(one))).toEqual([true])
  expect(onePort.wasMet(there.getConnections()[0]!)).toBe(false)
})

/** A node's ways through NATs in a libp2p; `hear` is what it is told that identify found. */
async function natOf(changed: () => void = () => {}) {
  const looked: string[] = []
  const nat = new Nat(
    { ...{ listens: true, relay: true, upnp: false }, ...{ trust: () => 0, changed } },
    {
      ...{ identities: new Identities(), refuses: () => false },
      addressesOf: (node) => {
        looked.push(node)
        return []
      },
    },
  )
  let events!: NatComponents['events']
  const node = await createLibp2p({
    ...{ ...parts(), transports: [nat.onePort.transport, nat.transport] },
    // Of loopback alone nobody is asked.
    addresses: { listen: ['/ip4/0.0.0.0/tcp/0'] },
    services: {
      identify: identify(),
      nat: (components: NatComponents) => {
        events = components.events
        return nat.service(components)
      },
    },
  })
  started.push(node)
  await nat.begin()
  const hear = (found: Partial<IdentifyResult>): unknown =>
    events.dispatchEvent(new CustomEvent('peer:identify', { detail: found }))
  return { nat, node, looked, hear }
}

/** A connection as if its other end were on the Internet. */
const abroad = (connection: object): Connection =>
  Object.create(connection, {
    remoteAddr: { value: multiaddr('/ip4/11.0.0.2/tcp/4001') },
    direction: { value: 'outbound' },
  })

test('a relay that relays no more is named no more, though the connection with it stays', async () => {
  let server!: RelayServer
  const relay = await createLibp2p({
    ...{ ...parts(), ...listening, transports: [tcp()] },
    connectionGater: {
      denyInboundRelayReservation: (peer) => server.gater.denyInboundRelayReservation!(peer),
    },
    services: {
      identify: identify(),
      relay: (components: CircuitRelayServerComponents) => {
        const ports = { identities: new Identities(), refuses: () => false, trust: () => 0 }
        server = new RelayServer(components, ports)
        return server
      },
    },
  })
  started.push(relay)
  await server.serve(true)
  // It answers that it reached none of the ports.
  await relay.handle(dialBackProtocol, (stream) => void stream.send(Uint8Array.of(1, 0)))
  const { nat, node, hear } = await natOf()
  const connection = abroad(await node.dial(relay.getMultiaddrs()))
  const observedAddr = multiaddr('/ip4/11.0.0.21/tcp/20001')
  const isNamed = (): boolean => nat.addresses().some((address) => /p2p-circuit$/.test(address))
  hear({ connection, observedAddr, protocols: [dialBackProtocol, RELAY_V2_HOP_CODEC] })
  await eventually('the relay is named', isNamed, Boolean)
  expect(nat.ways()).toMatchObject({
    ...{ proven: [], asked: 1, mapped: [], relaying: false },
    relays: [{ addresses: ['/ip4/11.0.0.2/tcp/4001'] }],
  })
  hear({ connection, observedAddr, protocols: [dialBackProtocol] })
  expect(isNamed()).toBe(false)
  expect(connection.status).toBe('open')
  // The place that libp2p still knew of is asked for anew.
  hear({ connection, observedAddr, protocols: [dialBackProtocol, RELAY_V2_HOP_CODEC] })
  await eventually('the relay is named again', isNamed, Boolean)
  await nat.end()
})

test('after its end nothing of what libp2p tells is listened to', async () => {
  const { nat, looked, hear } = await natOf()
  const remotePeer = peerIdFromString(peerIdTextOf(2))
  const found = { connection: abroad({ remotePeer }), protocols: [RELAY_V2_HOP_CODEC] }
  hear(found)
  expect(looked).toHaveLength(1)
  await nat.end()
  hear(found)
  expect(looked).toHaveLength(1)
})
