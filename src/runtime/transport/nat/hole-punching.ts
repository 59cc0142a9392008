// Hole punching with @libp2p/dcutr: two peers that are connected through a relay tell each other where
// the Internet sees them and dial at the same moment. Three things are put in libp2p's place, without
// which it does not work over TCP: what is told is where others saw our one dialling port (libp2p drops
// addresses observed over TCP); the dial goes straight to the transport, because libp2p's dial queue
// forgets on its way who of the two speaks first; and the multiplexer, too, is told who that is.
import { dcutr } from '@libp2p/dcutr'
import type { Connection, Startable, Upgrader } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { instead } from './instead.ts'
import type { OnePort } from './one-port.ts'

/** One attempt: telling each other, half a round trip, and the dials. */
const attemptMs = 5_000

type Components = Parameters<ReturnType<typeof dcutr>>[0]
type OpenConnection = Components['connectionManager']['openConnection']

export interface HolePunchingParts {
  readonly components: Components & { readonly upgrader: Upgrader }
  readonly onePort: OnePort
  /** Where the Internet saw the one port, as multiaddrs with our PeerId. */
  readonly seenAt: () => Multiaddr[]
}

/** The service, not yet started. */
export function holePunching({ components, onePort, seenAt }: HolePunchingParts): Startable {
  const { peerStore, registrar, transportManager, logger, upgrader } = components
  const openConnection = (
    target: Parameters<OpenConnection>[0],
    options: NonNullable<Parameters<OpenConnection>[1]> = {},
  ): Promise<Connection> =>
    // It gives a priority only where both sides dial; else the peer is public and simply dialled.
    options.priority === undefined || !Array.isArray(target)
      ? components.connectionManager.openConnection(target, options)
      : onePort.meet(target, {
          signal: options.signal ?? AbortSignal.timeout(attemptMs),
          ...(options.initiator === false
            ? { initiator: false, upgrader: answering(upgrader) }
            : { initiator: true, upgrader }),
        })
  return dcutr({ timeout: attemptMs })({
    ...{ peerStore, registrar, transportManager, logger },
    addressManager: instead(components.addressManager, { getAddresses: seenAt }),
    connectionManager: instead(components.connectionManager, { openConnection }),
  }) as Startable
}

/** Makes the side that does not speak first the multiplexer's server, which it takes from the connection. */
const answering = (upgrader: Upgrader): Upgrader =>
  instead(upgrader, {
    upgradeOutbound: (connection, options) =>
      upgrader.upgradeOutbound(Object.assign(connection, { direction: 'inbound' }), options),
  })
