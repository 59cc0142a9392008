// One question to one node by somebody who is no peer of it: a passing libp2p with a key of its own
// dials, asks and leaves. So a joiner gets its network's genesis, and a node that everybody refuses hears why.
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { Failure } from '../../core/failure.ts'
import { publicKeyOfPeerId } from '../../core/id.ts'
import type { TransportFactories } from './factories.ts'
import { encodeFrames, readOne } from './framing.ts'
import { type PassingProtocol, protocolName } from './link.ts'
import { isRelayed } from './nat/address.ts'

export interface Question {
  readonly protocol: PassingProtocol
  /** Sent as one message; without it opening the stream is the question. */
  readonly says?: Uint8Array
  readonly timeoutMs: number
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined
  /** Of the answer. */
  readonly bytesMax: number
  /** @default TCP, and relays where the address takes one */
  readonly transports?: TransportFactories | undefined
}

/**
 * @param address a multiaddr that ends in /p2p/<PeerId>, as in an invite
 * @returns the answer as it came, not checked in any way
 * @throws Failure `transport/malformed-address`; Error where no answer came
 */
export async function askInPassing(address: string, question: Question): Promise<Uint8Array> {
  const target = peerAddress(address)
  const signal = AbortSignal.any([
    AbortSignal.timeout(question.timeoutMs),
    ...(question.signal === undefined ? [] : [question.signal]),
  ])
  const passing = await createLibp2p({
    transports: question.transports ?? [tcp(), ...(await circuits(address))],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    ...(isRelayed(address) ? { services: { identify: identify() } } : {}),
    connectionMonitor: { enabled: false },
  })
  try {
    const stream = await passing.dialProtocol(target, protocolName(question.protocol), {
      ...{ signal, runOnLimitedConnection: true },
    })
    signal.addEventListener('abort', () => stream.abort(new Error('no answer in time')))
    if (question.says !== undefined) stream.send(encodeFrames([question.says]))
    return await readOne(stream, question.bytesMax)
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
