// A network's genesis on request, at /trustnet/genesis/1.0.0: the one thing that a joiner needs
// before it has a network. The answer is one framed message; whoever asked compares its hash with
// the invite. Asking needs no node: a passing libp2p with a key of its own dials.
import type { Stream } from '@libp2p/interface'
import { Failure } from '../../core/failure.ts'
import { genesisBytesMax, genesisTimeoutMs } from './bounds.ts'
import type { TransportFactories } from './factories.ts'
import { encodeFrames } from './framing.ts'
import { askInPassing } from './passing.ts'

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
  const { timeoutMs = genesisTimeoutMs, bytesMax = genesisBytesMax, transports } = options
  try {
    return await askInPassing(address, { protocol: 'genesis', timeoutMs, bytesMax, transports })
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('transport/no-genesis', { address, why: reasonOf(error) })
  }
}

/** One line of why; several addresses fail with one error each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
