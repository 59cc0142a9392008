// A network's genesis on request, at /trustnet/genesis/1.0.0: the one thing that a joiner needs
// before it has a network. The answer is one framed message; whoever asked compares its hash with
// the invite. Asking needs no node: a passing libp2p with a key of its own dials.
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import type { Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { Failure } from '../../core/failure.ts'
import { publicKeyOfPeerId } from '../../core/id.ts'
import { genesisBytesMax, genesisTimeoutMs } from './bounds.ts'
import type { TransportFactories } from './factories.ts'
import { encodeFrames, readOne } from './framing.ts'
import { protocolName } from './link.ts'
import { isRelayed } from './nat/address.ts'

/** The handler that serves a genesis to anybody who asks. */
export const genesisHandler =
  (genesis: Uint8Array) =>
  async (stream: Stream): Promise<void> => {
    try {
      stream.send(encodeFrames([genesis]))
      await stream.close({ signal: AbortSignal.timeout(genesisTimeoutMs) })
    } catch (error) {
      stream.abort(error as Error)
    }
  }

/**
 * Asks one node for its network's genesis.
 *
 * @param address a multiaddr that ends in /p2p/<PeerId>, as in an invite
 * @returns the bytes as they came, at most `genesisBytesMax`; not checked in any way
 * @throws Failure `transport/malformed-address`, `transport/no-genesis` (unreachable, refused, none
 *   served, too long, or not within the time)
 */
export async function fetchGenesis(
  address: string,
  options: {
    readonly timeoutMs?: number
    readonly bytesMax?: number
    readonly transports?: TransportFactories
  } = {},
): Promise<Uint8Array> {
  const target = peerAddress(address)
  const signal = AbortSignal.timeout(options.timeoutMs ?? genesisTimeoutMs)
  const passing = await createLibp2p({
    transports: options.transports ?? [tcp(), ...(await circuits(address))],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    ...(isRelayed(address) ? { services: { identify: identify() } } : {}),
    connectionMonitor: { enabled: false },
  })
  try {
    const stream = await passing.dialProtocol(target, protocolName('genesis'), {
      ...{ signal, runOnLimitedConnection: true },
    })
    signal.addEventListener('abort', () => stream.abort(new Error('not within the time')))
    return await readOne(stream, options.bytesMax ?? genesisBytesMax)
  } catch (error) {
    throw new Failure('transport/no-genesis', { address, why: reasonOf(error) })
  } finally {
    await passing.stop()
  }
}

/** The way through a relay is loaded where an address takes it. */
async function circuits(address: string): Promise<TransportFactories> {
  if (!isRelayed(address)) return []
  const { circuitRelayTransport } = await import('@libp2p/circuit-relay-v2')
  return [circuitRelayTransport()]
}

/**
 * Reads a multiaddr that names a peer.
 *
 * @throws Failure `transport/malformed-address` when it is none, or has no /p2p/ with an Ed25519 PeerId
 */
export function peerAddress(text: string): Multiaddr {
  try {
    const address = multiaddr(text)
    const peer = address.getComponents().findLast(({ name }) => name === 'p2p')?.value
    publicKeyOfPeerId(peer ?? '')
    return address
  } catch {
    throw new Failure('transport/malformed-address', { text })
  }
}

/** One line of why; several addresses fail with one error each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
